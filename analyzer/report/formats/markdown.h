// SPDX-License-Identifier: Apache-2.0
//
// markdown.h: a report as a comment of a pull request, or as the summary of a step.
//
// Use:      --format markdown of top, check and explain.
// Threads:  pure functions.
// Source:   GitHub Flavored Markdown 0.29: 6.3 code spans, 4.10 tables, 4.6 HTML blocks.
//
// Promises: begins with kMarkdownMarker, by which one comment is found again; below 65,536 bytes (and so characters),
//           which is what GitHub takes; rows that did not fit are counted. Bytes of a dump stand in code spans only:
//           there neither markup nor HTML nor mentions nor links are read.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_MARKDOWN_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_MARKDOWN_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace seriesguard {

inline constexpr std::string_view kMarkdownMarker = "<!-- seriesguard -->";
inline constexpr size_t kMostMarkdownBytes = 65'535;

// Returns `safe`, one printable line, as a code span that may stand in a cell of a table: cut to a few hundred columns,
// a backtick as \x60 and a bar as \x7C, so that nothing in it ends the span or the cell. Empty for an empty text.
std::string MarkdownCode(std::string_view safe);

// Renders what `report.command` is about. `max_findings` 0 = all that fit.
std::string RenderMarkdown(const Report& report, size_t max_findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_MARKDOWN_H_
