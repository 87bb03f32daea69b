// SPDX-License-Identifier: Apache-2.0
//
// html_rows.h: what a page shows more than the other formats: what-if for every row, and more values of each label.
//
// Use:      by top, check and explain, where HTML is asked for; the other formats stay as they are.
// Threads:  pure functions.
// Cost:     what-if is a count of its own: some 15 % of the run (docs/html.md, "What it costs").
#ifndef SERIESGUARD_ANALYZER_COMMANDS_HTML_ROWS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_HTML_ROWS_H_

#include <cstddef>
#include <optional>

#include "analyzer/census/census.h"
#include "analyzer/report/build_report.h"

namespace seriesguard {

// Returns `rows` as a page wants them: `limit` metrics where it was given (0 = all), else as many as a page has rows for.
BuildReportOptions HtmlRows(BuildReportOptions rows, const std::optional<size_t>& limit);

// Replaces the values of each label of `*count`, which census.Count made for `family`, by as many as a picture can show.
void AddHtmlValues(const Census& census, size_t family, FamilyCount* count);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_HTML_ROWS_H_
