// SPDX-License-Identifier: Apache-2.0
//
// series_text.h: one row as a person knows it: its line and its series.
//
// Use:      for examples, duplicates and remarks: few rows a run.
// Threads:  pure functions over sealed tables.
// Cost:     linear in the segments of the row's columns.
#ifndef SERIESGUARD_ANALYZER_CENSUS_SERIES_TEXT_H_
#define SERIESGUARD_ANALYZER_CENSUS_SERIES_TEXT_H_

#include <cstdint>
#include <string>

#include "analyzer/census/census_data.h"

namespace seriesguard {

// Returns the number of a row's line in its input: 1-based, modulo 2^32 within what one builder read.
uint64_t LineOfRow(const SeriesTable& table, uint32_t row);

// Writes a row's series as name{label="value",...}, labels sorted by name, bytes as the exposition escapes them.
std::string SeriesTextOfRow(const CensusData& data, const SeriesTable& table, uint32_t row);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SERIES_TEXT_H_
