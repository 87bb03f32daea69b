// SPDX-License-Identifier: Apache-2.0
//
// metric_group.h: the metrics of a policy by who answers for them, as matchers of PromQL on the label `metric`.
//
// Use:      each alert is written once a group, so that it can name its owner.
// Threads:  pure functions.
// Errors:   InvalidArgument where a pattern does not compile (not for a policy that was read).
// Source:   metric_matcher.h: an exact name beats a match, of the matches the first in the file wins.
//
// Invariant: every name of a metric is matched by exactly one group, the one of the rule that speaks for it.
#ifndef SERIESGUARD_RULES_EXPORT_METRIC_GROUP_H_
#define SERIESGUARD_RULES_EXPORT_METRIC_GROUP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/policy.h"

namespace seriesguard {

struct MetricGroup {
  std::string owner;                  // empty: the policy names nobody
  std::string rule;                   // the pattern of a `match` rule, "by name", or empty: as a label of the alert
  std::vector<std::string> matchers;  // such as metric="a_total"; empty = every metric
  std::vector<std::string> examples;  // metrics of this group, for tests; empty where none was found
};

// Returns the groups: the exact names of each owner, then each `match` rule, then whatever no owner answers for.
absl::StatusOr<std::vector<MetricGroup>> GroupMetrics(const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_METRIC_GROUP_H_
