// SPDX-License-Identifier: Apache-2.0
//
// judge_census.cc: no verdict is joined to the command line yet.
#include "analyzer/commands/judge_census.h"

namespace seriesguard {

absl::Status JudgeCensus(const Census&, const Policy&, const CheckOptions&, Report*) {
  return absl::UnimplementedError("judging is not joined to the command line yet");
}

}  // namespace seriesguard
