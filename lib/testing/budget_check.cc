// SPDX-License-Identifier: Apache-2.0
//
// budget_check.cc: see the header.
#include "lib/testing/budget_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rules/default_label_rule.h"
#include "rules/label_rule.h"
#include "rules/metric_matcher.h"
#include "rules/nearest_name.h"
#include "rules/normalizer.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kNameColumns = 80;
constexpr size_t kShownValues = 3;

bool IsOwn(std::string_view family) { return family.substr(0, kOwnMetricPrefix.size()) == kOwnMetricPrefix; }

std::string Shown(std::string_view name) { return SafeTextTruncated(name, kNameColumns); }

std::string Shown(const std::vector<std::string>& values) {
  std::string text;
  for (size_t i = 0; i < std::min(values.size(), kShownValues); ++i) {
    absl::StrAppend(&text, i == 0 ? "\"" : ", \"", SafeTextTruncated(values[i], 40), "\"");
  }
  if (values.size() > kShownValues) absl::StrAppend(&text, " and ", values.size() - kShownValues, " more");
  return text;
}

class BudgetJudge {
 public:
  BudgetJudge(const Policy& policy, const MetricsSnapshot& snapshot, const MetricMatcher& matcher)
      : policy_(policy), snapshot_(snapshot), matcher_(matcher) {
    has_overflow_ = policy.from_kubernetes_manifest || snapshot.families().count("seriesguard_policy_info") > 0;
  }

  absl::StatusOr<std::vector<BudgetViolation>> Judge() {
    int64_t unguarded = 0;
    for (const auto& [family, series] : snapshot_.families()) {
      if (IsOwn(family)) continue;
      const MetricRule* const rule = matcher_.Find(family);
      if (rule == nullptr) unguarded += static_cast<int64_t>(series.size());
      if (rule != nullptr) {
        saw_series_.insert(rule);
        JudgeSeries(family, *rule, static_cast<int64_t>(series.size()));
      }
      if (const absl::Status status = JudgeLabels(family, rule, series); !status.ok()) return status;
    }
    JudgeTotal("total_limit", "budget.series_limit", "", static_cast<int64_t>(snapshot_.series().size()),
               policy_.budget.series_limit);
    JudgeTotal("unguarded_limit", "budget.unguarded", " of metrics without a rule", unguarded,
               policy_.budget.unguarded);
    JudgeCoverage();
    return std::move(violations_);
  }

 private:
  void Add(std::string rule, std::string metric, std::string label, std::string message) {
    violations_.push_back({std::move(rule), std::move(metric), std::move(label), std::move(message)});
  }

  void JudgeSeries(const std::string& family, const MetricRule& rule, int64_t series) {
    if (!rule.series_limit || series <= *rule.series_limit) return;
    Add("series_limit", family, "",
        absl::StrCat("metric ", Shown(family), ": ", series, " series, limit ", *rule.series_limit));
  }

  // `le` and `quantile` have no rules; a label that nobody names has the defaults where a metric rule speaks.
  const LabelRule* RuleOf(const MetricRule* metric, const std::string& label) {
    const std::vector<LabelRule>& rules = metric != nullptr ? metric->labels : policy_.labels;
    for (const LabelRule& rule : rules) {
      if (rule.label == label) return &rule;
    }
    if (metric == nullptr || policy_.from_kubernetes_manifest) return nullptr;
    return &defaults_.try_emplace(label, DefaultLabelRule(policy_, label)).first->second;
  }

