// SPDX-License-Identifier: Apache-2.0
//
// census.cc: the questions, passed on to a FamilyCounter; the plain answers are made once, largest families first.
#include "analyzer/census/census.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <utility>

#include "analyzer/census/census_data.h"
#include "analyzer/census/dependencies.h"
#include "analyzer/census/duplicate_samples.h"
#include "analyzer/census/family_counter.h"
#include "analyzer/census/family_resolution.h"
#include "analyzer/census/label_set_search.h"
#include "analyzer/census/on_threads.h"
#include "analyzer/census/row_keys.h"
#include "analyzer/census/series_of_value.h"
#include "analyzer/census/series_text.h"
#include "analyzer/census/sketch_census.h"

namespace seriesguard {
namespace {

constexpr size_t kCachedValues = 10;
constexpr size_t kListedDuplicates = 100;

bool IsPlain(const CountOptions& options, bool one_input) {
  return !options.what_if && !options.boundaries && options.top_values <= kCachedValues &&
         (one_input || (options.input == kAllInputs && !options.union_of_targets));
}

// Copies a label with at most `top_values` of its values listed; the others become part of the rest.
LabelCount WithTop(const LabelCount& label, size_t top_values) {
  LabelCount cut;
  cut.name = label.name;
  cut.values = label.values;
  cut.values_estimated = label.values_estimated;
  cut.series_with = label.series_with;
  cut.series_without = label.series_without;
  cut.other_values = label.other_values;
  cut.other_series = label.other_series;
  const size_t listed = std::min(top_values, label.top.size());
  cut.top.assign(label.top.begin(), label.top.begin() + static_cast<ptrdiff_t>(listed));
  for (size_t i = listed; i < label.top.size(); ++i) {
    ++cut.other_values;
    cut.other_series += label.top[i].series;
  }
  return cut;
}

}  // namespace

Census::Census(std::unique_ptr<CensusData> data, int threads) : data_(std::move(data)) {
  ResolveFamilies(data_.get());
  data_->symbols.DropIndex();  // nothing is looked up by its text any more
  const std::vector<FamilyTables>& families = data_->families;
  plain_.resize(families.size());
  std::vector<uint64_t> rows(families.size(), 0);
  for (size_t f = 0; f < families.size(); ++f) {
    for (const uint32_t table : families[f].tables) rows[f] += data_->tables[table].rows;
  }
  std::vector<size_t> order(families.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&rows](size_t a, size_t b) { return rows[a] > rows[b]; });
  std::atomic<size_t> next{0};
  std::mutex mutex;
  const bool several_inputs = data_->inputs.size() > 1;
  const auto work = [&](size_t) {
    RowKeys row_keys(*data_);
    FamilyCounter counter(&row_keys);
    std::vector<uint64_t> series_of_input(data_->inputs.size(), 0);
    CountOptions options;
    options.top_values = kCachedValues;
    options.also_union = several_inputs;
    for (size_t i = next.fetch_add(1); i < order.size(); i = next.fetch_add(1)) {
      const FamilyTables& family = families[order[i]];
      plain_[order[i]] = data_->sketched ? CountFromSketches(*data_, family, options)
                                         : counter.Count(family, options, {}, &series_of_input);
    }
    const std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = 0; i < series_of_input.size(); ++i) data_->inputs[i].series += series_of_input[i];
  };
  OnThreads(static_cast<size_t>(std::max(threads, 1)), work);

  row_keys_ = std::make_unique<RowKeys>(*data_);
  for (size_t f = 0; f < families.size() && !data_->sketched; ++f) {
    if (plain_[f].series == plain_[f].samples) continue;
    data_->duplicate_samples += FindDuplicates(families[f], kListedDuplicates, row_keys_.get(), &data_->duplicates);
  }
  for (size_t i = 0; i < data_->inputs.size() && (data_->sketched || !several_inputs); ++i) {
    CountOptions options;
    options.input = i;
    data_->inputs[i].series = TotalSeries(options);
  }
}

Census::Census(Census&&) noexcept = default;
Census& Census::operator=(Census&&) noexcept = default;
Census::~Census() = default;

const std::vector<InputCount>& Census::inputs() const { return data_->inputs; }
size_t Census::family_count() const { return data_->families.size(); }
const FamilyInfo& Census::family(size_t family) const { return data_->families[family].info; }

size_t Census::FindFamily(std::string_view name) const {
  const auto& families = data_->families;
  const auto found = std::lower_bound(
      families.begin(), families.end(), name,
      [](const FamilyTables& tables, std::string_view wanted) { return std::string_view(tables.info.name) < wanted; });
  if (found == families.end() || found->info.name != name) return families.size();
  return static_cast<size_t>(found - families.begin());
}

