// SPDX-License-Identifier: Apache-2.0
//
// sketch_census.cc: rows are hashed column by column, as the columns lie.
#include "analyzer/census/sketch_census.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace seriesguard {
namespace {

constexpr uint64_t kMaxExactProduct = (uint64_t{1} << 53) - 1;

class TableSketcher {
 public:
  explicit TableSketcher(const CensusData& data) : data_(data), value_hashes_(data.symbols.size(), 0) {}

  std::unique_ptr<TableSketch> Run(const SeriesTable& table) {
    auto sketch = std::make_unique<TableSketch>();
    std::vector<uint64_t> series(table.rows, 0), label_sets(table.rows, 0);
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const LabelColumn& column = table.columns[c];
      const uint64_t label_hash = data_.key(data_.symbols.Text(column.label));
      const bool is_boundary = column.boundary != Boundary::kNone;
      uint32_t row = 0;
      size_t span = 0;
      uint32_t buffer[NumberColumn::kSegmentRows];
      for (const NumberColumn::Segment& segment : column.values.segments()) {
        for (uint32_t from = 0; from < segment.rows; from += NumberColumn::kSegmentRows) {
          const uint32_t count = std::min(segment.rows - from, NumberColumn::kSegmentRows);
          if (segment.width == 0 && segment.base == kNoSymbol && segment.dictionary == 0) {
            row += count;
            continue;
          }
          DecodeSegment(segment, from, count, buffer);
          for (uint32_t i = 0; i < count; ++i, ++row) {
            const Symbol symbol = segment.dictionary == 0 ? buffer[i] : data_.remaps[segment.dictionary][buffer[i]];
            if (symbol == kNoSymbol) continue;
            const uint64_t value_hash = ValueHash(symbol);
            const uint64_t pair = PairHash(label_hash, value_hash);
            series[row] += pair;
            if (!is_boundary) label_sets[row] += pair;
            while (span + 1 < table.inputs.size() && row >= table.inputs[span + 1].first_row) ++span;
            LabelSketch& label = LabelOf(sketch.get(), table, span, c);
            label.values.Add(FinishHash(value_hash));
            ++label.samples_with;
          }
        }
      }
    }
    for (size_t span = 0; span < table.inputs.size(); ++span) {
      InputSketch& input = InputOf(sketch.get(), table, span);
      const uint32_t end = span + 1 == table.inputs.size() ? table.rows : table.inputs[span + 1].first_row;
      for (uint32_t row = table.inputs[span].first_row; row < end; ++row) {
        input.series.Add(FinishHash(series[row]));
        input.label_sets.Add(FinishHash(label_sets[row]));
      }
      input.samples = end - table.inputs[span].first_row;
    }
    return sketch;
  }

 private:
  uint64_t ValueHash(Symbol symbol) {
    uint64_t& hash = value_hashes_[symbol];
    if (hash == 0) hash = data_.key(data_.symbols.Text(symbol));
    return hash;
  }

  static InputSketch& InputOf(TableSketch* sketch, const SeriesTable& table, size_t span) {
    while (sketch->inputs.size() <= span) {
      sketch->inputs.emplace_back();
      sketch->inputs.back().input = table.inputs[sketch->inputs.size() - 1].input;
    }
    return sketch->inputs[span];
  }

  static LabelSketch& LabelOf(TableSketch* sketch, const SeriesTable& table, size_t span, size_t column) {
    InputSketch& input = InputOf(sketch, table, span);
    if (input.labels.size() <= column) input.labels.resize(column + 1);
    return input.labels[column];
  }

  const CensusData& data_;
  std::vector<uint64_t> value_hashes_;
};

void MergeInput(InputSketch* into, const InputSketch& from, const std::vector<uint32_t>& column_of) {
  into->samples += from.samples;
  into->series.Merge(from.series);
  into->label_sets.Merge(from.label_sets);
  for (size_t i = 0; i < from.labels.size(); ++i) {
    if (into->labels.size() <= column_of[i]) into->labels.resize(column_of[i] + 1);
    LabelSketch& label = into->labels[column_of[i]];
    label.values.Merge(from.labels[i].values);
    label.samples_with += from.labels[i].samples_with;
  }
}

// One family's sketches, joined over its tables and over the inputs that the options select.
struct FamilySketch {
  DistinctSketch label_sets;
  uint64_t label_set_sum = 0;  // over targets
  std::vector<DistinctSketch> values;
  std::vector<uint64_t> samples_with;
};

}  // namespace

std::unique_ptr<CensusData> SketchCensus(std::unique_ptr<CensusData> exact) {
  auto data = std::make_unique<CensusData>(exact->key);
  data->sketched = true;
  data->inputs = exact->inputs;
  data->guard_samples = std::move(exact->guard_samples);
  data->left_out_guard_samples = exact->left_out_guard_samples;
  for (Declaration declaration : exact->declarations) {
    declaration.name = data->symbols.Intern(exact->symbols.Text(declaration.name));
    data->declaration_of_name[declaration.name] = static_cast<uint32_t>(data->declarations.size());
    data->declarations.push_back(declaration);
  }
  TableSketcher sketcher(*exact);
  for (SeriesTable& table : exact->tables) {
    SeriesTable kept;
    kept.name = data->symbols.Intern(exact->symbols.Text(table.name));
    kept.rows = table.rows;
    kept.inputs = table.inputs;
    kept.shape = table.shape;
    kept.sketch = sketcher.Run(table);
    for (const LabelColumn& column : table.columns) {
      LabelColumn empty;
      empty.label = data->symbols.Intern(exact->symbols.Text(column.label));
      empty.label_text = data->symbols.Text(empty.label);
      empty.boundary = column.boundary;
      kept.columns.push_back(std::move(empty));
    }
    kept.IndexColumns();
    data->table_of_name[kept.name] = static_cast<uint32_t>(data->tables.size());
    table = SeriesTable();
    data->tables.push_back(std::move(kept));
  }
  return data;
}

