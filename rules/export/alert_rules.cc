// SPDX-License-Identifier: Apache-2.0
//
// alert_rules.cc: one function an alert; each knows the series that a test needs.
#include "rules/export/alert_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/export/metric_group.h"
#include "rules/export/quoted_text.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

using Kind = TextPart::Kind;

constexpr int64_t kMinuteNs = 60'000'000'000;
constexpr int64_t kHourNs = 60 * kMinuteNs;
constexpr int64_t kDayNs = 24 * kHourNs;
constexpr std::string_view kAcrossInstances = " without (instance, pod) ";

TextPart Text(std::string_view text) { return {Kind::kText, std::string(text)}; }
TextPart Label(std::string_view name) { return {Kind::kLabel, std::string(name)}; }

std::string StrOf(std::string_view text) { return std::string(text); }

// The job that the series of tests have.
std::string ExampleJob(const ExportOptions& options) { return options.job.empty() ? "shop" : options.job; }

// A series of a test, with the labels of its target.
std::string ExampleName(std::string_view name, const TextPairs& labels) {
  std::string out(name);
  std::string separator = "{";
  for (const auto& [label, value] : labels) {
    absl::StrAppend(&out, separator, label, "=", QuotedForPromql(value));
    separator = ",";
  }
  return out + "}";
}

// Makes the alerts of one group of metrics.
class GroupAlerts {
 public:
  GroupAlerts(const Policy& policy, const ExportOptions& options, const MetricGroup& group)
      : policy_(policy), options_(options), group_(group) {}

  void AppendTo(std::vector<AlertRule>* rules) const {
    for (AlertRule& rule :
         std::vector<AlertRule>{NearlyUsed(), AboveLimit(), OverBudget(), Folding(), Demand(), Growth()}) {
      rules->push_back(std::move(rule));
    }
  }

 private:
  std::string Select(std::string_view name) const { return Selector(name, options_, group_.matchers); }
  bool IsShadow() const { return policy_.mode == PolicyMode::kShadow; }

  AlertRule Begin(std::string_view name, std::string_view severity, int64_t for_ns, AlertText summary,
                  AlertText description, bool has_label) const {
    AlertRule rule;
    rule.name = StrOf(name);
    rule.for_ns = options_.for_ns.value_or(for_ns);
    rule.labels = {{"severity", StrOf(severity)}};
    if (!group_.owner.empty()) rule.labels.push_back({"owner", group_.owner});
    if (!group_.rule.empty()) rule.labels.push_back({"policy_rule", group_.rule});
    AlertText culprit = {Text("metric "), Label("metric")};
    if (has_label) {
      culprit.push_back(Text(", label "));
      culprit.push_back(Label("label"));
    }
    rule.annotations = {{"summary", std::move(summary)},
                        {"description", std::move(description)},
                        {"culprit", std::move(culprit)},
                        {"owner", {Text(group_.owner.empty() ? "the policy names nobody" : group_.owner)}}};
    rule.before_ns = kHourNs;
    return rule;
  }

  // An example a metric of the group: seriesguard_series goes from `before` to `after`, the limit stands at 1,000.
  void AddSeriesExamples(std::string_view before, std::string_view after, double value, bool keeps_instance,
                         AlertRule* rule) const {
    for (const std::string& metric : group_.examples) {
      const TextPairs target = {{"job", ExampleJob(options_)}, {"instance", "one:9090"}, {"metric", metric}};
      AlertExample example;
      example.inputs = {{ExampleName("seriesguard_series", target), StrOf(before), StrOf(after)},
                        {ExampleName("seriesguard_series_limit", target), "1000+0xN", "1000+0xN"}};
      example.labels = {{"job", ExampleJob(options_)}, {"metric", metric}};
      if (keeps_instance) example.labels.push_back({"instance", "one:9090"});
      example.value = value;
      rule->examples.push_back(std::move(example));
    }
  }

