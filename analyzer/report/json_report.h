// SPDX-License-Identifier: Apache-2.0
//
// json_report.h: a report as the JSON document "seriesguard.report/1".
//
// Use:      --format json; every other machine format is a rendering of the same data.
// Threads:  pure function.
// Cost:     6.7 ms for 10,000 label rows of ten values on a busy machine (bench/report/json_report_bench.cc).
// Source:   docs/json_report.md, report.schema.json.
//
// Layout: one line a top-level member, and one line an input, metric, finding, duplicate and skipped line, so that
// `diff` and `grep` are of use on two reports. Byte for byte the same for the same report, in any locale.
#ifndef SERIESGUARD_ANALYZER_REPORT_JSON_REPORT_H_
#define SERIESGUARD_ANALYZER_REPORT_JSON_REPORT_H_

#include <string>

#include "analyzer/report/report.h"

namespace seriesguard {

// Returns the whole document, ending in a line feed.
std::string RenderJsonReport(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_JSON_REPORT_H_
