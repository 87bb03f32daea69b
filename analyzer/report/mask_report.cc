// SPDX-License-Identifier: Apache-2.0
//
// mask_report.cc: every field of a report that holds bytes of a label value.
#include "analyzer/report/mask_report.h"

#include <string>
#include <utility>

#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {
namespace {

void MaskValue(std::string* value, uint64_t* masked) {
  if (ClassifyValue(*value).personal == kPersonalNone) return;
  *value = MaskPersonal(*value);
  ++*masked;
}

void MaskSeriesText(std::string* series, uint64_t* masked) {
  std::string shown = MaskSeries(*series);
  if (shown == *series) return;
  *series = std::move(shown);
  ++*masked;
}

}  // namespace

void MaskReport(Report* report) {
  report->masked = 0;
  for (MetricRow& metric : report->metrics) {
    for (LabelCount& label : metric.count.labels) {
      for (ValueCount& value : label.top) MaskValue(&value.value, &report->masked);
    }
    for (LabelPatterns& patterns : metric.patterns) MaskValue(&patterns.most_common_template, &report->masked);
    for (std::string& example : metric.examples) MaskSeriesText(&example, &report->masked);
  }
  for (DuplicateRow& row : report->duplicates) MaskSeriesText(&row.series, &report->masked);
  for (SkippedLine& line : report->skipped) MaskSeriesText(&line.text, &report->masked);
  for (Finding& finding : report->findings) {
    for (std::string& value : finding.values) MaskValue(&value, &report->masked);
  }
}

}  // namespace seriesguard
