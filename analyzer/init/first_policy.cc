// SPDX-License-Identifier: Apache-2.0
//
// first_policy.cc: sums, then the text, then the policy reader and the judge on it.
#include "analyzer/init/first_policy.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/report/number_text.h"
#include "analyzer/suggest/metric_rule_text.h"
#include "analyzer/verdict/verdict.h"
#include "rules/export/quoted_text.h"
#include "rules/policy_reader.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr uint64_t kFewestSeries = 10;  // of a metric that gets a rule of its own; the largest one always does
constexpr size_t kMostRules = 40;       // so that a person can read the file
constexpr size_t kMostNamedLabels = 6;
constexpr size_t kLongestName = 120;  // an expression that matches it stays inside what a policy may have
constexpr std::string_view kOwnPrefix = "seriesguard_";

struct MetricSums {
  size_t family = 0;
  uint64_t series = 0;  // of the target that has most
};

class FirstPolicyMaker {
 public:
  FirstPolicyMaker(const Census& census, double headroom) : census_(census), headroom_(headroom) {}

  absl::StatusOr<FirstPolicy> Make() {
    Sum();
    policy_.series_limit = std::max<uint64_t>(WithHeadroom(policy_.series), policy_.unguarded + policy_.rules);
    AppendHead();
    for (const MetricSums& metric : ruled_) AppendRule(metric);
    const absl::Status checked = Check();
    if (!checked.ok()) return checked;
    return std::move(policy_);
  }

 private:
  uint64_t WithHeadroom(uint64_t number) const {
    return RoundUp(number + static_cast<uint64_t>(std::ceil(static_cast<double>(number) * headroom_)));
  }

  uint64_t SeriesOf(size_t family, size_t input) const {
    CountOptions options;
    options.input = input;
    options.top_values = 0;
    return census_.Count(family, options).series;
  }

  void Sum() {
    const size_t inputs = census_.inputs().size();
    std::vector<MetricSums> metrics;
    for (size_t family = 0; family < census_.family_count(); ++family) {
      if (census_.family(family).name.compare(0, kOwnPrefix.size(), kOwnPrefix) == 0) continue;
      MetricSums metric = {family, 0};
      for (size_t input = 0; input < inputs; ++input) metric.series = std::max(metric.series, SeriesOf(family, input));
      if (metric.series > 0) metrics.push_back(metric);
    }
    policy_.metrics = metrics.size();
    std::stable_sort(metrics.begin(), metrics.end(),
                     [](const MetricSums& a, const MetricSums& b) { return a.series > b.series; });
    std::vector<size_t> others;
    for (const MetricSums& metric : metrics) {
      const bool is_large = metric.series >= kFewestSeries || ruled_.empty();
      const bool gets_rule = is_large && ruled_.size() < kMostRules && MayBeNamed(census_.family(metric.family).name);
      if (gets_rule) {
        ruled_.push_back(metric);
      } else {
        others.push_back(metric.family);
      }
    }
    policy_.rules = ruled_.size();
    for (size_t input = 0; input < inputs; ++input) {
      CountOptions options;
      options.input = input;
      policy_.series = std::max(policy_.series, census_.TotalSeries(options));
      uint64_t sum = 0;
      for (const size_t family : others) sum += SeriesOf(family, input);
      unguarded_series_ = std::max(unguarded_series_, sum);
    }
    policy_.unguarded = WithHeadroom(unguarded_series_);
  }

  // A name that has an address or a token in it is not written down; its series are among the others.
  static bool MayBeNamed(const std::string& name) {
    return name.size() <= kLongestName && IsValidUtf8(name) && MaskPersonal(name) == name;
  }

