// SPDX-License-Identifier: Apache-2.0
//
// browse_level.h: one list of the terminal view, as plain data: all metrics, the labels of one, the values of one, the
// series of one.
//
// Use:      made by BrowseModel, walked by Browser, drawn by DrawBrowser.
// Threads:  plain data.
// Memory:   40 bytes a row; a label of a million values is a level of a million rows.
//
// Invariants
//   1. Rows of kMetrics and of kValues add up to total_series; those of the other levels do not and need not.
#ifndef SERIESGUARD_ANALYZER_BROWSE_BROWSE_LEVEL_H_
#define SERIESGUARD_ANALYZER_BROWSE_BROWSE_LEVEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/report/label_verdict.h"

namespace seriesguard {

enum class LevelKind : uint8_t { kMetrics, kLabels, kValues, kSeries };

struct BrowseRow {
  std::string_view name;    // raw bytes; of the absent value empty. Lives as long as the census and the level
  uint64_t series = 0;      // of a label: the series that carry it
  uint32_t id = 0;          // the family; the place in BrowseLevel::labels; else the place in the order of the dump
  bool is_absence = false;  // kValues: the series without the label
};

struct BrowseLevel {
  LevelKind kind = LevelKind::kMetrics;
  size_t family = 0;            // below kMetrics
  std::string label;            // below kLabels
  std::string value;            // kSeries; raw bytes, empty = the label is absent
  uint64_t total_series = 0;    // of everything, of the metric, of the value
  std::vector<BrowseRow> rows;  // metrics and labels by name, values in the order of the dump

  // kLabels: every label of the metric, and of each the series left without it alone.
  std::vector<LabelCount> labels;
  std::vector<LabelVerdict> verdicts;  // verdicts[i] is of labels[i]
  size_t culprit = SIZE_MAX;           // place in `labels` of the one to blame; SIZE_MAX = none

  std::vector<std::string> texts;  // kSeries: what the rows' names view
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_BROWSE_LEVEL_H_
