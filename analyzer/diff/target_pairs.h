// SPDX-License-Identifier: Apache-2.0
//
// target_pairs.h: which inputs of one run are the two sides of one target.
//
// Use:      made where the inputs are named; read by FamilyDiff.
// Threads:  plain data.
#ifndef SERIESGUARD_ANALYZER_DIFF_TARGET_PAIRS_H_
#define SERIESGUARD_ANALYZER_DIFF_TARGET_PAIRS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace seriesguard {

struct TargetPair {
  std::string name;  // relative to the folder that was given; of two single dumps the path of the later one
  std::optional<size_t> before, after;  // input; at least one
};

// A dump of one side: its number in the run, and the name by which it is matched.
struct SideTarget {
  size_t input = 0;
  std::string name;
};

// Matches targets of equal names; where both sides have exactly one, these two. In the order of the names.
//
// Requires:  names are unique within a side.
std::vector<TargetPair> PairTargets(const std::vector<SideTarget>& before, const std::vector<SideTarget>& after);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_TARGET_PAIRS_H_
