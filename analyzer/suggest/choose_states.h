// SPDX-License-Identifier: Apache-2.0
//
// choose_states.h: one state of each family, so that the sum of their series fits and most label sets stay.
//
// Threads:  pure functions.
// Cost:     time states x kSteps, memory 2 bytes x families x kSteps.
// Source:   docs/suggest.md, "How it chooses": the multiple-choice knapsack problem, solved by dynamic programming.
#ifndef SERIESGUARD_ANALYZER_SUGGEST_CHOOSE_STATES_H_
#define SERIESGUARD_ANALYZER_SUGGEST_CHOOSE_STATES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace seriesguard {

struct StateSize {
  uint64_t series = 0;
  uint64_t label_sets = 0;
};

// families[i][j]: state j of family i, at least one each. Returns the state of each family; empty where even the smallest
// states do not fit. The answer is the best one where `most_series` is at most 20,000; above it series are rounded up to
// steps, and some room may be left.
std::vector<size_t> ChooseStates(const std::vector<std::vector<StateSize>>& families, uint64_t most_series);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_CHOOSE_STATES_H_
