// SPDX-License-Identifier: Apache-2.0
//
// finding_table.h: the findings of `check` as a table that is complete without JavaScript.
//
// Use:      by RenderHtmlReport.
// Threads:  pure function, but for its writer.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_FINDING_TABLE_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_FINDING_TABLE_H_

#include <cstddef>
#include <string>

#include "analyzer/report/report.h"

namespace seriesguard {

// Appends the table to `*out`: the first `max_findings` (0 = all), as many of them as kMostFindingBytes hold; the others are
// counted below it. Appends nothing where there is no finding.
void PutFindingTable(const Report& report, size_t max_findings, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_FINDING_TABLE_H_
