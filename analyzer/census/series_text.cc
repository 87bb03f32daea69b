// SPDX-License-Identifier: Apache-2.0
//
// series_text.cc: a row's symbols are looked up column by column.
#include "analyzer/census/series_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "rules/safe_text.h"

namespace seriesguard {

uint64_t LineOfRow(const SeriesTable& table, uint32_t row) {
  const uint32_t line = NumberOfRow(table.line_less_row, row) + row;
  for (const SeriesTable::ContinuedRows& rows : table.continued) {
    if (row >= rows.first && row < rows.end) return line + rows.lines_before;
  }
  return line;
}

std::string SeriesTextOfRow(const CensusData& data, const SeriesTable& table, uint32_t row) {
  struct Pair {
    std::string_view name, value;
  };
  std::vector<Pair> pairs;
  for (const LabelColumn& column : table.columns) {
    uint8_t dictionary = 0;
    Symbol symbol = NumberOfRow(column.values, row, &dictionary);
    if (dictionary != 0) symbol = data.remaps[dictionary][symbol];
    if (symbol != kNoSymbol) pairs.push_back({data.symbols.Text(column.label), data.symbols.Text(symbol)});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.name < b.name; });
  std::string text(data.symbols.Text(table.name));
  if (pairs.empty()) return text;
  text.push_back('{');
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0) text.push_back(',');
    text.append(pairs[i].name).append("=\"").append(EscapeLabelValue(pairs[i].value)).append("\"");
  }
  text.push_back('}');
  return text;
}

}  // namespace seriesguard
