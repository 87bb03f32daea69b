// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/number_text.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "tests/differential/agreement.h"
#include "tests/reference/go_float.h"

namespace seriesguard {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

template <typename Value>
std::string Text(char* (*write)(Value, char*), Value value) {
  char buffer[kNumberBytes + 1];
  std::memset(buffer, '?', sizeof(buffer));
  char* const end = write(value, buffer);
  EXPECT_LE(end - buffer, static_cast<ptrdiff_t>(kNumberBytes));
  EXPECT_EQ(buffer[kNumberBytes], '?');
  return std::string(buffer, end);
}

std::string Number(double value) { return Text(WriteNumber, value); }

TEST(NumberText, IntegersAreExact) {
  EXPECT_EQ(Text(WriteInteger, uint64_t{0}), "0");
  EXPECT_EQ(Text(WriteInteger, uint64_t{9007199254740993}), "9007199254740993");  // 2^53 + 1: no double
  EXPECT_EQ(Text(WriteInteger, std::numeric_limits<uint64_t>::max()), "18446744073709551615");
}

TEST(NumberText, WholeNumbersHaveNeitherPointNorExponent) {
  EXPECT_EQ(Number(0), "0");
  EXPECT_EQ(Number(-0.0), "-0");
  EXPECT_EQ(Number(1), "1");
  EXPECT_EQ(Number(-17), "-17");
  EXPECT_EQ(Number(1e6), "1000000");
  EXPECT_EQ(Number(9007199254740991.0), "9007199254740991");
  EXPECT_EQ(Number(-9007199254740991.0), "-9007199254740991");
}

TEST(NumberText, OtherNumbersHaveTheFewestDigits) {
  EXPECT_EQ(Number(0.1), "0.1");
  EXPECT_EQ(Number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(Number(1e300), "1e+300");
  EXPECT_EQ(Number(5e-324), "5e-324");
  EXPECT_EQ(Number(-1.7976931348623157e308), "-1.7976931348623157e+308");
}

TEST(NumberText, WhatIsNotFiniteIsSpelledAsAServerReadsIt) {
  for (char* (*write)(double, char*) : {WriteNumber, WriteTextBoundary, WriteCanonicalBoundary}) {
    EXPECT_EQ(Text(write, kInf), "+Inf");
    EXPECT_EQ(Text(write, -kInf), "-Inf");
    EXPECT_EQ(Text(write, std::nan("")), "NaN");
    EXPECT_EQ(Text(write, -std::nan("7")), "NaN");
  }
}

TEST(NumberText, BoundariesAreThoseOfClientGolangAndOfOpenMetrics) {
  const struct {
    double value;
    const char* text;
    const char* canonical;
  } kCases[] = {
      {0, "0", "0.0"},
      {1, "1", "1.0"},
      {-1, "-1", "-1.0"},
      {10, "10", "10.0"},
      {0.005, "0.005", "0.005"},
      {2.5, "2.5", "2.5"},
      {1e-4, "0.0001", "0.0001"},
      {1e-5, "1e-05", "1e-05"},
      {100000, "100000", "100000.0"},
      {999999, "999999", "999999.0"},
      {1e6, "1e+06", "1e+06"},
      {1234567, "1.234567e+06", "1.234567e+06"},
      {5e-324, "5e-324", "5e-324"},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(Text(WriteTextBoundary, one.value), one.text);
    EXPECT_EQ(Text(WriteCanonicalBoundary, one.value), one.canonical);
  }
}

TEST(NumberText, SecondsAreWrittenAsPeopleCountThem) {
  EXPECT_EQ(Text(WriteSeconds, 1520879607.789), "1520879607.789");
  EXPECT_EQ(Text(WriteSeconds, 1700000000.0), "1700000000");
  EXPECT_EQ(Text(WriteSeconds, -0.25), "-0.25");
  EXPECT_EQ(Text(WriteSeconds, 1e300), "1e+300");
  EXPECT_EQ(Text(WriteSeconds, 1e-300), "1e-300");
}

TEST(NumberText, EveryDoubleReadsBackAsItself) {
  std::mt19937_64 random(SeedOfTest(21));
  for (int i = 0; i < 300000; ++i) {
    double value;
    const uint64_t bits = i % 2 == 0 ? random() : 0;
    std::memcpy(&value, &bits, sizeof(value));
    if (i % 2 == 1)
      value = std::ldexp(static_cast<double>(random() >> (random() % 64)), static_cast<int>(random() % 120) - 60);
    if (!std::isfinite(value)) continue;
    for (char* (*write)(double, char*) : {WriteNumber, WriteTextBoundary, WriteCanonicalBoundary, WriteSeconds}) {
      const std::string text = Text(write, value);
      ASSERT_EQ(reference::ParseSampleFloat(text), value) << text;
    }
    const std::string canonical = Text(WriteCanonicalBoundary, value);
    ASSERT_EQ(canonical, reference::FormatBoundary(value));
    const std::string text = Text(WriteTextBoundary, value);
    ASSERT_TRUE(canonical == text || canonical == text + ".0") << text;
  }
}

}  // namespace
}  // namespace seriesguard
