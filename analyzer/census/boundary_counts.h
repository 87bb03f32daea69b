// SPDX-License-Identifier: Apache-2.0
//
// boundary_counts.h: how many buckets (or quantiles) the label sets of a family have.
//
// Threads:  one at a time.
// Memory:   8 bytes a series that has the boundary label.
#ifndef SERIESGUARD_ANALYZER_CENSUS_BOUNDARY_COUNTS_H_
#define SERIESGUARD_ANALYZER_CENSUS_BOUNDARY_COUNTS_H_

#include <cstdint>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/row_codes.h"

namespace seriesguard {

// Sets min_per_label_set and max_per_label_set: of the label set with the fewest boundaries, and of the one with most.
//
// `label_set_keys[i]`: the labels that are no boundary, of the row at offset i; empty = the same for all rows.
// `repeats[i]`: the row repeats an earlier series; empty = none does.
void CountBoundaries(Symbol boundary, const std::vector<uint64_t>& label_set_keys, const std::vector<bool>& repeats,
                     RowCodes* row_codes, BoundaryCount* count);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_BOUNDARY_COUNTS_H_
