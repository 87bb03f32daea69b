// SPDX-License-Identifier: Apache-2.0
//
// text_top.h: the table of `seriesguard top`.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_TOP_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_TOP_H_

#include "analyzer/report/build_report.h"
#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// Puts the metrics in the order of the report, each with its labels below it, then the others and the total.
void PutTop(const Report& report, SortBy sort_by, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_TOP_H_
