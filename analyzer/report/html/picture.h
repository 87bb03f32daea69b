// SPDX-License-Identifier: Apache-2.0
//
// picture.h: the tree metric -> label -> value that the picture of a page draws, as plain data.
//
// Use:      MakePicture for a report; html_diff.cc builds the tree of a comparison itself. WritePicture puts either into the
//           data block.
// Threads:  plain data and pure functions.
// Memory:   at most kMostPictureNodes nodes.
//
// Invariants
//   1. The children of the total, and those of a label, add up to the series of their parent where the counts are exact.
//      The labels of a metric are each another cut through the same series: each has all of them.
//   2. At most kMostPictureNodes nodes, and at most kMostPictureBytes bytes of data; what has no node of its own is in one
//      named "others", with its number and its sum.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_PICTURE_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_PICTURE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/json_writer.h"
#include "analyzer/report/report.h"

namespace seriesguard {

inline constexpr size_t kMostPictureNodes = 5'000;
inline constexpr size_t kMostPictureBytes = 700'000;

struct PictureNode {
  std::string_view kind;  // "total", "metric", "label", "value", "absent", "others"; of a diff see html_diff.h
  std::string name;       // printable (SafeText), cut; empty where the kind says it all
  uint64_t series = 0;
  std::optional<uint64_t> count;          // values of a label; how many things are in "others"
  std::optional<uint64_t> without;        // label: series left without it
  std::optional<uint64_t> limit;          // metric: what the policy grants one target
  std::optional<uint64_t> before, after;  // diff
  std::string_view type;                  // metric
  std::string_view verdict;               // metric, check: "within", "warning", "over"
  uint64_t weight = 0;                    // label: its part in the area of its metric
  bool is_culprit = false;                // label
  std::vector<PictureNode> children;
};

// Returns the name as a node has it.
std::string PictureName(std::string_view untrusted);

// What a node takes of kMostPictureBytes, children not counted; an upper bound.
size_t PictureBytes(const PictureNode& node);

// Labels of every metric first, because they answer what each costs; then values, for the largest metrics, as far as the
// nodes go.
PictureNode MakePicture(const Report& report, size_t max_metrics);

void WritePicture(const PictureNode& node, JsonWriter* json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_PICTURE_H_
