// SPDX-License-Identifier: Apache-2.0
//
// quantity_test.cc: the forms of numbers, durations and percentages, and what is refused.
#include "rules/reading/quantity.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(Quantity, WholeNumbers) {
  EXPECT_EQ(ParseWholeNumber("0"), 0);
  EXPECT_EQ(ParseWholeNumber("-12"), -12);
  EXPECT_EQ(ParseWholeNumber("9007199254740991"), kMaxWholeNumber);
  EXPECT_EQ(ParseWholeNumber("9007199254740992"), kMaxWholeNumber + 1);
  EXPECT_EQ(ParseWholeNumber("99999999999999999999999999"), kMaxWholeNumber + 1);
  for (const char* const text : {"", "-", "+1", "1.0", "1e3", "0x10", "1_000", "1,000", " 1", "1 ", "one"}) {
    EXPECT_FALSE(ParseWholeNumber(text).has_value()) << text;
  }
}

TEST(Quantity, Numbers) {
  EXPECT_EQ(ParseNumber("1.5"), 1.5);
  EXPECT_EQ(ParseNumber("-1e3"), -1000.0);
  for (const char* const text : {"", "inf", "nan", "0x10", "1e999", "1,5", " 1", "e"}) {
    EXPECT_FALSE(ParseNumber(text).has_value()) << text;
  }
}

TEST(Quantity, Durations) {
  EXPECT_EQ(ParseDurationNs("500ms"), 500'000'000);
  EXPECT_EQ(ParseDurationNs("60s"), 60'000'000'000);
  EXPECT_EQ(ParseDurationNs("10m"), 600'000'000'000);
  EXPECT_EQ(ParseDurationNs("1h30m"), 5'400'000'000'000);
  EXPECT_EQ(ParseDurationNs("2w1d"), 15ll * 24 * 3600 * 1'000'000'000);
  EXPECT_EQ(ParseDurationNs("0s"), 0);
  for (const char* const text : {"", "60", "s", "1.5s", "-1s", "1 s", "1m1h", "1m1m", "1y", "1us", "1S", "10000000000s",
                                 "99999999999999999999s", "1s "}) {
    EXPECT_FALSE(ParseDurationNs(text).has_value()) << text;
  }
}

TEST(Quantity, DurationsRoundTrip) {
  for (const char* const text : {"500ms", "60s", "5m", "1h30m", "2w1d", "1d1ms"}) {
    EXPECT_EQ(ParseDurationNs(DurationText(*ParseDurationNs(text))), ParseDurationNs(text)) << text;
  }
  EXPECT_EQ(DurationText(300'000'000'000), "5m");
  EXPECT_EQ(DurationText(999), "0ms");
}

TEST(Quantity, Percentages) {
  EXPECT_DOUBLE_EQ(*ParsePercent("25%"), 0.25);
  EXPECT_DOUBLE_EQ(*ParsePercent("0.5%"), 0.005);
  for (const char* const text : {"", "%", "25", "0.25", "25 %", "inf%", "x%", ".%"}) {
    EXPECT_FALSE(ParsePercent(text).has_value()) << text;
  }
}

TEST(Quantity, NumbersForPeople) {
  EXPECT_EQ(GroupedNumber(0), "0");
  EXPECT_EQ(GroupedNumber(999), "999");
  EXPECT_EQ(GroupedNumber(1000), "1,000");
  EXPECT_EQ(GroupedNumber(-1234567), "-1,234,567");
  EXPECT_EQ(GroupedNumber(std::numeric_limits<int64_t>::max()), "9,223,372,036,854,775,807");
}

}  // namespace
}  // namespace seriesguard
