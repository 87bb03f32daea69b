// SPDX-License-Identifier: Apache-2.0
//
// row_order.cc: numbers are looked up once a row, before sorting.
#include "analyzer/browse/row_order.h"

#include <algorithm>
#include <cstddef>

namespace seriesguard {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

// What rows are compared by first. Names lie all over the memory: most comparisons end before they are looked at.
struct SortKey {
  uint64_t number = 0;     // smaller stands first
  uint64_t name_part = 0;  // eight bytes of the name
  uint32_t row = 0;
};

// Most first means counted down; what is not known stands last.
uint64_t NumberOf(const BrowseRow& row, uint32_t index, RowSort sort, const RowNumber& number) {
  switch (sort) {
    case RowSort::kName: return 0;
    case RowSort::kFound: return index;
    case RowSort::kSeries: return UINT64_MAX - row.series;
    case RowSort::kValues:
    case RowSort::kBytes:
    case RowSort::kLeft: break;
  }
  const std::optional<uint64_t> known = number(row);
  if (!known) return UINT64_MAX;
  return sort == RowSort::kLeft ? *known : UINT64_MAX - 1 - *known;
}

// How many bytes all names begin with alike; the absent value, which stands last, is no name.
size_t CommonPrefix(const std::vector<BrowseRow>& rows) {
  if (rows.empty()) return 0;
  const std::string_view first = rows[0].name;
  size_t common = first.size();
  for (const BrowseRow& row : rows) {
    if (row.is_absence) continue;
    common = std::min(common, row.name.size());
    while (common > 0 && row.name.compare(0, common, first, 0, common) != 0) --common;
  }
  return common;
}

// The eight bytes after `common` as a number that compares as they do; absent ones are zeroes, which the full
// comparison tells from real ones.
uint64_t PartOf(std::string_view name, size_t common) {
  uint64_t part = 0;
  for (size_t i = common; i < common + 8; ++i) {
    part = part << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0u);
  }
  return part;
}

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
  const size_t common = CommonPrefix(rows);
  std::vector<SortKey> keys(rows.size());
  for (uint32_t i = 0; i < rows.size(); ++i)
    keys[i] = {NumberOf(rows[i], i, sort, number), PartOf(rows[i].name, common), i};
  const auto before = [&](const SortKey& a, const SortKey& b) {
    if (a.number != b.number) return a.number < b.number;
    const BrowseRow &row_a = rows[a.row], &row_b = rows[b.row];
    if (sort != RowSort::kName && row_a.series != row_b.series) return row_a.series > row_b.series;
    if (a.name_part != b.name_part) return a.name_part < b.name_part;
    if (row_a.name != row_b.name) return row_a.name < row_b.name;
    return a.row < b.row;
  };
  std::sort(keys.begin(), keys.end(), before);
  std::vector<uint32_t> order;
  order.reserve(keys.size());
  for (const SortKey& key : keys) order.push_back(key.row);
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
