// SPDX-License-Identifier: Apache-2.0
//
// row_order.h: in which order the rows of a list stand, and which of them a search leaves.
//
// Use:      by Browser, whenever the order or the search changes.
// Threads:  pure functions.
// Cost:     sorting compares eight bytes of most names, not the names; a search is one pass over the names.
#ifndef SERIESGUARD_ANALYZER_BROWSE_ROW_ORDER_H_
#define SERIESGUARD_ANALYZER_BROWSE_ROW_ORDER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/browse/browse_level.h"

namespace seriesguard {

enum class RowSort : uint8_t {
  kSeries,  // most first
  kValues,  // distinct values, of a metric those of the label that has most; most first
  kBytes,   // of the sample lines; most first
  kLeft,    // series left without it, fewest first
  kName,    // byte by byte
  kFound,   // as in the dump
};

// What a list can be sorted by, its first order first.
const std::vector<RowSort>& SortsOf(LevelKind kind);

// "series", "values", "bytes", "series left", "name", "place in the dump".
std::string_view RowSortName(RowSort sort);

// Says for a row what it is sorted by: kValues and kBytes of a metric, kValues and kLeft of a label.
using RowNumber = std::function<std::optional<uint64_t>(const BrowseRow& row)>;

// Returns the indexes of all rows, sorted: a row whose number is not known stands last, ties go by series (most first),
// then by name. `reversed` turns the whole order round. `number` may be empty for the sorts that need none.
std::vector<uint32_t> SortedRows(const BrowseLevel& level, RowSort sort, bool reversed, const RowNumber& number);

// Says whether `name` holds `search`; letters of ASCII are alike in both cases unless `search` has a capital one. The
// empty search holds for every row.
bool MatchesSearch(std::string_view name, std::string_view search);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_ROW_ORDER_H_
