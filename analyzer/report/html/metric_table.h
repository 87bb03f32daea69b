// SPDX-License-Identifier: Apache-2.0
//
// metric_table.h: the metrics of a report as a table that is complete without JavaScript.
//
// Use:      by RenderHtmlReport.
// Threads:  pure function, but for its writer.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_METRIC_TABLE_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_METRIC_TABLE_H_

#include <cstddef>
#include <string>

#include "analyzer/report/report.h"

namespace seriesguard {

// Appends the table to `*out`; its foot holds what has no row, the comments and the total, so that columns add up.
//
// Returns:   how many metrics have a row: at most kMostTableRows, and as many as kMostTableBytes hold.
size_t PutMetricTable(const Report& report, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_METRIC_TABLE_H_
