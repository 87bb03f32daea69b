// SPDX-License-Identifier: Apache-2.0
//
// label_table.h: the labels of the one metric of `explain`, and what is left without each.
//
// Use:      by RenderHtmlReport.
// Threads:  pure function, but for its writer.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_LABEL_TABLE_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_LABEL_TABLE_H_

#include <string>

#include "analyzer/report/report.h"

namespace seriesguard {

// Appends the table, and where they are known the best labels to leave out together and some series as examples.
void PutLabelTable(const MetricRow& metric, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_LABEL_TABLE_H_
