// SPDX-License-Identifier: Apache-2.0
//
// openmetrics.h: the analysis itself as metrics, to be pushed, or scraped from a file.
//
// Use:      --format openmetrics of top and check.
// Threads:  pure functions.
// Source:   OpenMetrics 1.0; only gauges, so that the same bytes are the text format as well.
//
// Promises: no more than kMostOpenMetricsRows metrics, inputs and findings each: the report must not be the next problem
//           of cardinality; what is left out is counted in a metric of its own. No series twice.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_OPENMETRICS_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_OPENMETRICS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace seriesguard {

inline constexpr size_t kMostOpenMetricsRows = 100;

// Returns `untrusted` as the value of a label, without its quotes: SafeText, then \ " and line feed escaped.
std::string OpenMetricsLabelValue(std::string_view untrusted);

// Renders totals, verdict, findings and the first metrics of `report` as gauges seriesguard_report_*.
std::string RenderOpenMetrics(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_OPENMETRICS_H_
