// SPDX-License-Identifier: Apache-2.0
//
// suggest_policy.cc: the rules of all labels, and the limits that hold them.
#include "lib/guard/suggest_policy.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lib/guard/policy_yaml.h"
#include "lib/guard/suggested_label.h"
#include "rules/default_label_rule.h"
#include "rules/export/quoted_text.h"
#include "rules/reserve.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr int64_t kMostFreeShare = 4;  // a reserve above so many times the need is too much for new lists
constexpr size_t kShownNames = 10;

LabelRule RuleInForce(const Policy& policy, const MetricRule* metric, const std::string& label) {
  const std::vector<LabelRule>& rules = metric == nullptr ? policy.labels : metric->labels;
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const LabelRule& rule) { return rule.label == label; });
  return found != rules.end() ? *found : DefaultLabelRule(policy, label);
}

const char* FoldName(Fold fold) {
  switch (fold) {
    case Fold::kSum: return "sum";
    case Fold::kMax: return "max";
    case Fold::kMin: return "min";
    case Fold::kLast: return "last";
    case Fold::kUnset: break;
  }
  return nullptr;
}

struct SuggestedMetric {
  std::vector<SuggestedLabel> labels;
  int64_t needed = 0;   // series that are likely, with head-room
  int64_t reserve = 0;  // at the metric's real cost
  int64_t limit = 0;
};

int64_t Reserve(const std::vector<SuggestedLabel>& labels, uint64_t cost) {
  int64_t reserve = static_cast<int64_t>(cost);
  for (const SuggestedLabel& label : labels) reserve = SaturatingProduct(reserve, ReserveFactor(label.rule));
  return reserve;
}

SuggestedMetric SuggestMetric(const GuardReport& report, const FamilyReport& family, const Policy& policy,
                              const MetricRule* rule) {
  SuggestedMetric metric;
  double sets = static_cast<double>(std::max<uint64_t>(family.label_sets, 1));
  double most_sets = 1;
  for (const LabelReport& label : family.labels) {
    metric.labels.push_back(SuggestLabel(report, family, label, RuleInForce(policy, rule, label.name)));
    sets *= metric.labels.back().growth;
    most_sets *= std::max(1.0, metric.labels.back().values);
  }
  const double series = std::min(sets, most_sets) * static_cast<double>(family.cost);
  metric.needed = static_cast<int64_t>(std::min(std::ceil(series * kHeadRoom), static_cast<double>(kMaxReserveSeries)));
  while ((metric.reserve = Reserve(metric.labels, family.cost)) > kMostFreeShare * metric.needed) {
    size_t longest = metric.labels.size();
    for (size_t i = 0; i < metric.labels.size(); ++i) {
      if (!metric.labels[i].may_be_limited) continue;
      if (longest == metric.labels.size() ||
          metric.labels[i].rule.allow.size() > metric.labels[longest].rule.allow.size()) {
        longest = i;
      }
    }
    if (longest == metric.labels.size()) break;
    LimitInsteadOfAllow(family.labels[longest], &metric.labels[longest]);
  }
  metric.limit = std::max(metric.needed, metric.reserve);
  return metric;
}

// What the rule says besides limits and labels, line by line.
void AppendKept(const MetricRule& rule, const SuggestedMetric& metric, std::string* yaml) {
  if (!rule.owner.empty()) absl::StrAppend(yaml, "  owner: ", QuotedForYaml(rule.owner), "\n");
  if (!rule.reason.empty()) absl::StrAppend(yaml, "  reason: ", QuotedForYaml(rule.reason), "\n");
  if (rule.required) absl::StrAppend(yaml, "  required: true\n");
  if (rule.zero_first) absl::StrAppend(yaml, "  zero_first: true\n");
  if (rule.freeze_ns) absl::StrAppend(yaml, "  freeze: ", YamlDuration(*rule.freeze_ns), "\n");
  if (const char* fold = FoldName(rule.fold)) absl::StrAppend(yaml, "  fold: ", fold, "\n");
  if (rule.max_workers) absl::StrAppend(yaml, "  max_workers: ", *rule.max_workers, "\n");
  const bool is_busiest = std::any_of(metric.labels.begin(), metric.labels.end(), [](const SuggestedLabel& label) {
    return label.rule.admit == Admission::kBusiest;
  });
  if (!is_busiest) return;
  absl::StrAppend(yaml, "  busiest: {half_life: ", YamlDuration(rule.busiest.half_life_ns),
                  ", advantage: ", YamlNumber(rule.busiest.advantage),
                  ", new_series_per_hour: ", YamlNumber(100 * rule.busiest.new_series_per_hour), "%}\n");
}

