// SPDX-License-Identifier: Apache-2.0
//
// go_float_test.cc: spellings and their answer, as Go's strconv and Prometheus' labels.FormatOpenMetricsFloat gave it.
#include "tests/reference/go_float.h"

#include <cmath>

#include "gtest/gtest.h"

namespace seriesguard::reference {
namespace {

TEST(GoFloat, ReadsWhatGoReads) {
  EXPECT_EQ(ParseGoFloat("1_2.3_4e1_0"), 1.234e11);
  EXPECT_EQ(ParseGoFloat("0x_1p4"), 16.0);
  EXPECT_EQ(ParseGoFloat("0x.8p1"), 1.0);
  EXPECT_EQ(ParseGoFloat("00_1"), 1.0);
  EXPECT_EQ(ParseGoFloat("1e-400"), 0.0);
  EXPECT_EQ(ParseGoFloat("+Infinity"), HUGE_VAL);
  EXPECT_EQ(ParseGoFloat("-inF"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(ParseGoFloat("nAn").value_or(0)));
}

TEST(GoFloat, RefusesWhatGoRefuses) {
  for (const char* text :
       {"",   "+",  ".",    "1e",   "1e+",  "+nan", "infin", "0x1",      "0x1_p4", "0x1p_4", "1__2",
        "_1", "1_", "1._5", "1_.5", "1_e5", "0b1",  "1e400", "0x1p5000", " 1",     "1 ",     "1,5"}) {
    EXPECT_FALSE(ParseGoFloat(text).has_value()) << text;
  }
}

TEST(GoFloat, RefusesPrefixesAndUnderscoresInSamples) {
  EXPECT_FALSE(ParseSampleFloat("0x1p4").has_value());
  EXPECT_FALSE(ParseSampleFloat("1_0").has_value());
  EXPECT_EQ(ParseSampleFloat("5."), 5.0);
}

TEST(GoFloat, WritesBoundariesAsPrometheusThreeDoes) {
  EXPECT_EQ(FormatBoundary(1), "1.0");
  EXPECT_EQ(FormatBoundary(-0.0), "0.0");
  EXPECT_EQ(FormatBoundary(999999), "999999.0");
  EXPECT_EQ(FormatBoundary(1e6), "1e+06");
  EXPECT_EQ(FormatBoundary(123456789), "1.23456789e+08");
  EXPECT_EQ(FormatBoundary(1e-4), "0.0001");
  EXPECT_EQ(FormatBoundary(1e-5), "1e-05");
  EXPECT_EQ(FormatBoundary(HUGE_VAL), "+Inf");
  EXPECT_EQ(FormatBoundary(std::nan("")), "NaN");
}

}  // namespace
}  // namespace seriesguard::reference
