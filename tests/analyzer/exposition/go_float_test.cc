// SPDX-License-Identifier: Apache-2.0
//
// go_float_test.cc: tables of what Go's strconv reads and writes, and a million doubles there and back.
#include "analyzer/exposition/go_float.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

struct Case {
  const char* text;
  double value;
};

TEST(GoFloat, ReadsDecimalNumbers) {
  const Case cases[] = {
      {"0", 0},
      {"1", 1},
      {"+1", 1},
      {"-1", -1},
      {"007", 7},
      {".5", 0.5},
      {"5.", 5},
      {"-.5e1", -5},
      {"1e3", 1000},
      {"1E3", 1000},
      {"1e+3", 1000},
      {"1e-3", 0.001},
      {"1.5e2", 150},
      {"1e0003", 1000},
      {"0e999999999999999999999", 0},
      {"-0", 0},
      {"4.9e-324", 5e-324},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"9007199254740993", 9007199254740992.0},  // between two doubles: to the even one
      {"0.1", 0.1},
      {"123456789012345678901234567890", 1.2345678901234568e29},
  };
  for (const Case& c : cases) {
    double value = -77;
    EXPECT_TRUE(ParseGoFloat(c.text, &value)) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
    value = -77;
    EXPECT_TRUE(ParseGoLabelFloat(c.text, &value)) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
  double zero = 1;
  ASSERT_TRUE(ParseGoFloat("-0", &zero));
  EXPECT_TRUE(std::signbit(zero));
}

TEST(GoFloat, RefusesWhatDoesNotFitAndRoundsToZeroWhatIsTooSmall) {
  double value = 1;
  for (const char* text : {"1e999", "-1e999", "1.8e308", "1e309", "1e99999999999999999999", "17976931348623159e292"}) {
    EXPECT_FALSE(ParseGoFloat(text, &value)) << text;
    EXPECT_FALSE(ParseGoLabelFloat(text, &value)) << text;
  }
  for (const char* text : {"1e-999", "-1e-999", "2e-324", "1e-99999999999999999999", "0.0000e-400"}) {
    value = 1;
    EXPECT_TRUE(ParseGoFloat(text, &value)) << text;
    EXPECT_EQ(value, 0) << text;
  }
  // Many zeros before or after the point must not be taken for size.
  const std::string zeros(5000, '0');
  EXPECT_TRUE(ParseGoFloat(zeros + "1", &value));
  EXPECT_EQ(value, 1);
  EXPECT_TRUE(ParseGoFloat("0." + zeros + "1", &value));
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ParseGoFloat("0." + zeros + "1e5001", &value));
  EXPECT_EQ(value, 1);
  EXPECT_TRUE(ParseGoFloat("1" + zeros + "e-5000", &value));
  EXPECT_EQ(value, 1);
  EXPECT_FALSE(ParseGoFloat("1" + zeros, &value));
}

