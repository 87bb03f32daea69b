// SPDX-License-Identifier: Apache-2.0
//
// family_policy.h: what a policy says of one family, compiled and checked, before anything is changed by it.
//
// Use:      made by Guard for every family; only when all of them are there does a reload begin.
// Threads:  values.
// Errors:   InvalidArgument: a rule does not compile, or names a label that the family does not have; ResourceExhausted:
//           the reserve does not fit into the series limit. Messages name metric, label and the arithmetic.
// Source:   docs/policy.md, "The arithmetic".
#ifndef SERIESGUARD_LIB_GUARD_FAMILY_POLICY_H_
#define SERIESGUARD_LIB_GUARD_FAMILY_POLICY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/guard/series_backend.h"
#include "rules/metric_matcher.h"
#include "rules/normalizer.h"
#include "rules/policy.h"

namespace seriesguard {

inline constexpr uint64_t kNoSeriesLimit = uint64_t{1} << 53;

struct FamilyPolicy {
  bool shadow = false;
  uint64_t series_limit = kNoSeriesLimit;
  uint64_t capacity = 0;  // the highest limit that a reload may set
  uint64_t reserve = 0;
  int64_t freeze_ns = 0;
  int64_t scrape_interval_ns = 0;
  bool zero_first = false;
  Fold fold = Fold::kUnset;
  BusiestOptions busiest;
  std::vector<LabelRule> rules;  // by label of the family
  std::vector<CompiledLabelRule> compiled;
};

// What a family is, as far as a policy cares.
struct FamilyShape {
  std::string name;
  std::vector<std::string> labels;
  MetricKind kind = MetricKind::kCounter;
  uint64_t cost = 1;
  uint64_t existing_series = 0;
  bool is_collected =
      false;  // whoever comes first keeps its place, whatever the policy says of `admit` and `zero_first`
};

absl::StatusOr<FamilyPolicy> MakeFamilyPolicy(const Policy& policy, const MetricMatcher& matcher,
                                              const FamilyShape& shape);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_FAMILY_POLICY_H_
