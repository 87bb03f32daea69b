// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/number_text.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

TEST(NumberText, PutsThousandsSeparators) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1'000), "1,000");
  EXPECT_EQ(WithThousands(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(NumberText, CountsThings) {
  EXPECT_EQ(Quantity(1, "metric"), "1 metric");
  EXPECT_EQ(Quantity(0, "metric"), "0 metrics");
  EXPECT_EQ(Quantity(2, "series"), "2 series");
}

TEST(NumberText, NeverRoundsToNothingOrToAll) {
  EXPECT_EQ(Percent(0), "0.0 %");
  EXPECT_EQ(Percent(0.00001), "<0.1 %");
  EXPECT_EQ(Percent(0.6003), "60.0 %");
  EXPECT_EQ(Percent(0.99999), ">99.9 %");
  EXPECT_EQ(Percent(1), "100.0 %");
}

TEST(NumberText, GivesBytesTheirUnit) {
  EXPECT_EQ(ByteSize(0), "0 B");
  EXPECT_EQ(ByteSize(1'023), "1023 B");
  EXPECT_EQ(ByteSize(1'024), "1.00 KiB");
  EXPECT_EQ(ByteSize(34'900), "34.1 KiB");
  EXPECT_EQ(ByteSize(200'000'000), "191 MiB");
  EXPECT_EQ(ByteSize(UINT64_MAX), "16.0 EiB");
}

TEST(NumberText, WritesLargeProductsAsPowers) {
  EXPECT_EQ(PowerOfTen(21.5), "about 3.2e+21");
  EXPECT_EQ(PowerOfTen(20.9999), "about 1.0e+21");
}

TEST(NumberText, WritesFractionsShortAndRough) {
  EXPECT_EQ(ShortNumber(0.1), "0.1");
  EXPECT_EQ(ShortNumber(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(ShortNumber(10), "10");
  EXPECT_EQ(RoughNumber(0.1 + 0.2), "0.3");
  EXPECT_EQ(RoughNumber(0.04167), "0.0417");
  EXPECT_EQ(RoughNumber(1251), "1.25e+03");
}

}  // namespace
}  // namespace seriesguard