FamilyCount Census::Count(size_t family, const CountOptions& options) const {
  if (!IsPlain(options, data_->inputs.size() == 1)) return Recount(family, options, {});
  const FamilyCount& plain = plain_[family];
  FamilyCount count;
  static_cast<FamilySums&>(count) = plain;
  count.labels.reserve(plain.labels.size());
  for (const LabelCount& label : plain.labels) count.labels.push_back(WithTop(label, options.top_values));
  return count;
}

FamilyCount Census::Recount(size_t family, const CountOptions& options,
                            const std::vector<LabelTransform>& transforms) const {
  if (data_->sketched) return CountFromSketches(*data_, data_->families[family], options);
  return FamilyCounter(row_keys_.get()).Count(data_->families[family], options, transforms);
}

uint64_t Census::TotalSeries(const CountOptions& options) const {
  CountOptions plain = options;
  plain.what_if = false;
  plain.boundaries = false;
  plain.top_values = 0;
  uint64_t sum = 0;
  if (IsPlain(plain, data_->inputs.size() == 1)) {
    for (const FamilyCount& count : plain_) sum += count.series;
    return sum;
  }
  if (options.union_of_targets && !data_->sketched) {
    for (const FamilyCount& count : plain_) sum += count.union_series.value_or(count.series);
    return sum;
  }
  for (const FamilyTables& family : data_->families) {
    sum += data_->sketched ? CountFromSketches(*data_, family, plain).series
                           : FamilyCounter(row_keys_.get()).Count(family, plain, {}).series;
  }
  return sum;
}

void Census::ForEachValue(size_t family, std::string_view label, size_t input,
                          const std::function<void(std::string_view value, uint64_t series)>& visit) const {
  const FamilyTables& tables = data_->families[family];
  const bool repeats = plain_[family].series != plain_[family].samples;
  for (size_t i = 0; i < tables.labels.size() && !data_->sketched; ++i) {
    if (tables.info.labels[i] == label) {
      FamilyCounter(row_keys_.get()).ForEachValue(tables, tables.labels[i], input, repeats, visit);
    }
  }
}

std::vector<Dependency> Census::Dependencies(size_t family) const {
  return data_->sketched ? std::vector<Dependency>() : FindDependencies(data_->families[family], &row_keys_->codes());
}

LabelSetSearch Census::SearchLabelSets(size_t family, const FamilyCount& count) const {
  if (data_->sketched) return {};
  return seriesguard::SearchLabelSets(data_->families[family], count, row_keys_.get());
}

uint64_t Census::JointValues(size_t family, const std::vector<std::string>& labels) const {
  if (data_->sketched) return 0;
  const FamilyTables& tables = data_->families[family];
  row_keys_->Begin(tables, kAllInputs, /*per_target=*/false);
  LabelCoding coding;
  for (size_t i = 0; i < tables.labels.size(); ++i) {
    if (std::find(labels.begin(), labels.end(), tables.info.labels[i]) == labels.end()) continue;
    row_keys_->AddLabel(tables.labels[i], nullptr, &coding);
  }
  return row_keys_->CountOverParts();
}

CensusSymbols Census::CountSymbols() const {
  return data_->sketched ? CensusSymbols() : seriesguard::CountSymbols(row_keys_.get());
}

std::vector<std::string> Census::ExampleSeries(size_t family, size_t limit) const {
  std::vector<std::string> examples;
  const FamilyTables& tables = data_->families[family];
  if (data_->sketched) return examples;
  uint64_t rows = 0;
  for (const uint32_t table : tables.tables) rows += data_->tables[table].rows;
  const uint64_t wanted = std::min<uint64_t>(limit, rows);
  for (uint64_t i = 0; i < wanted; ++i) {
    uint64_t row = i * rows / wanted;
    for (const uint32_t t : tables.tables) {
      const SeriesTable& table = data_->tables[t];
      if (row < table.rows) {
        examples.push_back(SeriesTextOfRow(*data_, table, static_cast<uint32_t>(row)));
        break;
      }
      row -= table.rows;
    }
  }
  return examples;
}

std::vector<std::string> Census::SeriesOfValue(size_t family, std::string_view label, std::string_view value,
                                               size_t limit) const {
  const FamilyTables& tables = data_->families[family];
  for (size_t i = 0; i < tables.labels.size() && !data_->sketched; ++i) {
    if (tables.info.labels[i] != label) continue;
    return seriesguard::SeriesOfValue(tables, tables.labels[i], value, limit, &row_keys_->codes());
  }
  return {};
}

uint64_t Census::duplicate_samples() const { return data_->duplicate_samples; }
const std::vector<DuplicateSample>& Census::duplicates() const { return data_->duplicates; }
const std::vector<GuardSample>& Census::guard_samples() const { return data_->guard_samples; }
uint64_t Census::left_out_guard_samples() const { return data_->left_out_guard_samples; }
std::vector<DumpRemark> Census::Remarks(size_t limit) const { return FindRemarks(*data_, limit); }
bool Census::estimated() const { return data_->sketched; }

}  // namespace seriesguard
