// SPDX-License-Identifier: Apache-2.0
//
// html_report.h: a report as one HTML file that opens without network.
//
// Use:      `--format html` of top, check and explain.
// Threads:  pure function.
// Memory:   the page, below 2 MB whatever the report holds: kMostTableBytes, kMostFindingBytes, kMostPictureBytes.
// Source:   docs/html.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_HTML_REPORT_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_HTML_REPORT_H_

#include <cstddef>
#include <string>

#include "analyzer/report/report.h"

namespace seriesguard {

// Renders `report`; `max_findings` of its findings are shown, 0 = all.
std::string RenderHtmlReport(const Report& report, size_t max_findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_HTML_REPORT_H_
