// SPDX-License-Identifier: Apache-2.0
//
// judge_census.cc: from the flags to the verdict, and from the verdict to the report.
#include "analyzer/commands/judge_census.h"

#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "analyzer/report/finding.h"
#include "analyzer/verdict/verdict.h"

namespace seriesguard {

absl::Status JudgeCensus(const Census& census, const Policy& policy, const Options& options, Report* report) {
  JudgeOptions judge;
  judge.as_guarded = options.check.as_guarded;
  judge.require_all = options.check.require_all;
  judge.replicas = options.check.replicas;
  judge.strict = options.strict;
  absl::StatusOr<Verdict> verdict = Judge(census, policy, judge);
  if (!verdict.ok()) return verdict.status();
  report->findings.insert(report->findings.end(), std::make_move_iterator(verdict->findings.begin()),
                          std::make_move_iterator(verdict->findings.end()));
  SortFindings(&report->findings);
  report->coverage = verdict->coverage;
  report->verdict = verdict->verdict;
  report->undecided_reason = std::move(verdict->undecided_reason);
  return absl::OkStatus();
}

}  // namespace seriesguard
