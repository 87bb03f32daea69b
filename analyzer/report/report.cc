// SPDX-License-Identifier: Apache-2.0
//
// report.cc: the names of the verdicts.
#include "analyzer/report/report.h"

namespace seriesguard {

std::string_view ReportVerdictName(ReportVerdict verdict) {
  switch (verdict) {
    case ReportVerdict::kWithinBudget: return "within_budget";
    case ReportVerdict::kOverBudget: return "over_budget";
    case ReportVerdict::kUndecided: return "undecided";
    case ReportVerdict::kNotJudged: break;
  }
  return "not_judged";
}

}  // namespace seriesguard