TEST(GoFloat, ReadsInfinityWithASignAndNanWithout) {
  const Case cases[] = {{"inf", kInf},   {"Inf", kInf},      {"INF", kInf},       {"+Inf", kInf},
                        {"-inf", -kInf}, {"infinity", kInf}, {"+InFiNiTy", kInf}, {"-Infinity", -kInf}};
  for (const Case& c : cases) {
    double value = 0;
    EXPECT_TRUE(ParseGoFloat(c.text, &value)) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
  double value = 0;
  for (const char* text : {"nan", "NaN", "NAN"}) {
    EXPECT_TRUE(ParseGoFloat(text, &value)) << text;
    EXPECT_TRUE(std::isnan(value)) << text;
  }
  for (const char* text :
       {"+nan", "-NaN", "in", "infi", "infinit", "infinityy", "nan0", "nanx", "++inf", "-+inf", "i nf"}) {
    EXPECT_FALSE(ParseGoFloat(text, &value)) << text;
    EXPECT_FALSE(ParseGoLabelFloat(text, &value)) << text;
  }
}

TEST(GoFloat, RefusesWhatIsNoNumber) {
  double value = 0;
  for (const char* text : {"",
                           "+",
                           "-",
                           ".",
                           "+.",
                           "e",
                           "e1",
                           ".e1",
                           "1e",
                           "1e+",
                           "1e-",
                           "1e1.5",
                           "1.2.3",
                           "1..2",
                           "--1",
                           "+-1",
                           "1 ",
                           " 1",
                           "\t1",
                           "1\n",
                           "1,5",
                           "1f",
                           "1d",
                           "1L",
                           "0x",
                           "abc",
                           "1e5e5",
                           "\xC2\xA0"
                           "1",
                           "٣"}) {
    EXPECT_FALSE(ParseGoFloat(text, &value)) << text;
    EXPECT_FALSE(ParseGoLabelFloat(text, &value)) << text;
  }
  EXPECT_FALSE(ParseGoFloat(std::string_view("1\0", 2), &value));
}

TEST(GoFloat, RefusesHexadecimalAndUnderscoresOfSamples) {
  double value = 0;
  for (const char* text : {"0x1p4", "0X1P4", "0x10", "1_000", "0x_1p4", "1p4", "0b1", "0o7", "_1", "in_f"}) {
    EXPECT_FALSE(ParseGoFloat(text, &value)) << text;
  }
}

TEST(GoFloat, ReadsHexadecimalAndUnderscoresOfLabels) {
  const Case cases[] = {
      {"0x1p-2", 0.25}, {"0x1P-2", 0.25},      {"-0x1p-2", -0.25},
      {"+0x.8p1", 1},   {"0x1.8p1", 3},        {"0XaP0", 10},
      {"0x1_0p4", 256}, {"0x_1p4", 16},        {"0x1p1023", 8.98846567431158e307},
      {"0x1p-2000", 0}, {"0x1p-1074", 5e-324}, {"1_000", 1000},
  };
  for (const Case& c : cases) {
    double value = -77;
    EXPECT_TRUE(ParseGoLabelFloat(c.text, &value)) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
  double value = 0;
  for (const char* text :
       {"0x10", "0xp1", "0x.p1", "0x1p",   "0x1p+",  "0x1pa", "0x1p1024", "0x1e4", "1__0", "_1",  "1_",
        "1_.5", "1._5", "1_e5",  "0x1_p4", "0x1p_4", "0b1",   "0o7",      "in_f",  "n_an", "-_1", "1p4"}) {
    EXPECT_FALSE(ParseGoLabelFloat(text, &value)) << text;
  }
}

TEST(GoFloat, WritesBoundariesAsPrometheusThreeDoes) {
  const struct {
    double value;
    const char* text;
  } cases[] = {
      {1, "1.0"},
      {-1, "-1.0"},
      {10, "10.0"},
      {100000, "100000.0"},
      {999999, "999999.0"},
      {1000000, "1e+06"},
      {-1000000, "-1e+06"},
      {123456, "123456.0"},
      {1234567, "1.234567e+06"},
      {123456789, "1.23456789e+08"},
      {123456.5, "123456.5"},
      {0.1, "0.1"},
      {-0.25, "-0.25"},
      {2.5, "2.5"},
      {0.001, "0.001"},
      {0.0001, "0.0001"},
      {0.00012, "0.00012"},
      {0.00001, "1e-05"},
      {0.000015, "1.5e-05"},
      {0, "0.0"},
      {-0.0, "0.0"},
      {1e21, "1e+21"},
      {1e100, "1e+100"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {0.30000000000000004, "0.30000000000000004"},
      {kInf, "+Inf"},
      {-kInf, "-Inf"},
  };
  for (const auto& c : cases) EXPECT_EQ(FormatOpenMetricsFloat(c.value), c.text);
  EXPECT_EQ(FormatOpenMetricsFloat(std::nan("")), "NaN");
  EXPECT_EQ(FormatOpenMetricsFloat(-std::nan("")), "NaN");
}

// The shortest text that reads back to the same double: one digit less must not.
TEST(GoFloat, EveryDoubleComesBackFromItsText) {
  std::mt19937_64 random(20240611);
  int shortest_checked = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    double value;
    if (i % 2 == 0) {
      const uint64_t bits = random();
      std::memcpy(&value, &bits, sizeof value);
      if (!std::isfinite(value)) continue;
    } else {
      value = static_cast<double>(static_cast<int64_t>(random() % 2'000'000'000)) / std::pow(10, random() % 12);
    }
    const std::string text = FormatOpenMetricsFloat(value);
    double back = 0;
    ASSERT_TRUE(ParseGoFloat(text, &back)) << text;
    ASSERT_EQ(back, value) << text;
    ASSERT_TRUE(ParseGoLabelFloat(text, &back)) << text;
    ASSERT_EQ(back, value) << text;
    ASSERT_NE(text.find_first_of(".e"), std::string::npos) << text;
    if (i % 16 == 0 && value != 0) {
      size_t digits = 0;
      const size_t mantissa_end = std::min(text.find('e'), text.size());
      const size_t first = text.find_first_of("123456789");
      const size_t last = text.find_last_of("123456789", mantissa_end - 1);
      for (size_t d = first; d <= last; ++d) digits += text[d] != '.';
      if (digits > 1) {
        char shorter[64];
        std::snprintf(shorter, sizeof shorter, "%.*e", static_cast<int>(digits) - 2, value);
        ASSERT_NE(std::strtod(shorter, nullptr), value) << text << " could be " << shorter;
        ++shortest_checked;
      }
    }
  }
  EXPECT_GT(shortest_checked, 50'000);
}

}  // namespace
}  // namespace seriesguard
