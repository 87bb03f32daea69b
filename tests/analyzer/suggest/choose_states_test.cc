// SPDX-License-Identifier: Apache-2.0
//
// choose_states_test.cc: the choice against all choices.
#include "analyzer/suggest/choose_states.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

using Families = std::vector<std::vector<StateSize>>;

StateSize Sum(const Families& families, const std::vector<size_t>& chosen) {
  StateSize sum;
  for (size_t i = 0; i < families.size(); ++i) {
    sum.series += families[i][chosen[i]].series;
    sum.label_sets += families[i][chosen[i]].label_sets;
  }
  return sum;
}

// The most label sets of all choices that fit; 0 where none does.
uint64_t BestOfAll(const Families& families, uint64_t most_series) {
  uint64_t best = 0;
  std::vector<size_t> chosen(families.size(), 0);
  while (true) {
    const StateSize sum = Sum(families, chosen);
    if (sum.series <= most_series) best = std::max(best, sum.label_sets);
    size_t i = 0;
    while (i < families.size() && ++chosen[i] == families[i].size()) chosen[i++] = 0;
    if (i == families.size()) return best;
  }
}

TEST(ChooseStates, IsAsGoodAsTheBestOfAllChoices) {
  std::mt19937_64 random(3);
  size_t impossible = 0;
  for (int round = 0; round < 3000; ++round) {
    Families families(1 + random() % 5);
    for (auto& states : families) {
      const size_t count = 1 + random() % 4;
      for (size_t i = 0; i < count; ++i) {
        const uint64_t sets = 1 + random() % 12;
        states.push_back({sets * (1 + random() % 5), sets});
      }
    }
    const uint64_t most_series = 1 + random() % 60;
    const uint64_t best = BestOfAll(families, most_series);
    const std::vector<size_t> chosen = ChooseStates(families, most_series);
    if (best == 0) {
      EXPECT_TRUE(chosen.empty());
      ++impossible;
      continue;
    }
    ASSERT_EQ(chosen.size(), families.size());
    const StateSize sum = Sum(families, chosen);
    EXPECT_LE(sum.series, most_series);
    EXPECT_EQ(sum.label_sets, best) << "round " << round;
  }
  EXPECT_GT(impossible, 100u);
}

TEST(ChooseStates, NeverGoesAboveALargeTarget) {
  Families families(40);
  for (size_t i = 0; i < families.size(); ++i) {
    for (uint64_t j = 1; j <= 20; ++j) families[i].push_back({j * 7919 * (i + 1), j * 100});
  }
  const uint64_t most_series = 40'000'000;
  const std::vector<size_t> chosen = ChooseStates(families, most_series);
  ASSERT_FALSE(chosen.empty());
  const uint64_t series = Sum(families, chosen).series;
  EXPECT_LE(series, most_series);
  EXPECT_GT(series, most_series * 9 / 10);
}

TEST(ChooseStates, OfNothingIsNothing) { EXPECT_TRUE(ChooseStates({}, 10).empty()); }

}  // namespace
}  // namespace seriesguard
