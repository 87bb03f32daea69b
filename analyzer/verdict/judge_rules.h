// SPDX-License-Identifier: Apache-2.0
//
// judge_rules.h: what the dump says about the policy: rules that met nothing, expectations that no limit can hold.
//
// Use:      once a run, over all inputs together.
// Threads:  as Census.
// Source:   docs/check.md (`rule_unused`, the coverage) and docs/policy.md (`will_fold`).
#ifndef SERIESGUARD_ANALYZER_VERDICT_JUDGE_RULES_H_
#define SERIESGUARD_ANALYZER_VERDICT_JUDGE_RULES_H_

#include <vector>

#include "analyzer/report/finding.h"
#include "analyzer/report/report.h"
#include "analyzer/verdict/judge_target.h"
#include "rules/metric_matcher.h"

namespace seriesguard {

// Adds rule_unused (a warning) or rule_required (an error: `required: true`, or `require_all`) for
//   - each metric rule that speaks for no family of the dump, with the nearest name;
//   - each label that such a rule names and none of its families has (not for `drop`, whose work is then done);
//   - each top-level label rule whose label no family has (likewise).
// Returns:   how many metric rules there are and how many saw series; a policy without metric rules counts its
//            top-level label rules instead.
RuleCoverage JudgeCoverage(const JudgedPolicy& judged, const MetricMatcher& matcher, bool require_all,
                           std::vector<Finding>* findings);

// Adds will_fold (a warning) for each label that is expected to have more values than its value_limit under `enforce`.
void JudgeExpectedFolding(const Policy& policy, std::vector<Finding>* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_JUDGE_RULES_H_
