// SPDX-License-Identifier: Apache-2.0
//
// exact_sum_test.cc: sums that plain addition gets wrong, and random ones against whole numbers of 128 bits.
#include "analyzer/simulation/exact_sum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace seriesguard {
namespace {

TEST(ExactSum, LosesNothing) {
  ExactSum sum;
  sum.Add(1e300);
  sum.Add(1);
  sum.Add(1e-300);
  sum.Subtract(1e300);
  EXPECT_EQ(sum.Rounded(), 1);
  sum.Subtract(1);
  EXPECT_EQ(sum.Rounded(), 1e-300);
  sum.Subtract(1e-300);
  EXPECT_TRUE(sum.IsZero());
}

TEST(ExactSum, RoundsOnceAndToTheNearest) {
  ExactSum tenths;
  for (int i = 0; i < 10; ++i) tenths.Add(0.1);
  EXPECT_EQ(tenths.Rounded(), 1.0);  // plain addition gives 0.9999999999999999
  ExactSum tie;                      // half way between two doubles, and a little more
  tie.Add(1);
  tie.Add(std::ldexp(1, -53));
  EXPECT_EQ(tie.Rounded(), 1);  // to the even one
  tie.Add(std::ldexp(1, -200));
  EXPECT_EQ(tie.Rounded(), std::nextafter(1.0, 2.0));
}

TEST(ExactSum, TellsAnOverflow) {
  ExactSum sum;
  sum.Add(std::numeric_limits<double>::max());
  sum.Add(std::numeric_limits<double>::max());
  EXPECT_TRUE(sum.overflowed());
  EXPECT_FALSE(sum.IsZero());
}

TEST(ExactSum, KnowsItsBounds) {
  ExactSum sum, bound;
  sum.Add(-0.5);
  bound.Add(0.5);
  EXPECT_TRUE(sum.IsWithin(bound));
  sum.Subtract(1e-300);
  EXPECT_FALSE(sum.IsWithin(bound));
}

TEST(ExactSum, IsTheSumOfWholeNumbers) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 2'000; ++round) {
    ExactSum sum;
    __extension__ typedef __int128 Wide;
    Wide truth = 0;
    for (int i = 0; i < 50; ++i) {
      const auto value = static_cast<int64_t>(random()) >> (random() % 60);
      const double rounded = static_cast<double>(value);
      sum.Add(rounded);
      truth += static_cast<Wide>(rounded);
    }
    EXPECT_EQ(sum.Rounded(), static_cast<double>(truth));
  }
}

}  // namespace
}  // namespace seriesguard
