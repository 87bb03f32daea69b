// SPDX-License-Identifier: Apache-2.0
//
// policy_arithmetic.h: do the numbers of a policy fit together?
//
// Use:      after the defaults are filled in; each function for the rules that were read without an error.
// Threads:  one thread a call.
// Errors:   findings, with the arithmetic shown.
// Source:   docs/policy.md, "The arithmetic"; reserve.h has the factors.
//
// A policy knows no metric types, so one label set is taken to cost one series; a histogram's reserve is larger, and the
// guard says so when the family is wrapped.
#ifndef SERIESGUARD_RULES_READING_POLICY_ARITHMETIC_H_
#define SERIESGUARD_RULES_READING_POLICY_ARITHMETIC_H_

#include <vector>

#include "rules/label_rule.h"
#include "rules/policy.h"
#include "rules/reading/findings.h"

namespace seriesguard {

// Checks the limits of one label: allowed values, routes and pins have places, and what production expects fits.
void CheckLabelLimits(const LabelRule& rule, PolicyMode mode, Findings* findings);

// Checks the limits of one metric: its reserve, its capacity, and its share of the budget.
void CheckMetricLimits(const MetricRule& rule, const Budget& budget, Findings* findings);

// Checks the budget: `unguarded` and the reserves of `named`, the metrics with an exact name, fit into its series_limit.
void CheckBudget(const Budget& budget, const std::vector<const MetricRule*>& named, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_POLICY_ARITHMETIC_H_