  AlertRule NearlyUsed() const {
    AlertRule rule = Begin("SeriesguardBudgetNearlyUsed", "warning", 15 * kMinuteNs,
                           {Label("metric"), Text(" uses "), {Kind::kPercent, ""}, Text(" of its series limit")},
                           {Text("Soon values of its labels are counted as one. Find the label with the most values "
                                 "(seriesguard explain), and normalise it or raise series_limit.")},
                           /*has_label=*/false);
    rule.expression =
        absl::StrCat(Select("seriesguard_series"), "\n  / ", Select("seriesguard_series_limit"), " > 0.9 <= 1");
    AddSeriesExamples("500+0xN", "950+0xN", 0.95, /*keeps_instance=*/true, &rule);
    return rule;
  }

  AlertRule AboveLimit() const {
    AlertRule rule =
        Begin("SeriesguardAboveLimit", "critical", 15 * kMinuteNs,
              {Label("metric"), Text(" exports "), {Kind::kPercent, ""}, Text(" of its series limit")},
              {Text("The guard does not hold this metric: mode is shadow, or a reload has lowered the limit "
                    "and the old series have not ended yet.")},
              /*has_label=*/false);
    rule.expression = absl::StrCat(Select("seriesguard_series"), "\n  / ", Select("seriesguard_series_limit"), " > 1");
    AddSeriesExamples("1000+0xN", "1200+0xN", 1.2, /*keeps_instance=*/true, &rule);
    return rule;
  }

  // increase() over the window, or a counter that was not there within the day before it.
  std::string FoldedSince(std::string_view reason_matcher) const {
    std::vector<std::string> matchers = group_.matchers;
    matchers.push_back(StrOf(reason_matcher));
    const std::string folded = Selector("seriesguard_folded_total", options_, matchers);
    const std::string window = DurationText(FoldWindowNs(policy_));
    const std::string sum = "sum" + StrOf(kAcrossInstances);
    return absl::StrCat(sum, "(increase(", folded, "[", window, "])) > 0\nor ", sum, "(", folded,
                        "\n  unless max_over_time(", folded, "[1d] offset ", window, ")) > 0");
  }

  // Examples: a counter that appears, and one that stood still and goes on. One that stands still is harmless.
  void AddFoldExamples(std::string_view reason, AlertRule* rule) const {
    rule->before_ns = 2 * FoldWindowNs(policy_);
    for (const std::string& metric : group_.examples) {
      const auto series = [&](std::string_view label, std::string_view why) {
        return ExampleName("seriesguard_folded_total", {{"job", ExampleJob(options_)},
                                                        {"instance", "one:9090"},
                                                        {"metric", metric},
                                                        {"label", StrOf(label)},
                                                        {"reason", StrOf(why)}});
      };
      for (const bool appears : {true, false}) {
        AlertExample example;
        const std::string label = appears ? "appears" : "goes_on";
        // Seen once it is forgotten after the window, so that a longer `for` needs one that goes on.
        const std::string_view then = appears && rule->for_ns <= FoldWindowNs(policy_) / 3 ? "10+0xN" : "10+10xN";
        example.inputs = {{series(label, reason), appears ? "" : "5+0xN", StrOf(then)}};
        example.labels = {
            {"job", ExampleJob(options_)}, {"metric", metric}, {"label", label}, {"reason", StrOf(reason)}};
        rule->examples.push_back(std::move(example));
      }
      rule->harmless.push_back({series("stands_still", reason), "7+0xN", "7+0xN"});
      for (const std::string_view why : {"busy", "zero_first", "collision", "set_on_shared", "no_route"}) {
        rule->harmless.push_back({series("harmless", why), "10+10xN", "5000+10xN"});
      }
    }
  }

  AlertRule OverBudget() const {
    AlertRule rule =
        Begin("SeriesguardOverBudget", "critical", 5 * kMinuteNs,
              {Label("metric"), Text(" needs more series than its budget has")},
              {Text(IsShadow() ? "Under mode enforce the label \"" : "The label \""), Label("label"),
               Text(IsShadow() ? "\" would be" : "\" is"), Text(" folded into one value for this ("), Label("reason"),
               Text("). Normalise or drop the label with the most values, or raise the limit.")},
              /*has_label=*/true);
    rule.expression = FoldedSince("reason=~\"" + StrOf(kBudgetReasons) + "\"");
    AddFoldExamples("series_limit", &rule);
    return rule;
  }