void AppendMetric(const GuardReport& report, const FamilyReport& family, const MetricRule* rule,
                  const SuggestedMetric& metric, std::string* yaml) {
  absl::StrAppend(yaml, "\n# ", family.series, " series of at most ", family.series_limit, " now; ", metric.needed,
                  " are likely with 25 % head-room, ", metric.reserve, " are kept free for what the rules name\n");
  const uint64_t capacity =
      rule != nullptr && rule->capacity ? static_cast<uint64_t>(*rule->capacity) : 2 * family.series_limit;
  if (static_cast<uint64_t>(metric.limit) > capacity) {
    absl::StrAppend(yaml, "# (above ", capacity, ", what a reload can raise the limit to: this takes a restart)\n");
  }
  absl::StrAppend(yaml, "- name: ", YamlKey(family.name), "\n  series_limit: ", metric.limit, "\n");
  if (rule != nullptr) AppendKept(*rule, metric, yaml);
  const bool is_bare_gauge = family.kind == MetricKind::kGauge && (rule == nullptr || rule->fold == Fold::kUnset);
  if (is_bare_gauge && !family.labels.empty()) {
    absl::StrAppend(yaml,
                    "  # a gauge: say how values join (fold: sum, max, min or last) before a label gets a rule\n");
  }
  bool is_first = true;
  for (size_t i = 0; i < metric.labels.size(); ++i) {
    if (is_bare_gauge && !report.shadow) continue;
    if (std::exchange(is_first, false)) absl::StrAppend(yaml, "  labels:\n");
    absl::StrAppend(yaml, "    # ", metric.labels[i].why, "\n    ", YamlKey(family.labels[i].name), ": ",
                    YamlLabelRule(metric.labels[i].rule), "\n");
  }
}

void AppendUnused(const GuardReport& report, const Policy& policy, const MetricMatcher& matcher, std::string* yaml) {
  std::vector<const MetricRule*> unused;
  for (const MetricRule& rule : policy.metrics) {
    const bool is_used = std::any_of(report.families.begin(), report.families.end(),
                                     [&](const FamilyReport& family) { return matcher.Find(family.name) == &rule; });
    if (!is_used) unused.push_back(&rule);
  }
  if (unused.empty()) return;
  absl::StrAppend(yaml, "\n# Left out, because no guarded metric has them:");
  for (size_t i = 0; i < unused.size() && i < kShownNames; ++i) {
    absl::StrAppend(yaml, i == 0 ? " " : ", ", SafeText(unused[i]->name.empty() ? unused[i]->match : unused[i]->name));
  }
  if (unused.size() > kShownNames) absl::StrAppend(yaml, " and ", unused.size() - kShownNames, " more");
  absl::StrAppend(yaml, "\n");
}

}  // namespace

std::string SuggestPolicy(const GuardReport& report, const Policy& in_force, const MetricMatcher& matcher) {
  std::vector<SuggestedMetric> metrics;
  int64_t total = SaturatingSum(static_cast<int64_t>(report.unguarded), static_cast<int64_t>(report.own_series));
  int64_t watched_ns = 0;
  for (const FamilyReport& family : report.families) {
    metrics.push_back(SuggestMetric(report, family, in_force, matcher.Find(family.name)));
    total = SaturatingSum(total, metrics.back().limit);
    watched_ns = std::max(watched_ns, report.now_ns - family.watched_since_ns);
  }
  std::string yaml = absl::StrFormat(
      "# What %.1f hours of traffic under policy %s would need%s.\n"
      "# A draft: it knows what was asked for, not what is right. Read each rule before you use it.\n"
      "version: 1\nmode: %s\nscrape_interval: %s\n",
      static_cast<double>(watched_ns) / 3.6e12, in_force.hash, report.shadow ? ", in shadow mode" : "",
      report.shadow ? "shadow" : "enforce", YamlDuration(in_force.scrape_interval_ns));
  if (in_force.from_kubernetes_manifest) {
    absl::StrAppend(&yaml, "# The manifest in force folds absent labels as well; a policy leaves them alone.\n");
  }
  absl::StrAppend(&yaml, "# all limits, ", report.unguarded, " unguarded and at most ", report.own_series,
                  " series of the guard itself\nbudget: {series_limit: ",
                  std::max<int64_t>(std::min(total, kMaxReserveSeries), 1), ", unguarded: ", report.unguarded);
  if (in_force.budget.fleet_series_limit)
    absl::StrAppend(&yaml, ", fleet_series_limit: ", *in_force.budget.fleet_series_limit);
  absl::StrAppend(&yaml, "}\n");
  if (!metrics.empty()) absl::StrAppend(&yaml, "metrics:\n");
  for (size_t i = 0; i < metrics.size(); ++i) {
    AppendMetric(report, report.families[i], matcher.Find(report.families[i].name), metrics[i], &yaml);
  }
  AppendUnused(report, in_force, matcher, &yaml);
  return yaml;
}

}  // namespace seriesguard
