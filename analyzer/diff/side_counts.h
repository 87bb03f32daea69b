// SPDX-License-Identifier: Apache-2.0
//
// side_counts.h: what a side has, without its series: counts of metrics and labels, from a stored report or a census.
//
// Use:      where one side at least is a stored report; DiffCounts compares two.
// Threads:  plain data and pure functions.
// Errors:   ReadStoredReport: InvalidArgument, one phrase without the file's name, already through safe_text.
// Source:   docs/json_report.md: "seriesguard.report/1".
#ifndef SERIESGUARD_ANALYZER_DIFF_SIDE_COUNTS_H_
#define SERIESGUARD_ANALYZER_DIFF_SIDE_COUNTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/diff/change.h"

namespace seriesguard {

struct MetricCounts {
  MetricType type = MetricType::kNone;
  uint64_t series = 0;
  std::map<std::string, uint64_t> values_of_label;
};

struct SideCounts {
  DiffSide side;
  std::map<std::string, MetricCounts> metrics;
  uint64_t cut_metrics = 0;  // that a report only sums up, because --limit or --metric cut them ...
  uint64_t cut_series = 0;   // ... with their series
};

// Says whether a text that begins so is a JSON document of ours rather than an exposition: {"key" and then a colon.
bool LooksLikeStoredReport(std::string_view head);

// Reads a report as `--format json` printed it. Its totals must close: half a report is none.
absl::StatusOr<SideCounts> ReadStoredReport(std::string_view json);

// The counts of all inputs of a census, summed over targets.
SideCounts CountsOf(const Census& census);

// Compares counts. Fills everything of the result but `tool` and `server`; by_counts is set.
Diff DiffCounts(const SideCounts& before, const SideCounts& after);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_SIDE_COUNTS_H_
