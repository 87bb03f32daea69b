// SPDX-License-Identifier: Apache-2.0
//
// metric_matcher.cc: names in a hash table, patterns one after the other. A set automaton would answer all patterns at
// once but not which is first, and a family is asked for once, not once a sample.
#include "rules/metric_matcher.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

bool IsOwnMetric(std::string_view family) { return family.substr(0, kOwnMetricPrefix.size()) == kOwnMetricPrefix; }

absl::string_view Abseil(std::string_view text) { return absl::string_view(text.data(), text.size()); }

}  // namespace

absl::StatusOr<MetricMatcher> MetricMatcher::Compile(const Policy& policy) {
  MetricMatcher matcher(policy);
  for (size_t i = 0; i < policy.metrics.size(); ++i) {
    const MetricRule& rule = policy.metrics[i];
    if (rule.name.empty() == rule.match.empty()) {
      return absl::InvalidArgumentError("a metric rule needs exactly one of name and match");
    }
    if (!rule.name.empty()) {
      if (!matcher.by_name_.emplace(rule.name, i).second) {
        return absl::InvalidArgumentError(absl::StrCat("two rules have the name \"", SafeText(rule.name), "\""));
      }
      continue;
    }
    absl::StatusOr<LimitedRegex> pattern = CompileLimitedRegex(rule.match);
    if (!pattern.ok()) return pattern.status();
    matcher.by_pattern_.emplace_back(i, *std::move(pattern));
  }
  return matcher;
}

const MetricRule* MetricMatcher::Find(std::string_view family) const {
  if (IsOwnMetric(family)) return nullptr;
  const auto exact = by_name_.find(Abseil(family));
  if (exact != by_name_.end()) return &policy_->metrics[exact->second];
  for (const auto& [index, pattern] : by_pattern_) {
    if (pattern.Matches(family)) return &policy_->metrics[index];
  }
  return nullptr;
}

std::vector<size_t> MetricMatcher::FindAll(std::string_view family) const {
  std::vector<size_t> rules;
  if (IsOwnMetric(family)) return rules;
  const auto exact = by_name_.find(Abseil(family));
  if (exact != by_name_.end()) rules.push_back(exact->second);
  for (const auto& [index, pattern] : by_pattern_) {
    if (pattern.Matches(family)) rules.push_back(index);
  }
  return rules;
}

}  // namespace seriesguard
