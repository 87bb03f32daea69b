// SPDX-License-Identifier: Apache-2.0
#include "analyzer/multiproc/client_number.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(ClientNumber, WritesTheClientsForms) {
  const struct {
    double value;
    const char* text;
  } kCases[] = {{0, "0.0"},
                {-0.0, "-0.0"},
                {1, "1.0"},
                {-1, "-1.0"},
                {0.005, "0.005"},
                {0.0001, "0.0001"},
                {0.00001, "1e-05"},
                {1.25e-7, "1.25e-07"},
                {123456, "123456.0"},
                {999999.5, "999999.5"},
                {1e6, "1e+06"},
                {1234567.5, "1.2345675e+06"},
                {-1e6, "-1000000.0"},
                {-1234567.5, "-1234567.5"},
                {-1e16, "-1e+16"},
                {-123456789012345680.0, "-1.2345678901234568e+17"},
                {1e15, "1e+15"},
                {1e16, "1e+16"},
                {1e22, "1e+22"},
                {1.5e300, "1.5e+300"},
                {5e-324, "5e-324"},
                {0.1, "0.1"},
                {1.0 / 3, "0.3333333333333333"},
                {std::numeric_limits<double>::infinity(), "+Inf"},
                {-std::numeric_limits<double>::infinity(), "-Inf"},
                {std::numeric_limits<double>::quiet_NaN(), "NaN"}};
  for (const auto& each : kCases) EXPECT_EQ(ClientNumber(each.value), each.text);
}

TEST(ReadBoundary, ReadsBackWhateverIsWritten) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    double value;
    const uint64_t bits = random();
    static_assert(sizeof value == sizeof bits, "");
    std::memcpy(&value, &bits, sizeof value);
    if (std::isnan(value)) continue;
    const auto read = ReadBoundary(ClientNumber(value));
    ASSERT_TRUE(read.has_value()) << ClientNumber(value);
    ASSERT_EQ(*read, value);
  }
}

TEST(ReadBoundary, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", " 1", "1 ", "1_0", "0x10", "NaN", "nan", "-nan", "one", "1,5", "++1", "1e", "--1", "Infx"}) {
    EXPECT_FALSE(ReadBoundary(text).has_value()) << text;
  }
  EXPECT_EQ(*ReadBoundary("+Inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(*ReadBoundary("-Inf"), -std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace seriesguard
