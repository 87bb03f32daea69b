// SPDX-License-Identifier: Apache-2.0
//
// text_explain.h: one metric to the bottom, for `seriesguard explain`.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_EXPLAIN_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_EXPLAIN_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// Puts totals, parts, labels with what each costs, values, boundaries, dependencies and example series.
void PutExplanation(const Report& report, const MetricRow& metric, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_EXPLAIN_H_
