// SPDX-License-Identifier: Apache-2.0
//
// suggest_policy.h: from what a guard saw to the policy that this traffic would need.
//
// Use:      Guard::SuggestPolicy(); best after a day of `mode: shadow`, where every value is seen.
// Threads:  pure function.
// Errors:   none; what ReadPolicy makes of the answer has no error.
// Cost:     linear in the report.
// Source:   docs/guard.md, "Learning".
//
// What it writes, for each guarded metric:
//   - what people decided stays: `drop`, `allow`, `route`, closed normalisers, pins, steps, owner, reason and the rest;
//   - an open label whose values look like paths with identifiers gets `route` templates;
//   - an open label with few values, none of them new for half of the time, gets `allow`;
//   - any other open label keeps its steps and gets a value_limit 25 % above what was asked for; where that is thousands
//     no limit fits, and it keeps a small one with `admit: busiest`;
//   - a series_limit 25 % above the series that this makes likely, and never below the reserve.
// It never suggests `drop`: which label may go is known to people only. Each rule has a comment with its numbers.
#ifndef SERIESGUARD_LIB_GUARD_SUGGEST_POLICY_H_
#define SERIESGUARD_LIB_GUARD_SUGGEST_POLICY_H_

#include <string>

#include "lib/guard/guard_report.h"
#include "rules/metric_matcher.h"
#include "rules/policy.h"

namespace seriesguard {

// Returns the policy as YAML. `report` is of Guard::Evidence(), under the policy `in_force`, whose matcher is `matcher`.
std::string SuggestPolicy(const GuardReport& report, const Policy& in_force, const MetricMatcher& matcher);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_SUGGEST_POLICY_H_
