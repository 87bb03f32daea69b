// SPDX-License-Identifier: Apache-2.0
//
// text_patterns.h: the section of `seriesguard explain` about what the values of each label are.
//
// Threads:  a pure function on the canvas given.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_PATTERNS_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_PATTERNS_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// One entry a label: the share of its values of each pattern, the template of most, the series left with templates.
// Nothing where the values are not known.
void PutPatterns(const MetricRow& metric, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_PATTERNS_H_
