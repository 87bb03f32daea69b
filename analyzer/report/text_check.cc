// SPDX-License-Identifier: Apache-2.0
//
// text_check.cc: verdict, how many findings, coverage: one line that a CI log can end with.
#include "analyzer/report/text_check.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "analyzer/report/number_text.h"

namespace seriesguard {

void PutVerdict(const Report& report, TextCanvas* canvas) {
  canvas->EndLine();
  switch (report.verdict) {
    case ReportVerdict::kWithinBudget: canvas->Put("PASS", Ink::kGood); break;
    case ReportVerdict::kOverBudget: canvas->Put("FAIL", Ink::kBad); break;
    case ReportVerdict::kUndecided: canvas->Put("UNDECIDED", Ink::kWarn); break;
    case ReportVerdict::kNotJudged: canvas->Put("NOT JUDGED", Ink::kWarn); break;
  }
  const size_t errors = CountSeverity(report.findings, Severity::kError);
  const size_t warnings = CountSeverity(report.findings, Severity::kWarning);
  std::string rest;
  if (errors > 0) rest += " with " + Quantity(errors, "error");
  if (warnings > 0) rest += (errors > 0 ? " and " : " with ") + Quantity(warnings, "warning");
  const auto accepted = std::count_if(report.findings.begin(), report.findings.end(),
                                      [](const Finding& finding) { return finding.is_accepted; });
  if (accepted > 0) {
    rest += (errors + warnings > 0 ? " and " : " with ") + WithThousands(static_cast<uint64_t>(accepted)) + " accepted";
  }
  if (!report.undecided_reason.empty()) rest += ", " + SafeMessage(report.undecided_reason);
  if (report.coverage) {
    rest += ", " + WithThousands(report.coverage->saw_series) + " of " + Quantity(report.coverage->rules, "rule") +
            " saw series";
    const uint64_t none = report.coverage->rules - report.coverage->saw_series;
    if (none > 0) rest += ", " + WithThousands(none) + " saw none";
  }
  canvas->Line(rest);
}

}  // namespace seriesguard
