// SPDX-License-Identifier: Apache-2.0
//
// text_buckets.h: the text of `seriesguard explain --buckets` about one histogram.
//
// Threads:  a pure function on the canvas given.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_BUCKETS_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_BUCKETS_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// What each boundary costs and tells, what the quantiles' errors are, and the cheapest boundaries, ready to paste.
//
// Requires:  metric.buckets.
void PutBuckets(const MetricRow& metric, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_BUCKETS_H_
