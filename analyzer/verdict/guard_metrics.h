// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics.h: what the guard in the service says of itself in the dump, and what that means for the verdict.
//
// Use:      ReadGuardStates once a run, JudgeGuard once a target.
// Threads:  pure functions.
// Source:   docs/guard.md (the guard's own metrics) and docs/check.md (`folded`, `policy_drift`).
#ifndef SERIESGUARD_ANALYZER_VERDICT_GUARD_METRICS_H_
#define SERIESGUARD_ANALYZER_VERDICT_GUARD_METRICS_H_

#include <cstddef>
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
struct LabelSaid {
  std::map<std::string, double> folded_by_reason;  // increments, above 0; without the reasons that cut nothing
  double collisions = 0;                           // increments of a real value that equals `otherwise`
  std::optional<double> demand;                    // distinct values asked for, an estimate
  std::optional<double> named;                     // values that have a name
  std::optional<double> value_limit;
  std::optional<double> series, series_limit;  // of the metric; only where the label is empty
};

// The guard of one target.
struct GuardState {
  bool is_present = false;                                          // the target has seriesguard_policy_info
  bool is_shadow = false;                                           // it only counts what it would fold
  std::set<std::string> policy_hashes;                              // of the policies that it runs, normally one
  std::map<std::pair<std::string, std::string>, LabelSaid> labels;  // by metric and label
};

// One state an input, in their order.
std::vector<GuardState> ReadGuardStates(const Census& census);

// Judges the input of that index into census.inputs().
//
// Adds `folded` (an error) for each label of which something was folded or more values are asked for than it may have, with
// the values that did get a name,
// `otherwise_collision` (a warning) where a real value was the word that folded values get,
// and `policy_drift` (a warning; an error when `strict`) where the target runs another policy.
void JudgeGuard(const Policy& policy, const MetricMatcher& matcher, const Census& census, size_t input,
                const GuardState& state, bool strict, std::vector<Finding>* findings);

// Adds the same as notes, for who only looks at a dump and has no policy: a count that the guard cut is no measure of
// what the service was asked for. At most kMostCutNotes, the largest demand first; the last one says how many more.
inline constexpr size_t kMostCutNotes = 10;
void NoteGuardCuts(const std::string& input, const GuardState& state, std::vector<Finding>* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_GUARD_METRICS_H_
