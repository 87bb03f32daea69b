// SPDX-License-Identifier: Apache-2.0
//
// csv.h: a report as one table for a spreadsheet or a data frame.
//
// Use:      --format csv of top (metrics), check (findings) and explain (labels).
// Threads:  pure functions.
// Source:   RFC 4180: CRLF, quotes doubled; the header stands first. OWASP "CSV Injection" for what a spreadsheet
//           takes for a formula.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_CSV_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_CSV_H_

#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace seriesguard {

// Returns `safe`, one printable line, as a quoted field.
//
// What a spreadsheet could take for a formula (= + - @ or their wide forms, also behind blanks) and what begins with an
// apostrophe gets one apostrophe in front: a reader that takes one leading apostrophe away has the text back.
std::string CsvField(std::string_view safe);

// Renders the table that `report.command` is about. `max_findings` 0 = all; cut rows are counted in a last row "others".
std::string RenderCsv(const Report& report, size_t max_findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_CSV_H_
