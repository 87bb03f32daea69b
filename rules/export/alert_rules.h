// SPDX-License-Identifier: Apache-2.0
//
// alert_rules.h: the budget of a policy as alerts on what the guard and the server say of a target.
//
// Threads:  pure functions.
// Errors:   InvalidArgument where a pattern of the policy does not compile (not for a policy that was read).
// Source:   docs/alerts.md says what each alert means; docs/guard.md has the metrics of the guard.
//
// Restarts and absent series: counters are only read through increase(). A counter that the guard begins to export above
// 0, which increase() cannot see, counts as folding unless it was there within the last day. Limits are read from the
// guard, so that a rolled out policy needs no new alerts; only the target's budget is a number of the file.
#ifndef SERIESGUARD_RULES_EXPORT_ALERT_RULES_H_
#define SERIESGUARD_RULES_EXPORT_ALERT_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/export/alert_rule.h"
#include "rules/policy.h"

namespace seriesguard {

// Reasons (docs/guard.md) that cut nothing for good, or that every public service has all the time.
inline constexpr std::string_view kHarmlessReasons = "busy|zero_first|collision|set_on_shared|no_route";
// Reasons by which the budget of a metric or of the target was reached, not that of one label.
inline constexpr std::string_view kBudgetReasons = "series_limit|total_limit";

struct ExportOptions {
  std::string job;                // only targets of this job; empty = every target with a guard
  std::optional<int64_t> for_ns;  // instead of each alert's own `for`; at most kMostForNs
};
inline constexpr int64_t kMostForNs = 43'200'000'000'000;  // 12 h: growth is measured over a day

// Returns the alerts: those of each metric group (metric_group.h), then those of the target where it has a budget.
absl::StatusOr<std::vector<AlertRule>> MakeAlertRules(const Policy& policy, const ExportOptions& options);

// The time over which folds are counted: an hour, or four scrape intervals where that is longer, a day at most.
int64_t FoldWindowNs(const Policy& policy);

// Returns `name{matchers}`, with the matcher of the job where there is one.
std::string Selector(std::string_view name, const ExportOptions& options, const std::vector<std::string>& matchers);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_ALERT_RULES_H_
