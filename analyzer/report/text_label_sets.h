// SPDX-License-Identifier: Apache-2.0
//
// text_label_sets.h: what labels say together, as text: sets to aggregate away, dependencies, and why the product is
// larger than the count.
//
// Use:      by text_explain, which knows their places.
// Threads:  pure functions on the canvas given.
// Source:   docs/explain.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_LABEL_SETS_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_LABEL_SETS_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// What the verdicts that the table of labels shows mean, one line each. Nothing where there is none.
void PutVerdictsMeaning(const MetricRow& metric, TextCanvas* canvas);

// The best sets of two and three labels with the series left, and how many more were counted.
void PutLabelSets(const MetricRow& metric, TextCanvas* canvas);

// Where the product is far above the label sets: why.
void PutProductGap(const MetricRow& metric, TextCanvas* canvas);

void PutDependencies(const MetricRow& metric, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_LABEL_SETS_H_
