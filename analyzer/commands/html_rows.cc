// SPDX-License-Identifier: Apache-2.0
//
// html_rows.cc: numbers that suit the 2,000 rows and 5,000 nodes of a page.
#include "analyzer/commands/html_rows.h"

#include <utility>

#include "analyzer/report/html/page_parts.h"

namespace seriesguard {
namespace {

constexpr size_t kValuesOfMany = 40;
constexpr size_t kValuesOfOne = 500;

}  // namespace

BuildReportOptions HtmlRows(BuildReportOptions rows, const std::optional<size_t>& limit) {
  rows.limit = limit.value_or(kMostTableRows);
  rows.top_values = kValuesOfMany;
  rows.what_if = true;
  return rows;
}

void AddHtmlValues(const Census& census, size_t family, FamilyCount* count) {
  CountOptions options;
  options.top_values = kValuesOfOne;
  FamilyCount more = census.Count(family, options);
  for (size_t i = 0; i < count->labels.size() && i < more.labels.size(); ++i) {
    count->labels[i].top = std::move(more.labels[i].top);
    count->labels[i].other_values = more.labels[i].other_values;
    count->labels[i].other_series = more.labels[i].other_series;
  }
}

}  // namespace seriesguard
