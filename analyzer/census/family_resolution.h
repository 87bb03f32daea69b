// SPDX-License-Identifier: Apache-2.0
//
// family_resolution.h: which sample names make up one metric family; decided after the whole input was read.
//
// Source: docs/counting.md, "Which family a sample belongs to".
#ifndef SERIESGUARD_ANALYZER_CENSUS_FAMILY_RESOLUTION_H_
#define SERIESGUARD_ANALYZER_CENSUS_FAMILY_RESOLUTION_H_

#include "analyzer/census/census_data.h"

namespace seriesguard {

// Fills data->families, sorted by name.
//
// A sample name goes to, in this order: the family X of `X_created` where X exists; the family that its own TYPE line
// declares; the declared family whose name it is with a suffix that the declared type allows; with no TYPE line at
// all, `X_bucket` with a label `le`, `X_sum` and `X_count` go to a histogram X (type_inferred); else a family of its
// own. A counter's family is named with `_total` wherever such a sample exists.
//
// Cost: linear in the number of sample names.
void ResolveFamilies(CensusData* data);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_FAMILY_RESOLUTION_H_
