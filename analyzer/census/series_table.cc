// SPDX-License-Identifier: Apache-2.0
//
// series_table.cc: finding a label's column, and a given input's rows.
#include "analyzer/census/series_table.h"

#include <algorithm>

namespace seriesguard {
namespace {
constexpr size_t kSearchedColumns = 16;  // up to here a walk beats a table
}  // namespace

uint32_t SeriesTable::ColumnOf(Symbol label, Boundary boundary) {
  if (columns.size() <= kSearchedColumns) {
    for (uint32_t i = 0; i < columns.size(); ++i) {
      if (columns[i].label == label) return i;
    }
  } else {
    IndexColumns();
    const auto found = column_of_label.find(label);
    if (found != column_of_label.end()) return found->second;
    column_of_label[label] = static_cast<uint32_t>(columns.size());
  }
  columns.emplace_back();
  columns.back().label = label;
  columns.back().boundary = boundary;
  return static_cast<uint32_t>(columns.size() - 1);
}

void SeriesTable::IndexColumns() {
  if (columns.size() <= kSearchedColumns || column_of_label.size() == columns.size()) return;
  for (uint32_t i = 0; i < columns.size(); ++i) column_of_label[columns[i].label] = i;
}

const LabelColumn* SeriesTable::FindColumn(Symbol label) const {
  if (columns.size() > kSearchedColumns) {
    const auto found = column_of_label.find(label);
    return found == column_of_label.end() ? nullptr : &columns[found->second];
  }
  for (const LabelColumn& column : columns) {
    if (column.label == label) return &column;
  }
  return nullptr;
}

void SeriesTable::Seal(ByteArena* arena) {
  for (LabelColumn& column : columns) column.values.Seal(rows, arena);
  line_less_row.Seal(rows, arena);
  if (!timestamps.empty()) timestamps.resize(rows, kNoTimestamp);
}

SeriesTable::Rows SeriesTable::RowsOfInput(uint32_t input) const {
  const auto found = std::lower_bound(inputs.begin(), inputs.end(), input,
                                      [](const InputRows& rows_of, uint32_t wanted) { return rows_of.input < wanted; });
  if (found == inputs.end() || found->input != input) return {};
  const uint32_t end = found + 1 == inputs.end() ? rows : (found + 1)->first_row;
  return {found->first_row, end, found->bytes};
}

uint64_t SeriesTable::bytes() const {
  uint64_t sum = 0;
  for (const InputRows& rows_of : inputs) sum += rows_of.bytes;
  return sum;
}

}  // namespace seriesguard
