// SPDX-License-Identifier: Apache-2.0
//
// duplicate_samples.h: samples that say again what an earlier line of their input said.
//
// Use:      for families that have fewer series than samples.
// Threads:  one at a time.
// Memory:   see row_keys.h; none a row where all lines of the family are the same series.
#ifndef SERIESGUARD_ANALYZER_CENSUS_DUPLICATE_SAMPLES_H_
#define SERIESGUARD_ANALYZER_CENSUS_DUPLICATE_SAMPLES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/row_keys.h"

namespace seriesguard {

// Adds the family's repeated samples (same series, same timestamp or none, same input) to the list, which grows to at
// most `limit` entries. Returns how many there are.
uint64_t FindDuplicates(const FamilyTables& family, size_t limit, RowKeys* row_keys,
                        std::vector<DuplicateSample>* duplicates);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DUPLICATE_SAMPLES_H_
