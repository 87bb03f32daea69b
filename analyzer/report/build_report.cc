// SPDX-License-Identifier: Apache-2.0
//
// build_report.cc: sorts by the counts that the census has made, and asks it for the rows shown in full.
#include "analyzer/report/build_report.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/patterns/label_patterns.h"
#include "analyzer/report/culprit.h"
#include "analyzer/report/product_gap.h"

namespace seriesguard {
namespace {

constexpr size_t kExamples = 5;

// One family before it is known whether it will be shown.
struct Candidate {
  size_t family = 0;
  uint64_t key = 0;  // what the rows are sorted by
  uint64_t series = 0;
};

uint64_t SortKey(const FamilyCount& count, SortBy sort_by) {
  switch (sort_by) {
    case SortBy::kSeries: return count.series;
    case SortBy::kBytes: return count.bytes;
    case SortBy::kSamples: return count.samples;
    case SortBy::kValues: break;
  }
  uint64_t most = 0;
  for (const LabelCount& label : count.labels) most = std::max(most, label.values);
  return most;
}

void FillTotal(const Census& census, Report* report) {
  report->inputs = census.inputs();
  ReportTotal& total = report->total;
  total = ReportTotal{};
  for (const InputCount& input : report->inputs) {
    total.samples += input.samples;
    total.bytes += input.bytes;
    total.comment_bytes += input.comment_bytes;
    total.exemplars += input.exemplars;
    total.exemplar_bytes += input.exemplar_bytes;
  }
  total.series = census.TotalSeries(CountOptions{});
  total.metrics = census.family_count();
  total.duplicate_samples = census.duplicate_samples();
  if (report->inputs.size() > 1) {
    CountOptions union_of_targets;
    union_of_targets.union_of_targets = true;
    total.union_series = census.TotalSeries(union_of_targets);
  }
}

void FillDuplicates(const Census& census, Report* report) {
  report->duplicates.clear();
  for (const DuplicateSample& duplicate : census.duplicates()) {
    DuplicateRow row;
    if (duplicate.input < report->inputs.size()) row.input = report->inputs[duplicate.input].path;
    row.first_line = duplicate.first_line;
    row.again_line = duplicate.again_line;
    row.series = duplicate.series;
    report->duplicates.push_back(std::move(row));
  }
}

void FillExplanation(const Census& census, size_t family, const Report& report, MetricRow* row) {
  row->dependencies = census.Dependencies(family);
  if (!census.estimated()) row->label_sets = census.SearchLabelSets(family, row->count);
  row->product_gap = ExplainProduct(census, family, row->count, row->dependencies);
  for (const LabelCount& label : row->count.labels) {
    row->patterns.push_back(IsBoundaryLabel(row->count, label.name) ? LabelPatterns()
                                                                    : ReadLabelPatterns(census, family, label.name));
  }
  row->examples = census.ExampleSeries(family, kExamples);
  if (report.inputs.size() < 2) return;
  CountOptions options;
  options.top_values = 0;
  for (size_t i = 0; i < report.inputs.size(); ++i) {
    options.input = i;
    const FamilyCount count = census.Count(family, options);
    if (count.samples > 0) row->targets.push_back({report.inputs[i].path, count.series, count.samples, count.bytes});
  }
  options.input = kAllInputs;
  options.union_of_targets = true;
  row->union_series = census.Count(family, options).series;
}

}  // namespace

void BuildReport(const Census& census, const BuildReportOptions& options, Report* report) {
  FillTotal(census, report);
  FillDuplicates(census, report);
  report->estimated = census.estimated();

  CountOptions full;
  full.top_values = options.top_values;
  full.what_if = options.what_if;
  full.boundaries = options.what_if;  // asks as much as one label more

  std::vector<Candidate> shown;
  CutRows others;
  others.samples = 0;
  others.bytes = 0;
  const auto cut = [&others](const FamilyCount& count) {
    ++others.rows;
    others.series += count.series;
    *others.samples += count.samples;
    *others.bytes += count.bytes;
  };
  report->filtered_metrics = 0;
  for (size_t family = 0; family < census.family_count(); ++family) {
    const FamilyCount& count = census.plain(family);
    if (options.matches && !options.matches(census.family(family).name)) {
      cut(count);
      ++report->filtered_metrics;
      continue;
    }
    shown.push_back({family, SortKey(count, options.sort_by), count.series});
  }
  // Families are in the order of their names, so a stable sort breaks the last tie by name.
  std::stable_sort(shown.begin(), shown.end(), [](const Candidate& a, const Candidate& b) {
    return a.key != b.key ? a.key > b.key : a.series > b.series;
  });
  if (options.limit != 0 && shown.size() > options.limit) {
    for (size_t i = options.limit; i < shown.size(); ++i) cut(census.plain(shown[i].family));
    shown.resize(options.limit);
  }

  report->metrics.clear();
  report->metrics.reserve(shown.size());
  for (const Candidate& candidate : shown) {
    const FamilyInfo& info = census.family(candidate.family);
    MetricRow row;
    row.name = info.name;
    row.type = info.type;
    row.type_inferred = info.type_inferred;
    row.count = census.Count(candidate.family, full);
    // Boundaries have a cost of their own; a histogram "without le" is none.
    for (LabelCount& label : row.count.labels) {
      if (IsBoundaryLabel(row.count, label.name)) label.series_without.reset();
    }
    if (report->total.series > 0) {
      row.share = static_cast<double>(row.count.series) / static_cast<double>(report->total.series);
    }
    if (options.explain) FillExplanation(census, candidate.family, *report, &row);
    report->metrics.push_back(std::move(row));
  }
  report->others.reset();
  if (others.rows > 0) report->others = others;
}

}  // namespace seriesguard
