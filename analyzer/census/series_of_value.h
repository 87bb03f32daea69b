// SPDX-License-Identifier: Apache-2.0
//
// series_of_value.h: some of the series that carry one value of a label, as text.
//
// Use:      for a person who has walked from a metric to a value and asks what stands there.
// Threads:  one at a time; the data is only read.
// Memory:   8 bytes a row that carries the value, while it runs.
// Cost:     one pass over the label's column; each example as SeriesTextOfRow.
#ifndef SERIESGUARD_ANALYZER_CENSUS_SERIES_OF_VALUE_H_
#define SERIESGUARD_ANALYZER_CENSUS_SERIES_OF_VALUE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/row_codes.h"

namespace seriesguard {

// Returns at most `limit` different series of the family whose `label` has `value`, spread over the rows that do, in
// the order of the rows; raw bytes, escaped as in an exposition. An empty `value`: series that lack the label.
std::vector<std::string> SeriesOfValue(const FamilyTables& family, Symbol label, std::string_view value, size_t limit,
                                       RowCodes* codes);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SERIES_OF_VALUE_H_
