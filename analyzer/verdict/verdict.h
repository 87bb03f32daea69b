// SPDX-License-Identifier: Apache-2.0
//
// verdict.h: a census judged by a policy.
//
// Use:      once a run, by `check`: everything that a policy says about a dump, and what follows from it.
// Threads:  as Census.
// Errors:   Judge returns InvalidArgument where the policy cannot be applied; a violation is a finding.
// Cost:     small against the census: each family with a rule is counted once more, twice where a rule changes values;
//           only what is at fault is counted with every label left out.
// Source:   docs/check.md.
#ifndef SERIESGUARD_ANALYZER_VERDICT_VERDICT_H_
#define SERIESGUARD_ANALYZER_VERDICT_VERDICT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/report.h"
#include "rules/policy.h"

namespace seriesguard {

struct JudgeOptions {
  bool as_guarded = false;   // limits are judged on what the policy's normalisation leaves
  bool require_all = false;  // every rule must see series
  bool strict = false;       // policy_drift is an error
  uint64_t replicas = 1;     // each target stands for so many; only the sum over targets is multiplied
};

struct Verdict {
  std::vector<Finding> findings;  // sorted, see SortFindings
  RuleCoverage coverage;
  ReportVerdict verdict = ReportVerdict::kNotJudged;  // within_budget, over_budget or undecided
  std::string undecided_reason;                       // one phrase; empty unless undecided
};

// Judges every target of the census alone, and their sum.
//
// Undecided, whatever else was found: a limit inside the error of an estimate; a policy that judges nothing, because no
// rule of it saw a series (or it has neither rules nor a budget); more samples of the guard itself than are kept.
absl::StatusOr<Verdict> Judge(const Census& census, const Policy& policy, const JudgeOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_VERDICT_H_
