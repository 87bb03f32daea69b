// SPDX-License-Identifier: Apache-2.0
//
// build_report.h: from the census to the rows that a report shows.
//
// Use:      once a run, by top, check and explain; the command then adds policy, findings and verdict.
// Threads:  pure function of its arguments (the census's own rule applies).
// Source:   docs/json_report.md: rows are sorted with a tie-break, and what is cut is summed in `others`.
#ifndef SERIESGUARD_ANALYZER_REPORT_BUILD_REPORT_H_
#define SERIESGUARD_ANALYZER_REPORT_BUILD_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "analyzer/census/census.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// What the rows are sorted by, the largest first; ties go by series, then by name.
enum class SortBy : uint8_t {
  kSeries,
  kValues,  // distinct values of the label that has most
  kBytes,
  kSamples,
};

struct BuildReportOptions {
  SortBy sort_by = SortBy::kSeries;
  size_t limit = 0;        // rows to show; 0 = all
  size_t top_values = 10;  // per label
  bool what_if = false;    // count series_without for the rows shown
  // Which metrics may be shown; empty = all. The others are part of `others`.
  std::function<bool(std::string_view name)> matches;
  bool explain = false;  // fill dependencies, examples, targets and union_series of the rows shown
};

// Fills inputs, total, metrics, others, filtered_metrics, duplicates and estimated; leaves the rest as it is.
//
// Cost:      a look at each family, and one Count for each row shown.
void BuildReport(const Census& census, const BuildReportOptions& options, Report* report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_BUILD_REPORT_H_
