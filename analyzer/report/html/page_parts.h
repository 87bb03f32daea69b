// SPDX-License-Identifier: Apache-2.0
//
// page_parts.h: the pieces that the page of a report and that of a comparison share.
//
// Use:      by html_report.cc, metric_table.cc, finding_table.cc, label_table.cc and html_diff.cc.
// Threads:  pure functions, but for their writer.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_PAGE_PARTS_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_PAGE_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/report/html/html_text.h"

namespace seriesguard {

// What the tables of a page may take together, so that a page stays below 2 MB whatever a dump holds; see also
// kMostPictureBytes.
inline constexpr size_t kMostTableRows = 2'000;
inline constexpr size_t kMostTableBytes = 800'000;
inline constexpr size_t kMostFindingBytes = 300'000;

// The head of the page. `state` is "good", "warn", "bad" or "plain"; `heading` is a message, see HtmlWriter::Message.
void PutHeader(std::string_view heading, std::string_view state, std::string_view tool, HtmlWriter* html);

// One figure of the row of figures below the head.
void PutFigure(std::string_view name, std::string_view value, HtmlWriter* html);

// <td> of a number, sorted by what is shown.
void PutNumberCell(uint64_t value, HtmlWriter* html);
// <td> of a rounded text, sorted by `exact`.
void PutRoundedCell(std::string_view text, uint64_t exact, HtmlWriter* html);
// <td> of a share, with a bar.
void PutShareCell(double share, HtmlWriter* html);

// Where the script puts the picture; a reader without JavaScript is told that the tables say the same.
void PutPicturePlace(HtmlWriter* html);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_PAGE_PARTS_H_
