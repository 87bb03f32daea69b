// SPDX-License-Identifier: Apache-2.0
//
// bucket_plan_test.cc: the search against all subsets, in small worlds.
#include "analyzer/buckets/bucket_plan.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Demands = std::vector<BucketDemand>;

BucketDemand Widest(double width) { return {width, false, 1}; }

// The size and the weighed widths of a subset; nothing where it breaks a demand. Written from the header, bucket by
// bucket, without any of the search.
bool Judge(const std::vector<double>& boundaries, const Demands& demands, const std::vector<bool>& must_keep,
           const std::vector<size_t>& kept, std::pair<size_t, double>* cost) {
  *cost = {kept.size(), 0};
  const size_t n = boundaries.size();
  for (size_t i = 0; i < n; ++i) {
    bool is_kept = false;
    for (const size_t position : kept) is_kept |= position == i;
    if (must_keep[i] && !is_kept) return false;
  }
  for (size_t b = 0; b <= kept.size(); ++b) {
    const size_t first = b == 0 ? 0 : kept[b - 1] + 1;
    const size_t last = b == kept.size() ? n : kept[b];
    double width = kInfinity;
    if (last < n && first > 0) width = boundaries[last] - boundaries[first - 1];
    if (last < n && first == 0 && boundaries[0] >= 0) width = boundaries[last];
    for (size_t k = first; k <= last; ++k) {
      if (width > demands[k].widest) return false;
      if (demands[k].stays && first != last) return false;
      if (width < kInfinity) cost->second += demands[k].weight * width;
    }
  }
  return true;
}

TEST(BucketPlan, KeepsNothingThatNobodyAskedFor) {
  EXPECT_TRUE(CheapestBoundaries({1, 2, 3}, Demands(4), {false, false, false}).empty());
}

TEST(BucketPlan, MergesUpToTheWidthAsked) {
  Demands demands(6);
  for (size_t k = 1; k <= 3; ++k) demands[k] = Widest(3);
  EXPECT_EQ(CheapestBoundaries({11, 12, 13, 14, 15}, demands, std::vector<bool>(5)), (std::vector<size_t>{0, 3}));
  for (size_t k = 1; k <= 3; ++k) demands[k] = Widest(2);
  EXPECT_EQ(CheapestBoundaries({11, 12, 13, 14, 15}, demands, std::vector<bool>(5)).size(), 3u);
}

TEST(BucketPlan, TakesTheNarrowerOfTwoThatCostTheSame) {
  Demands demands(6);
  demands[2] = Widest(2);
  EXPECT_EQ(CheapestBoundaries({1, 2, 3, 4, 5}, demands, std::vector<bool>(5)), (std::vector<size_t>{1, 2}));
}

TEST(BucketPlan, KeepsTheFirstBucketFromZero) {
  Demands demands(4);
  demands[0] = Widest(2);
  EXPECT_EQ(CheapestBoundaries({1, 2, 3}, demands, std::vector<bool>(3)), (std::vector<size_t>{0}));  // the narrower
}

TEST(BucketPlan, TakesNoWidthBelowANegativeBoundary) {
  EXPECT_EQ(BucketWidth({-1, 2}, 0, 0), kInfinity);
  EXPECT_EQ(BucketWidth({-1, 2}, 0, 1), kInfinity);
  EXPECT_EQ(BucketWidth({-1, 2}, 1, 1), 3);
  EXPECT_EQ(BucketWidth({0, 2}, 0, 0), 0);
  EXPECT_EQ(BucketWidth({0, 2}, 0, 1), 2);
  EXPECT_EQ(BucketWidth({0, 2}, 1, 2), kInfinity);
}

TEST(BucketPlan, LeavesABucketThatStaysAsItIs) {
  Demands demands(4);
  demands[3].stays = true;
  EXPECT_EQ(CheapestBoundaries({1, 2, 3}, demands, std::vector<bool>(3)), (std::vector<size_t>{2}));
  demands[0].stays = true;
  EXPECT_EQ(CheapestBoundaries({1, 2, 3}, demands, std::vector<bool>(3)), (std::vector<size_t>{0, 2}));
}

TEST(BucketPlan, IsTheBestOfAllSubsets) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 3000; ++round) {
    const size_t n = 1 + random() % 9;
    std::vector<double> boundaries;
    double at = static_cast<double>(random() % 4) - 1;
    for (size_t i = 0; i < n; ++i) {
      boundaries.push_back(at);
      at += 1 + static_cast<double>(random() % 5);
    }
    Demands demands(n + 1);
    std::vector<bool> must_keep(n);
    for (size_t k = 0; k <= n; ++k) {
      if (random() % 3 != 0) continue;
      const double width = BucketWidth(boundaries, k, k);
      demands[k].weight = static_cast<double>(1 + random() % 8);
      demands[k].widest = width == kInfinity ? width : width + static_cast<double>(random() % 12);
      demands[k].stays = width == kInfinity || random() % 9 == 0;
    }
    for (size_t i = 0; i < n; ++i) must_keep[i] = random() % 7 == 0;

    std::pair<size_t, double> best = {n + 1, 0}, cost;
    for (uint32_t subset = 0; subset < (1u << n); ++subset) {
      std::vector<size_t> kept;
      for (size_t i = 0; i < n; ++i) {
        if ((subset >> i & 1) != 0) kept.push_back(i);
      }
      if (Judge(boundaries, demands, must_keep, kept, &cost) && cost < best) best = cost;
    }
    const std::vector<size_t> found = CheapestBoundaries(boundaries, demands, must_keep);
    ASSERT_TRUE(Judge(boundaries, demands, must_keep, found, &cost)) << "round " << round;
    ASSERT_EQ(cost, best) << "round " << round;  // widths are whole, so sums are exact
  }
}

TEST(BucketPlan, TakesAThousandBoundaries) {
  std::vector<double> boundaries;
  for (int i = 1; i <= 1000; ++i) boundaries.push_back(i);
  Demands demands(1001);
  for (size_t k = 0; k < 1000; ++k) demands[k] = Widest(10);
  EXPECT_EQ(CheapestBoundaries(boundaries, demands, std::vector<bool>(1000)).size(), 100u);
}

}  // namespace
}  // namespace seriesguard
