// SPDX-License-Identifier: Apache-2.0
//
// sketch_census.h: from exact columns to sketches, and what can still be answered from them.
//
// Use:      CensusBuilder calls SketchCensus when --memory-limit is met; Census asks CountFromSketches afterwards.
// Source:   docs/counting.md, "When memory runs out".
#ifndef SERIESGUARD_ANALYZER_CENSUS_SKETCH_CENSUS_H_
#define SERIESGUARD_ANALYZER_CENSUS_SKETCH_CENSUS_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/census/table_sketch.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {

// The hash of one label pair; those of a series are added, so that their order does not matter.
inline uint64_t PairHash(uint64_t label_hash, uint64_t value_hash) {
  const unsigned __int128 product =
      static_cast<unsigned __int128>(label_hash ^ 0x9E3779B97F4A7C15u) * (value_hash | 1) + value_hash;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Spreads a sum of pair hashes over all 64 bits.
inline uint64_t FinishHash(uint64_t sum) {
  sum = (sum ^ (sum >> 33)) * 0xFF51AFD7ED558CCDu;
  sum = (sum ^ (sum >> 33)) * 0xC4CEB9FE1A85EC53u;
  return sum ^ (sum >> 33);
}

// Makes sketches of everything in `exact` and keeps names, labels and declarations; the rest is freed.
//
// Requires:  every table is sealed, or was never filled.
// Cost:      one pass over all cells.
std::unique_ptr<CensusData> SketchCensus(std::unique_ptr<CensusData> exact);

// Adds the sketches of `other` to `data`; both are sketched, with the same hash key.
void JoinSketches(CensusData* data, CensusData&& other);

// Answers what CountOptions asks as far as sketches know it: no values, no series_without, relative_error set.
FamilyCount CountFromSketches(const CensusData& data, const FamilyTables& family, const CountOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SKETCH_CENSUS_H_