  absl::Status JudgeLabels(const std::string& family, const MetricRule* metric, const std::vector<size_t>& series) {
    std::map<std::string, std::map<std::string, size_t>> values;  // by label, then by value: how many series
    for (const size_t index : series) {
      for (const auto& [label, value] : snapshot_.series()[index].labels) ++values[label][value];
    }
    for (const auto& [label, of_label] : values) {
      if (label == "le" || label == "quantile") continue;
      const LabelRule* const rule = RuleOf(metric, label);
      if (rule == nullptr) continue;
      JudgeValues(family, *rule, of_label);
      size_t present = 0;
      for (const auto& [value, count] : of_label) present += count;
      const absl::Status status = JudgeAdmission(family, *rule, of_label, present < series.size());
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void JudgeValues(const std::string& family, const LabelRule& rule, const std::map<std::string, size_t>& values) {
    const auto named = static_cast<int64_t>(values.size() - values.count(rule.otherwise));
    if (!rule.value_limit || named <= *rule.value_limit) return;
    Add("value_limit", family, rule.label,
        absl::StrCat("metric ", Shown(family), ": label ", Shown(rule.label), " has ", named, " values, limit ",
                     *rule.value_limit, rule.value_limit_from_defaults ? " (defaults)" : ""));
  }

  absl::Status JudgeAdmission(const std::string& family, const LabelRule& rule,
                              const std::map<std::string, size_t>& values, bool may_be_absent) {
    std::unique_ptr<CompiledLabelRule>& compiled = compiled_[&rule];
    if (compiled == nullptr) {
      absl::StatusOr<CompiledLabelRule> made = CompiledLabelRule::Compile(rule);
      if (!made.ok()) return made.status();
      compiled = std::make_unique<CompiledLabelRule>(*std::move(made));
    }
    if (compiled->is_identity()) return absl::OkStatus();
    std::vector<std::string> refused;
    std::string scratch;
    const auto is_refused = [&](const std::string& raw) {
      return compiled->Apply(raw, &scratch).outcome == Normalized::Outcome::kOtherwise;
    };
    if (may_be_absent && rule.applies_to_absent && is_refused("")) refused.push_back("");
    for (const auto& [value, count] : values) {
      if (is_refused(value) && !(has_overflow_ && value == rule.otherwise)) refused.push_back(value);
    }
    if (refused.empty()) return absl::OkStatus();
    Add("not_allowed", family, rule.label,
        absl::StrCat("metric ", Shown(family), ": label ", Shown(rule.label), " has ", refused.size(),
                     refused.size() == 1 ? " value" : " values", " that the policy does not admit: ", Shown(refused)));
    return absl::OkStatus();
  }

  void JudgeTotal(const char* rule, const char* key, const char* whose, int64_t series,
                  const std::optional<int64_t>& limit) {
    if (!limit || series <= *limit) return;
    std::string largest;
    size_t most = 0;
    for (const auto& [family, indexes] : snapshot_.families()) {
      if (*whose != '\0' && (IsOwn(family) || matcher_.Find(family) != nullptr)) continue;
      if (indexes.size() <= most) continue;
      most = indexes.size();
      largest = family;
    }
    Add(rule, "", "",
        absl::StrCat(series, " series", whose, ", ", key, " ", *limit, ": most of them, ", most, ", are of ",
                     Shown(largest)));
  }

  void JudgeCoverage() {
    std::vector<std::string_view> names;
    std::set<std::string> labels;
    for (const auto& [family, indexes] : snapshot_.families()) {
      if (IsOwn(family)) continue;
      names.push_back(family);
      for (const size_t index : indexes) {
        for (const auto& [label, value] : snapshot_.series()[index].labels) labels.insert(label);
      }
    }
    for (const MetricRule& rule : policy_.metrics) {
      if (!rule.required || saw_series_.count(&rule) > 0) continue;
      const std::string& name = rule.name.empty() ? rule.match : rule.name;
      const std::string_view near = NearestName(name, names);
      Add("rule_required", name, "",
          absl::StrCat("metric ", Shown(name), " is required and has no series",
                       near.empty() ? "" : absl::StrCat("; the nearest is ", Shown(near))));
    }
    const bool saw_label = std::any_of(policy_.labels.begin(), policy_.labels.end(),
                                       [&](const LabelRule& rule) { return labels.count(rule.label) > 0; });
    const bool has_budget = policy_.budget.series_limit || policy_.budget.unguarded;
    const bool judges =
        policy_.metrics.empty() ? saw_label || (policy_.labels.empty() && has_budget) : !saw_series_.empty();
    if (judges) return;
    Add("nothing_judged", "", "", "no rule of the policy saw a series: is it the policy of this service?");
  }

  const Policy& policy_;
  const MetricsSnapshot& snapshot_;
  const MetricMatcher& matcher_;
  bool has_overflow_ = false;  // `otherwise` is what was folded, no value
  std::set<const MetricRule*> saw_series_;
  std::map<std::string, LabelRule> defaults_;
  std::map<const LabelRule*, std::unique_ptr<CompiledLabelRule>> compiled_;
  std::vector<BudgetViolation> violations_;
};

}  // namespace

absl::StatusOr<std::vector<BudgetViolation>> CheckBudget(const Policy& policy, const MetricsSnapshot& snapshot) {
  const absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  return BudgetJudge(policy, snapshot, *matcher).Judge();
}

}  // namespace seriesguard
