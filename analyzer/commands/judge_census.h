// SPDX-License-Identifier: Apache-2.0
//
// judge_census.h: the step of `check` between the count and the report.
//
// Use:      once a run, by check; joins what the verdict found to a report that ReportOfCensus began.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_JUDGE_CENSUS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_JUDGE_CENSUS_H_

#include "absl/status/status.h"
#include "analyzer/census/census.h"
#include "analyzer/commands/options.h"
#include "analyzer/report/report.h"
#include "rules/policy.h"

namespace seriesguard {

// Judges `census` by `policy` and completes `*report`: findings (sorted, those about the dump itself kept), coverage,
// verdict and, where it is undecided, why.
//
// Errors:    InvalidArgument: the policy cannot be applied (a regular expression that does not compile).
absl::Status JudgeCensus(const Census& census, const Policy& policy, const Options& options, Report* report);

// Fills what the policy grants the target and each metric that has a row (target_limit, series_limit).
//
// Errors:    as JudgeCensus.
absl::Status AddLimits(const Policy& policy, Report* report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_JUDGE_CENSUS_H_
