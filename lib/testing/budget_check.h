// SPDX-License-Identifier: Apache-2.0
//
// budget_check.h: what a policy finds wrong with a snapshot.
//
// Use:      by WithinBudget (metric_matchers.h), or directly where no GoogleTest runs.
// Threads:  pure function.
// Errors:   InvalidArgument where the policy cannot be applied (a pattern that does not compile).
// Source:   docs/check.md. `seriesguard check` judges the same of a dump (a test compares both on many), and much that
//           a unit test has no numbers for: what production will have (`expect`), remedies, a baseline. The counting is
//           done here again because the analyzer's verdict stands on its census, which lib/ may not use.
#ifndef SERIESGUARD_LIB_TESTING_BUDGET_CHECK_H_
#define SERIESGUARD_LIB_TESTING_BUDGET_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/testing/metrics_snapshot.h"
#include "rules/policy.h"

namespace seriesguard {

struct BudgetViolation {
  // As `seriesguard check` calls it: series_limit, value_limit, not_allowed, total_limit, unguarded_limit,
  // rule_required; nothing_judged where no rule of the policy saw a series, which a test must not pass for.
  std::string rule;
  std::string metric;   // empty: of the whole target
  std::string label;    // empty: of the metric
  std::string message;  // one printable line
};

// Returns the violations in the order of the metrics' names, those of the target behind them.
absl::StatusOr<std::vector<BudgetViolation>> CheckBudget(const Policy& policy, const MetricsSnapshot& snapshot);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_BUDGET_CHECK_H_
