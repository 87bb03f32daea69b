// SPDX-License-Identifier: Apache-2.0
//
// text_report.h: a report for people, one screen where possible.
//
// Use:      --format text, the default of every command.
// Threads:  pure function.
// Source:   docs/security.md: every byte of a user's input passes rules/safe_text on its way.
//
// Promises: no line is wider than `columns` unless a single word is; what is cut is counted ("163 others"); the rows
//           of a table add up to its TOTAL; the same bytes in any locale.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_REPORT_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_REPORT_H_

#include <cstddef>
#include <string>

#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"

namespace seriesguard {

struct TextOptions {
  size_t columns = 100;
  bool colour = false;
  SortBy sort_by = SortBy::kSeries;  // which column stands first in `top`
  size_t max_findings = 0;           // 0 = all
};

// Renders as `report.command` wants it: top, check or explain.
std::string RenderTextReport(const Report& report, const TextOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_REPORT_H_
