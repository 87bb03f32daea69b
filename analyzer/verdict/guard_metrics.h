// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics.h: what the guard in the service says of itself in the dump, and what that means for the verdict.
//
// Use:      ReadGuardStates once a run, JudgeGuard once a target.
// Threads:  pure functions.
// Source:   design.md section 5 (the guard's own metrics) and section 7 (`folded`, `policy_drift`).
#ifndef SERIESGUARD_ANALYZER_VERDICT_GUARD_METRICS_H_
#define SERIESGUARD_ANALYZER_VERDICT_GUARD_METRICS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "rules/metric_matcher.h"
#include "rules/policy.h"

namespace seriesguard {

// One label of one metric, as the guard sees it. The label is empty where a metric's own limit folded.
struct GuardedLabel {
  std::map<std::string, double> folded_by_reason;  // increments, above 0
  std::optional<double> demand;                    // distinct values asked for
  std::optional<double> value_limit;
};

// The guard of one target.
struct GuardState {
  bool is_present = false;                                             // the target has seriesguard_policy_info
  bool is_shadow = false;                                              // it only counts what it would fold
  std::set<std::string> policy_hashes;                                 // of the policies that it runs, normally one
  std::map<std::pair<std::string, std::string>, GuardedLabel> labels;  // by metric and label
};

// One state an input, in their order.
std::vector<GuardState> ReadGuardStates(const Census& census);

// Adds `folded` (an error) for each label of which something was folded or more values are asked for than it may have,
// and `policy_drift` (a warning; an error when `strict`) where the target runs another policy.
void JudgeGuard(const Policy& policy, const MetricMatcher& matcher, const std::string& input, const GuardState& state,
                bool strict, std::vector<Finding>* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_GUARD_METRICS_H_
