// SPDX-License-Identifier: Apache-2.0
//
// metric_matcher.h: which rule of a policy speaks for a metric.
//
// Use:      compiled once from a policy; asked once a family, by the guard and by the analyzer's verdict.
// Threads:  const members from any thread.
// Errors:   Compile returns InvalidArgument; a metric without a rule is an answer.
// Cost:     an exact name: one look-up. Else the `match` rules in turn, about 100 ns each.
// Source:   docs/check.md, "Which rule speaks".
//
// The order: an exact `name` beats every `match`, wherever it stands; among `match` rules the first of the file wins.
// A pattern means the whole name. Names are family names, so a counter's ends in _total, a histogram's has no _bucket.
// No rule speaks for the guard's own metrics, whose names start with seriesguard_.
#ifndef SERIESGUARD_RULES_METRIC_MATCHER_H_
#define SERIESGUARD_RULES_METRIC_MATCHER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "rules/policy.h"
#include "rules/regex_limits.h"

namespace seriesguard {

inline constexpr std::string_view kOwnMetricPrefix = "seriesguard_";

class MetricMatcher {
 public:
  // Compiles the rules' names and patterns.
  //
  // Lifetime:  views `policy`, which must outlive the matcher and its answers and not be changed or moved.
  static absl::StatusOr<MetricMatcher> Compile(const Policy& policy);

  // Returns the rule that speaks for `family`, or null.
  const MetricRule* Find(std::string_view family) const;

  // Returns the indexes in policy.metrics of all rules that `family` fits, the one that speaks first, then those that
  // it hides, in the order in which they would take over.
  std::vector<size_t> FindAll(std::string_view family) const;

 private:
  explicit MetricMatcher(const Policy& policy) : policy_(&policy) {}

  const Policy* policy_;
  absl::flat_hash_map<std::string, size_t> by_name_;         // to the index of the rule
  std::vector<std::pair<size_t, LimitedRegex>> by_pattern_;  // index of the rule and its pattern, in file order
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_METRIC_MATCHER_H_
