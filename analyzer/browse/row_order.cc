// SPDX-License-Identifier: Apache-2.0
//
// row_order.cc: numbers are looked up once a row, before sorting.
#include "analyzer/browse/row_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace seriesguard {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

const std::vector<RowSort>& SortsOf(LevelKind kind) {
  static const auto* const kMetrics =
      new std::vector<RowSort>{RowSort::kSeries, RowSort::kValues, RowSort::kBytes, RowSort::kName};
  static const auto* const kLabels =
      new std::vector<RowSort>{RowSort::kLeft, RowSort::kValues, RowSort::kSeries, RowSort::kName};
  static const auto* const kValues = new std::vector<RowSort>{RowSort::kSeries, RowSort::kName, RowSort::kFound};
  static const auto* const kSeries = new std::vector<RowSort>{RowSort::kFound, RowSort::kName};
  switch (kind) {
    case LevelKind::kMetrics: break;
    case LevelKind::kLabels: return *kLabels;
    case LevelKind::kValues: return *kValues;
    case LevelKind::kSeries: return *kSeries;
  }
  return *kMetrics;
}

std::string_view RowSortName(RowSort sort) {
  switch (sort) {
    case RowSort::kSeries: break;
    case RowSort::kValues: return "values";
    case RowSort::kBytes: return "bytes";
    case RowSort::kLeft: return "series left";
    case RowSort::kName: return "name";
    case RowSort::kFound: return "place in the dump";
  }
  return "series";
}

std::vector<uint32_t> SortedRows(const BrowseLevel& level, RowSort sort, bool reversed, const RowNumber& number) {
  const std::vector<BrowseRow>& rows = level.rows;
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0u);
  // Smaller keys first: what is to stand first by being the most is counted down, what is not known stands last.
  std::vector<uint64_t> keys;
  const bool by_number = sort == RowSort::kValues || sort == RowSort::kBytes || sort == RowSort::kLeft;
  if (by_number) {
    keys.reserve(rows.size());
    for (const BrowseRow& row : rows) {
      const std::optional<uint64_t> known = number(row);
      keys.push_back(!known ? UINT64_MAX : sort == RowSort::kLeft ? *known : UINT64_MAX - 1 - *known);
    }
  }
  const auto before = [&](uint32_t a, uint32_t b) {
    if (by_number && keys[a] != keys[b]) return keys[a] < keys[b];
    if (sort == RowSort::kFound) return a < b;
    if (sort != RowSort::kName && rows[a].series != rows[b].series) return rows[a].series > rows[b].series;
    if (rows[a].name != rows[b].name) return rows[a].name < rows[b].name;
    return a < b;
  };
  std::sort(order.begin(), order.end(), before);
  if (reversed) std::reverse(order.begin(), order.end());
  return order;
}

bool MatchesSearch(std::string_view name, std::string_view search) {
  if (search.empty()) return true;
  if (std::any_of(search.begin(), search.end(), IsCapital)) return name.find(search) != std::string_view::npos;
  const auto alike = [](char a, char b) { return Lower(a) == b; };
  return std::search(name.begin(), name.end(), search.begin(), search.end(), alike) != name.end();
}

}  // namespace seriesguard