void JoinSketches(CensusData* data, CensusData&& other) {
  for (SeriesTable& from : other.tables) {
    if (from.rows == 0) continue;
    const Symbol name = data->symbols.Intern(other.symbols.Text(from.name));
    const auto [found, is_new] = data->table_of_name.try_emplace(name, static_cast<uint32_t>(data->tables.size()));
    if (is_new) {
      data->tables.emplace_back();
      data->tables.back().name = name;
      data->tables.back().sketch = std::make_unique<TableSketch>();
    }
    SeriesTable& into = data->tables[found->second];
    std::vector<uint32_t> column_of;
    for (const LabelColumn& column : from.columns) {
      const Symbol label = data->symbols.Intern(other.symbols.Text(column.label));
      column_of.push_back(into.ColumnOf(label, column.boundary));
      into.columns[column_of.back()].label_text = data->symbols.Text(label);
    }
    for (const InputSketch& input : from.sketch->inputs) MergeInput(&into.sketch->Of(input.input), input, column_of);
    for (const SeriesTable::InputRows& rows_of : from.inputs) {
      if (!into.inputs.empty() && into.inputs.back().input == rows_of.input) {
        into.inputs.back().bytes += rows_of.bytes;
      } else {
        into.inputs.push_back({rows_of.input, into.rows, rows_of.bytes});
      }
    }
    into.rows += from.rows;
  }
}

FamilyCount CountFromSketches(const CensusData& data, const FamilyTables& family, const CountOptions& options) {
  FamilyCount count;
  FamilySketch joined;
  joined.values.resize(family.labels.size());
  joined.samples_with.resize(family.labels.size(), 0);
  const bool as_union = options.input == kAllInputs && options.union_of_targets;
  std::vector<DistinctSketch> label_sets_of_input(data.inputs.size());
  bool exact = true;
  for (size_t part = 0; part < family.tables.size(); ++part) {
    const SeriesTable& table = data.tables[family.tables[part]];
    PartCount part_count{family.info.parts[part], 0, 0};
    DistinctSketch series;
    for (const InputSketch& input : table.sketch->inputs) {
      if (options.input != kAllInputs && input.input != options.input) continue;
      part_count.samples += input.samples;
      count.bytes += table.RowsOfInput(input.input).bytes;
      exact = exact && input.series.is_exact();
      if (as_union)
        series.Merge(input.series);
      else
        part_count.series += std::min(input.series.Count(), input.samples);  // an estimate may pass what there is
      label_sets_of_input[as_union ? 0 : input.input].Merge(input.label_sets);
      for (size_t c = 0; c < input.labels.size(); ++c) {
        const auto place = std::find(family.labels.begin(), family.labels.end(), table.columns[c].label);
        const size_t label = static_cast<size_t>(place - family.labels.begin());
        joined.values[label].Merge(input.labels[c].values);
        joined.samples_with[label] += input.labels[c].samples_with;
      }
    }
    if (as_union) part_count.series = series.Count();
    exact = exact && series.is_exact();
    part_count.series = std::min(part_count.series, part_count.samples);
    if (part_count.samples == 0) continue;
    count.series += part_count.series;
    count.samples += part_count.samples;
    count.parts.push_back(std::move(part_count));
  }
  for (const DistinctSketch& label_sets : label_sets_of_input) {
    count.label_sets += label_sets.Count();
    exact = exact && label_sets.is_exact();
  }
  uint64_t product = 1;
  bool product_fits = true;
  for (size_t i = 0; i < family.labels.size(); ++i) {
    LabelCount label;
    label.name = family.info.labels[i];
    label.values = joined.values[i].Count();
    label.values_estimated = !joined.values[i].is_exact();
    if (label.values == 0) continue;
    // Without the rows only samples are known; of a dump without repeated lines they are the series.
    label.series_with = std::min(joined.samples_with[i], count.series);
    label.other_values = label.values;
    label.other_series = label.series_with;
    if (label.name == "le" || label.name == "quantile") {
      count.boundaries.label = label.name;
      count.boundaries.distinct = label.values;
    } else {
      const uint64_t factor = label.values + (joined.samples_with[i] < count.samples ? 1 : 0);
      count.product_log10 += std::log10(static_cast<double>(factor));
      product_fits = product_fits && product <= kMaxExactProduct / factor;
      if (product_fits) product *= factor;
    }
    count.labels.push_back(std::move(label));
  }
  if (product_fits) count.product = product;
  count.density =
      std::pow(10.0, std::log10(static_cast<double>(std::max<uint64_t>(count.label_sets, 1))) - count.product_log10);
  // As in FamilyCounter: the product is of one target.
  if (options.input == kAllInputs && !as_union) count.density /= static_cast<double>(data.inputs.size());
  count.density = std::min(1.0, count.density);
  count.relative_error = exact ? 0 : DistinctSketch::kRelativeError;
  return count;
}

}  // namespace seriesguard
