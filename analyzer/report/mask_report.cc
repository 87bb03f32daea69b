// SPDX-License-Identifier: Apache-2.0
//
// mask_report.cc: every field of a report that holds bytes of a label value.
#include "analyzer/report/mask_report.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {
namespace {

// What values become. One value, such as that of `instance`, stands below many metrics: it is looked at once.
class ValueMasks {
 public:
  void Mask(std::string* value, uint64_t* masked) {
    auto known = masks_.find(*value);
    if (known == masks_.end()) {
      if (masks_.size() >= kMostKnown) masks_.clear();
      known = masks_.emplace(*value, MaskOf(*value)).first;
    }
    if (!known->second) return;
    *value = *known->second;
    ++*masked;
  }

 private:
  static constexpr size_t kMostKnown = 4096;

  static std::optional<std::string> MaskOf(const std::string& value) {
    if (ClassifyValue(value).personal == kPersonalNone) return std::nullopt;
    return MaskPersonal(value);
  }

  absl::flat_hash_map<std::string, std::optional<std::string>> masks_;  // nothing = not personal
};

void MaskSeriesText(std::string* series, uint64_t* masked) {
  std::string shown = MaskSeries(*series);
  if (shown == *series) return;
  *series = std::move(shown);
  ++*masked;
}

}  // namespace

void MaskReport(Report* report) {
  ValueMasks masks;
  report->masked = 0;
  for (MetricRow& metric : report->metrics) {
    for (LabelCount& label : metric.count.labels) {
      for (ValueCount& value : label.top) masks.Mask(&value.value, &report->masked);
    }
    for (LabelPatterns& patterns : metric.patterns) masks.Mask(&patterns.most_common_template, &report->masked);
    for (std::string& example : metric.examples) MaskSeriesText(&example, &report->masked);
  }
  for (DuplicateRow& row : report->duplicates) MaskSeriesText(&row.series, &report->masked);
  for (SkippedLine& line : report->skipped) MaskSeriesText(&line.text, &report->masked);
  for (Finding& finding : report->findings) {
    for (std::string& value : finding.values) masks.Mask(&value, &report->masked);
  }
}

}  // namespace seriesguard
