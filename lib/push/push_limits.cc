// SPDX-License-Identifier: Apache-2.0
//
// push_limits.cc: what is pushed against the limits of a policy (push_body.h). Only limits: a value that a normaliser would
// have changed is not looked for, because a value that is pushed has passed its own guard.
#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/push/push_body.h"
#include "rules/default_label_rule.h"
#include "rules/label_rule.h"
#include "rules/metric_matcher.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

absl::Status OverLimit(const std::string& what) {
  return absl::ResourceExhaustedError(absl::StrCat("nothing was pushed: ", what));
}

// The rule for a label of a metric, as the guard has it; `label` is escaped.
LabelRule RuleOf(const Policy& policy, const MetricRule* metric, const std::string& label) {
  for (const LabelRule& rule : metric != nullptr ? metric->labels : policy.labels) {
    if (EscapeLabelName(rule.label, NameEscaping::kUnderscores) == label) return rule;
  }
  return DefaultLabelRule(policy, label);
}

absl::Status CheckValues(const std::string& metric, const LabelRule& rule, const std::string& label,
                         const std::set<std::string>& values) {
  const std::string where = absl::StrCat("metric ", SafeText(metric), ", label ", SafeText(label), ": ");
  const auto is_named = [&rule](const std::string& value) { return !value.empty() && value != rule.otherwise; };
  if (rule.drop && !(values.size() == 1 && values.begin()->empty())) {
    return OverLimit(absl::StrCat(where, "the policy drops it"));
  }
  if (rule.has_allow) {
    for (const std::string& value : values) {
      const bool is_allowed = std::find(rule.allow.begin(), rule.allow.end(), value) != rule.allow.end();
      if (!is_named(value) || is_allowed) continue;
      return OverLimit(absl::StrCat(where, "the value ", SafeTextTruncated(value, 80), " is not one of those allowed"));
    }
  }
  const auto named = std::count_if(values.begin(), values.end(), is_named);
  if (rule.value_limit && named > *rule.value_limit) {
    return OverLimit(absl::StrCat(where, named, " values, value_limit is ", *rule.value_limit));
  }
  return absl::OkStatus();
}

absl::Status CheckFamily(const PushedFamily& family, const Policy& policy, const MetricRule* rule) {
  const std::optional<int64_t> limit = rule != nullptr ? rule->series_limit : policy.defaults.series_limit;
  if (limit && family.series > static_cast<uint64_t>(*limit)) {
    return OverLimit(
        absl::StrCat("metric ", SafeText(family.name), ": ", family.series, " series, series_limit is ", *limit));
  }
  for (const auto& [label, values] : family.label_values) {
    const absl::Status status = CheckValues(family.name, RuleOf(policy, rule, label), label, values);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLimits(const PushBody& body, const Policy& policy) {
  if (policy.mode == PolicyMode::kShadow) return absl::OkStatus();
  absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  uint64_t unguarded = 0;
  for (const PushedFamily& family : body.families) {
    if (family.name.compare(0, kOwnMetricPrefix.size(), kOwnMetricPrefix) == 0) continue;  // no rule speaks for these
    const MetricRule* const rule = matcher->Find(family.name);
    if (const absl::Status status = CheckFamily(family, policy, rule); !status.ok()) return status;
    if (rule == nullptr) unguarded += family.series;
  }
  const Budget& budget = policy.budget;
  if (budget.unguarded && unguarded > static_cast<uint64_t>(*budget.unguarded)) {
    return OverLimit(absl::StrCat(unguarded, " series of metrics that no rule speaks for, the budget's `unguarded` is ",
                                  *budget.unguarded));
  }
  const uint64_t total = body.series() + kGatewaySeries;
  if (budget.series_limit && total > static_cast<uint64_t>(*budget.series_limit)) {
    return OverLimit(absl::StrCat(total, " series with the gateway's own ", kGatewaySeries,
                                  ", the budget's series_limit is ", *budget.series_limit));
  }
  return absl::OkStatus();
}

}  // namespace seriesguard
