// SPDX-License-Identifier: Apache-2.0
//
// judge_target.h: the sums of one target, and of all targets together, against the budget.
//
// Use:      one TargetSums an input, filled family by family; then JudgeTarget, and JudgeFleet once.
// Threads:  as Census.
// Source:   docs/check.md, "Targets": budget.series_limit and budget.unguarded hold for each input alone, only
//           budget.fleet_series_limit for the sum, times --replicas. The union over inputs is never judged.
#ifndef SERIESGUARD_ANALYZER_VERDICT_JUDGE_TARGET_H_
#define SERIESGUARD_ANALYZER_VERDICT_JUDGE_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/verdict/family_facts.h"
#include "analyzer/verdict/rule_assignment.h"
#include "rules/policy.h"

namespace seriesguard {

// Series of one target on the judged stage, and what they become in production.
struct TargetSums {
  size_t input = 0;
  Stage stage = Stage::kObserved;
  bool has_overflow = false;
  uint64_t series = 0;
  uint64_t projected = 0;
  uint64_t unguarded = 0;  // of families that no metric rule speaks for, the guard's own left out
  uint64_t unguarded_projected = 0;
  double relative_error = 0;    // of the least exact count among them; 0 = exact
  bool is_upper_bound = false;  // of an estimate: normalisation would leave fewer
};

// What all families are judged by. `rules[f]`: the rules of family f.
struct JudgedPolicy {
  const Census& census;
  const Policy& policy;
  const std::vector<FamilyRules>& rules;
};

// Adds total_limit, unguarded_limit and their projections; each names the metric with most series and its culprit.
void JudgeTarget(const JudgedPolicy& judged, const TargetSums& sums, std::vector<Finding>* findings);

// Adds fleet_limit and its projection; a note where `replicas` is not 1 and the policy has no limit for the sum.
void JudgeFleet(const JudgedPolicy& judged, const std::vector<TargetSums>& targets, uint64_t replicas,
                std::vector<Finding>* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_JUDGE_TARGET_H_