  AlertRule Folding() const {
    AlertRule rule =
        Begin("SeriesguardFolding", "warning", 5 * kMinuteNs,
              {Label("metric"), Text(": values of the label \""), Label("label"),
               Text(IsShadow() ? "\" would be" : "\" are"), Text(" folded into one ("), Label("reason"), Text(")")},
              {Text("What they count is kept under the overflow value, but their names are lost. "
                    "docs/guard.md says for each reason what to do.")},
              /*has_label=*/true);
    rule.expression = FoldedSince("reason!~\"" + StrOf(kHarmlessReasons) + "|" + StrOf(kBudgetReasons) + "\"");
    AddFoldExamples("value_limit", &rule);
    return rule;
  }

  AlertRule Demand() const {
    AlertRule rule = Begin("SeriesguardDemandFarAboveLimit", "warning", 15 * kMinuteNs,
                           {Label("metric"),
                            Text(": the label \""),
                            Label("label"),
                            Text("\" is asked for "),
                            {Kind::kTimes, ""},
                            Text(" times as many values as it may have")},
                           {Text("An identifier is used as a label, or a list is out of date: normalise or route its "
                                 "values, drop the label, or allow what is missing.")},
                           /*has_label=*/true);
    rule.expression = absl::StrCat("max", StrOf(kAcrossInstances), "(", Select("seriesguard_label_demand"), "\n  / ",
                                   Select("seriesguard_label_values_limit"), ") > 2");
    for (const std::string& metric : group_.examples) {
      const TextPairs target = {
          {"job", ExampleJob(options_)}, {"instance", "one:9090"}, {"metric", metric}, {"label", "tenant"}};
      AlertExample example;
      example.inputs = {{ExampleName("seriesguard_label_demand", target), "200+0xN", "500+0xN"},
                        {ExampleName("seriesguard_label_values_limit", target), "100+0xN", "100+0xN"}};
      example.labels = {{"job", ExampleJob(options_)}, {"metric", metric}, {"label", "tenant"}};
      example.value = 5;
      rule.examples.push_back(std::move(example));
    }
    return rule;
  }

  // Against the most of the day that ended a day ago, so that a restart in between is no growth.
  AlertRule Growth() const {
    AlertRule rule = Begin(
        "SeriesguardGrowth", "warning", kHourNs,
        {Label("metric"), Text(" has grown by more than half in a day, to "), {Kind::kCount, ""}, Text(" series")},
        {Text("It uses more than half of its series limit. Look for the label that grows before it "
              "reaches the limit.")},
        /*has_label=*/false);
    const std::string most = "max" + StrOf(kAcrossInstances);
    rule.expression =
        absl::StrCat(most, "(", Select("seriesguard_series"), ")\n  > 1.5 * ", most, "(max_over_time(",
                     Select("seriesguard_series"), "[1d] offset 1d))\nand ", most, "(", Select("seriesguard_series"),
                     "\n  / ", Select("seriesguard_series_limit"), ") > 0.5");
    rule.before_ns = kDayNs + kHourNs;
    AddSeriesExamples("300+0xN", "800+0xN", 800, /*keeps_instance=*/false, &rule);
    return rule;
  }

  const Policy& policy_;
  const ExportOptions& options_;
  const MetricGroup& group_;
};

// Makes the alerts of a whole target, which has a budget of `budget` series.
class TargetAlerts {
 public:
  TargetAlerts(const ExportOptions& options, int64_t budget) : options_(options), budget_(budget) {}