  void AppendHead() {
    std::string inputs = "standard input";
    if (census_.inputs().size() > 1) {
      inputs = Quantity(census_.inputs().size(), "input") + ", the largest of each";
    } else if (census_.inputs()[0].path != "-") {
      const std::string& path = census_.inputs()[0].path;
      inputs = MaskPersonal(path.substr(path.find_last_of('/') + 1));
    }
    const std::string share = absl::StrCat(std::llround(headroom_ * 100), " %");
    absl::StrAppend(
        &policy_.yaml, "# yaml-language-server: $schema=seriesguard.schema.json\n",
        "# A first policy, written by \"seriesguard init\" from ", ForComment(inputs), ": ",
        Quantity(policy_.series, "series"), " of ", Quantity(policy_.metrics, "metric"), ".\n# Every limit is what was",
        " there and ", share, " of it, rounded up: it stops growth, it does not say what is right.\n# Fill in the",
        " owners. Lower what is too much: \"seriesguard explain\" and \"suggest\" show what each label costs.\n",
        "# Editors know the keys with: seriesguard policy schema > seriesguard.schema.json\n",
        "version: 1\nmode: shadow  # of a guard in the service: count what would fold; \"enforce\" folds it\n# ",
        Quantity(policy_.series, "series"), " and ", share, "; of them ", WithThousands(unguarded_series_), " and ",
        share, " of metrics without a rule\nbudget: {series_limit: ", policy_.series_limit,
        ", unguarded: ", policy_.unguarded, "}\n");
    if (!ruled_.empty()) absl::StrAppend(&policy_.yaml, "metrics:");
  }

  // "series; values: path 30, code 3": the labels with most values first.
  std::string LabelsText(const FamilyCount& count) const {
    std::vector<const LabelCount*> labels;
    for (const LabelCount& label : count.labels) {
      if (MayBeNamed(label.name)) labels.push_back(&label);
    }
    std::stable_sort(labels.begin(), labels.end(),
                     [](const LabelCount* a, const LabelCount* b) { return a->values > b->values; });
    std::string text;
    for (size_t i = 0; i < std::min(labels.size(), kMostNamedLabels); ++i) {
      absl::StrAppend(&text, text.empty() ? "; values: " : ", ", labels[i]->name, " ",
                      WithThousands(labels[i]->values));
    }
    if (labels.size() > kMostNamedLabels) {
      absl::StrAppend(&text, ", and of ", Quantity(labels.size() - kMostNamedLabels, "more label"));
    }
    return text;
  }

  void AppendRule(const MetricSums& metric) {
    const FamilyInfo& info = census_.family(metric.family);
    absl::StrAppend(&policy_.yaml, "\n# ", Quantity(metric.series, "series"),
                    ForComment(LabelsText(census_.plain(metric.family))), "\n- ", MetricRuleName(info.name),
                    "\n  series_limit: ", std::min(WithHeadroom(metric.series), policy_.series_limit),
                    "\n  # owner: who answers when it grows\n");
    if (info.type == MetricType::kGauge) {
      absl::StrAppend(&policy_.yaml, "  fold: ", FoldOfGauge(info.name),
                      "  # how gauges join in a guard: look whether it is right\n");
    }
  }

  // As any policy is read, and as `check` judges.
  absl::Status Check() const {
    const PolicyReadResult read = ReadPolicy("seriesguard.yaml", policy_.yaml);
    if (!read.policy) {
      return absl::InternalError(absl::StrCat("the first policy is not valid: ",
                                              read.diagnostics.empty() ? "" : read.diagnostics.front().message));
    }
    const absl::StatusOr<Verdict> verdict = Judge(census_, *read.policy, JudgeOptions());
    if (!verdict.ok()) return verdict.status();
    if (verdict->verdict == ReportVerdict::kWithinBudget) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("no limits that leave the dump as it is let it pass: ", verdict->undecided_reason,
                     verdict->findings.empty() ? "" : verdict->findings.front().message));
  }

  const Census& census_;
  const double headroom_;
  std::vector<MetricSums> ruled_;  // most series first
  uint64_t unguarded_series_ = 0;
  FirstPolicy policy_;
};

}  // namespace

uint64_t RoundUp(uint64_t number) {
  uint64_t step = 1;
  while (number / step >= 100) step *= 10;
  return (number + step - 1) / step * step;
}

absl::StatusOr<FirstPolicy> MakeFirstPolicy(const Census& census, double headroom) {
  return FirstPolicyMaker(census, headroom).Make();
}

}  // namespace seriesguard
