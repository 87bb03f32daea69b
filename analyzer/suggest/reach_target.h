// SPDX-License-Identifier: Apache-2.0
//
// reach_target.h: the rules of all families that bring every target of a census to a number of series.
//
// Threads:  as Census.
// Errors:   FailedPrecondition, see make_suggestion.h.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_REACH_TARGET_H_
#define SERIESGUARD_ANALYZER_SUGGEST_REACH_TARGET_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/suggest/family_variants.h"

namespace seriesguard {

// Returns a state a family of `families`, in their order. `most_series` is that of one target; the series of families
// that are not in the list count as well.
absl::StatusOr<std::vector<FamilyVariant>> ReachTarget(const Census& census, std::vector<FamilyVariants>* families,
                                                       uint64_t most_series);

// Returns the series of the largest target with the states in force.
uint64_t LargestTarget(const Census& census, const std::vector<FamilyVariants>& families,
                       const std::vector<FamilyVariant>& states);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_REACH_TARGET_H_