  void AppendTo(std::vector<AlertRule>* rules) const {
    const std::string samples = Selector("scrape_samples_post_metric_relabeling", options_, {});
    AlertRule nearly = Begin(
        "SeriesguardTargetNearlyUsed", "warning",
        {Text("The target exports "), {Kind::kCount, ""}, Text(absl::StrCat(" series of at most ", budget_))},
        "The guard holds the wrapped metrics; what grows may be another one. seriesguard top on a scrape names it.");
    nearly.expression = absl::StrCat(samples, " > 0.9 * ", budget_, " <= ", budget_, "\n", WithGuard());
    nearly.examples = {Example("scrape_samples_post_metric_relabeling", absl::StrCat(budget_ / 2, "+0xN"),
                               absl::StrCat(budget_, "+0xN"), static_cast<double>(budget_))};
    rules->push_back(std::move(nearly));

    AlertRule over =
        Begin("SeriesguardTargetOverBudget", "critical",
              {Text("The target exports "), {Kind::kCount, ""}, Text(absl::StrCat(" series, its budget is ", budget_))},
              "Metrics that no guard wraps are above their share, or mode is shadow. seriesguard top on a scrape names "
              "them.");
    over.expression = absl::StrCat(samples, " > ", budget_, "\n", WithGuard());
    over.examples = {Example("scrape_samples_post_metric_relabeling", absl::StrCat(budget_, "+0xN"),
                             absl::StrCat(budget_ + 1, "+0xN"), static_cast<double>(budget_ + 1))};
    rules->push_back(std::move(over));

    AlertRule churn =
        Begin("SeriesguardTargetChurn", "warning",
              {Text("The target has begun more than twice its budget of new series within an hour")},
              "Each scrape stays inside the budget, and the server keeps every series that it once saw: a label whose "
              "values come and go, or scrapes that fail and begin anew.");
    churn.expression = absl::StrCat("sum_over_time(", Selector("scrape_series_added", options_, {}), "[1h]) > 2 * ",
                                    budget_, "\n", WithGuard());
    churn.examples = {Example("scrape_series_added", "0+0xN", absl::StrCat(3 * budget_, "+0xN"), 0)};
    rules->push_back(std::move(churn));
  }

 private:
  AlertRule Begin(std::string_view name, std::string_view severity, AlertText summary,
                  std::string_view description) const {
    AlertRule rule;
    rule.name = StrOf(name);
    rule.for_ns = options_.for_ns.value_or(15 * kMinuteNs);
    rule.labels = {{"severity", StrOf(severity)}};
    rule.annotations = {{"summary", std::move(summary)},
                        {"description", {Text(description)}},
                        {"culprit", {Text("target "), Label("instance"), Text(" of "), Label("job")}},
                        {"owner", {Text("whoever runs "), Label("job")}}};
    rule.before_ns = kHourNs;
    return rule;
  }

  // The budget is that of targets with a guard, whatever else the server scrapes.
  std::string WithGuard() const {
    return "and on (job, instance) " + Selector("seriesguard_policy_info", options_, {});
  }

  AlertExample Example(std::string_view name, std::string before, std::string after, double value) const {
    const TextPairs target = {{"job", ExampleJob(options_)}, {"instance", "one:9090"}};
    AlertExample example;
    example.inputs = {{ExampleName(name, target), std::move(before), std::move(after)},
                      {ExampleName("seriesguard_policy_info", target), "1+0xN", "1+0xN"},
                      // The same of a target without a guard, which is nobody's business here.
                      {ExampleName(name, {{"job", ExampleJob(options_)}, {"instance", "unguarded:9090"}}),
                       absl::StrCat(3 * budget_, "+0xN"), absl::StrCat(3 * budget_, "+0xN")}};
    example.labels = target;
    example.value = value;
    return example;
  }

  const ExportOptions& options_;
  const int64_t budget_;
};

}  // namespace

int64_t FoldWindowNs(const Policy& policy) {
  const int64_t interval_ns = std::min(policy.scrape_interval_ns, kDayNs);
  return std::clamp(4 * interval_ns, kHourNs, kDayNs);
}

std::string Selector(std::string_view name, const ExportOptions& options, const std::vector<std::string>& matchers) {
  std::vector<std::string> all;
  if (!options.job.empty()) all.push_back("job=" + QuotedForPromql(options.job));
  all.insert(all.end(), matchers.begin(), matchers.end());
  std::string out(name);
  if (all.empty()) return out;
  std::string separator = "{";
  for (const std::string& matcher : all) {
    absl::StrAppend(&out, separator, matcher);
    separator = ",";
  }
  return out + "}";
}

absl::StatusOr<std::vector<AlertRule>> MakeAlertRules(const Policy& policy, const ExportOptions& options) {
  const absl::StatusOr<std::vector<MetricGroup>> groups = GroupMetrics(policy);
  if (!groups.ok()) return groups.status();
  std::vector<AlertRule> rules;
  for (const MetricGroup& group : *groups) GroupAlerts(policy, options, group).AppendTo(&rules);
  if (policy.budget.series_limit) TargetAlerts(options, *policy.budget.series_limit).AppendTo(&rules);
  return rules;
}

}  // namespace seriesguard
