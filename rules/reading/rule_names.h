// SPDX-License-Identifier: Apache-2.0
//
// rule_names.h: which metric rules stand in each other's way.
//
// Threads:  one thread a call.
// Errors:   findings.
// Cost:     quadratic in the number of `match` rules, of which kMaxComparedMatches are compared with each other.
#ifndef SERIESGUARD_RULES_READING_RULE_NAMES_H_
#define SERIESGUARD_RULES_READING_RULE_NAMES_H_

#include <vector>

#include "rules/policy.h"
#include "rules/reading/findings.h"

namespace seriesguard {

inline constexpr size_t kMaxComparedMatches = 200;

// Reports the same `name` twice (error), and `match` rules that never speak because exact names and earlier matches take
// all their names (warning; only where that is sure).
void CheckRuleNames(const std::vector<MetricRule>& rules, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_RULE_NAMES_H_
