// SPDX-License-Identifier: Apache-2.0
//
// regex_cost.h: how long the regular expressions of a policy take on this machine.
//
// Use:      by `policy check` and in CI only. A service decides by the static limits of the reader: whether it starts
//           must not depend on how busy its machine is.
// Threads:  pure function but for the clock.
// Cost:     some milliseconds for each expression.
// Source:   linear is not cheap: an expression within all static limits can still cost microseconds a byte, where its
//           states do not fit into the memory that it may use (docs/policy.md, "Regular expressions").
#ifndef SERIESGUARD_RULES_REGEX_COST_H_
#define SERIESGUARD_RULES_REGEX_COST_H_

#include <vector>

#include "rules/diagnostic.h"
#include "rules/policy.h"

namespace seriesguard {

inline constexpr double kMaxRegexNsPerByte = 200;

// Matches each `match` of `policy` against texts of 4 KiB (one that is fixed, three made of the expression's own letters)
// and reports `costly_regex` for those that take more than kMaxRegexNsPerByte in the quickest of several rounds.
std::vector<Diagnostic> ProbeRegexCost(const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_REGEX_COST_H_
