// SPDX-License-Identifier: Apache-2.0
//
// judge_family.h: what the rules of one family say about it in one target.
//
// Use:      once a family and target, with its facts.
// Threads:  as Census.
// Source:   docs/check.md, "What is found".
//
// Findings: series_limit, series_limit_projected, value_limit, not_allowed (errors; where everything is judged as
// guarded, what the rules do not admit is a note, because the guard folds it), expect_outdated and otherwise_collision
// (warnings), estimate_undecided (an error that leaves the verdict open).
#ifndef SERIESGUARD_ANALYZER_VERDICT_JUDGE_FAMILY_H_
#define SERIESGUARD_ANALYZER_VERDICT_JUDGE_FAMILY_H_

#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/verdict/family_facts.h"
#include "analyzer/verdict/projection.h"
#include "rules/policy.h"

namespace seriesguard {

// Adds the findings about `facts`; `projection` is what Project made of it.
void JudgeFamily(const Census& census, const Policy& policy, const FamilyFacts& facts, const Projection& projection,
                 std::vector<Finding>* findings);

// Why an estimate decides nothing: the limit lies inside its error, or (0) nobody knows what normalisation would leave.
std::string WhyUndecided(double relative_error);

// The finding that could not be made, as estimate_undecided.
Finding Undecided(Finding finding, const std::string& why);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_JUDGE_FAMILY_H_
