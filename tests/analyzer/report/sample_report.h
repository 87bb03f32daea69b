// SPDX-License-Identifier: Apache-2.0
//
// sample_report.h: a small report with everything in it, for the tests of the formats.
//
// Data:     made up by hand; the numbers agree with each other (sums close, density = label sets / product).
#ifndef SERIESGUARD_TESTS_ANALYZER_REPORT_SAMPLE_REPORT_H_
#define SERIESGUARD_TESTS_ANALYZER_REPORT_SAMPLE_REPORT_H_

#include "analyzer/report/report.h"

namespace seriesguard {

// What `top` has to say about one shop's dump: a histogram, a counter with a tenant, a gauge without labels, 163 others.
Report SampleTopReport();

// The same dump judged: one error, one projected error, two warnings, over budget.
Report SampleCheckReport();

// The histogram alone, with what-if, dependencies and examples.
Report SampleExplainReport();

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_REPORT_SAMPLE_REPORT_H_
