// SPDX-License-Identifier: Apache-2.0
//
// reserve.h: the places that a policy keeps free for values that must always be named, and for overflow.
//
// Use:      the policy reader checks with cost 1 (a policy knows no metric types); the guard asks again with the real
//           cost of a label set and the labels that the family has.
// Threads:  pure functions.
// Errors:   none; a product that is too large is kMaxReserveSeries + 1.
// Source:   docs/policy.md, "The arithmetic".
//
// The reserve of a metric is the cost of one label set times the product over its labels of the values that are named
// in any case, plus one for `otherwise`:
//   drop                        1, the label is not there
//   allow                       its size + 1
//   route                       the number of routes + 1
//   status_class, http_method   their values + 1, or value_limit + 1 where that is less
//   ranges                      its boundaries + 1 ranges, + 1; or value_limit + 1 where that is less
//   anything else               the pins + 1
#ifndef SERIESGUARD_RULES_RESERVE_H_
#define SERIESGUARD_RULES_RESERVE_H_

#include <cstdint>
#include <optional>

#include "rules/label_rule.h"
#include "rules/policy.h"

namespace seriesguard {

inline constexpr int64_t kMaxReserveSeries = 9007199254740991;  // 2^53 - 1

// The values that `rule` names in any case: allowed ones, routes, a closed normaliser's; nothing where the set of values
// is open (then only its pins are sure).
std::optional<int64_t> ClosedValues(const LabelRule& rule);

// The factor of one label in a reserve, at least 1.
int64_t ReserveFactor(const LabelRule& rule);

// a x b, at most kMaxReserveSeries + 1. Requires: both at least 0.
int64_t SaturatingProduct(int64_t a, int64_t b);

// a + b, at most kMaxReserveSeries + 1. Requires: both at least 0.
int64_t SaturatingSum(int64_t a, int64_t b);

// The reserve of `rule` in series, where one label set costs `cost_series`, over the labels that the rule itself names
// or, `with_top_level`, also over those of the policy's own `labels:` (which the metric may not have).
int64_t ReserveSeries(const MetricRule& rule, int64_t cost_series, bool with_top_level);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_RESERVE_H_
