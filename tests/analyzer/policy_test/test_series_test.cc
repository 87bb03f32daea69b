// SPDX-License-Identifier: Apache-2.0
//
// test_series_test.cc: what is a series, what is none and where, and that what is shown can be read again.
#include "analyzer/policy_test/test_series.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

TestSeries Parsed(const std::string& text) {
  TestSeries series;
  SeriesError error;
  EXPECT_TRUE(ParseSeries(text, &series, &error)) << text << ": " << error.message;
  return series;
}

TEST(ParseSeries, SortsLabelsAndLeavesEmptyOnesOut) {
  const TestSeries series = Parsed("  x_total{b=\"2\",a=\"1\", c=\"\"} ");
  EXPECT_EQ(series.name, "x_total");
  EXPECT_EQ(series.labels, (Labels{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(Parsed("x").labels, Labels());
  EXPECT_EQ(Parsed("x{}").labels, Labels());
}

TEST(ParseSeries, UnderstandsEscapesAndQuotedNames) {
  const TestSeries series = Parsed(R"({"shop.orders","a.b"="x\"y\\z\nw",c="ä"})");
  EXPECT_EQ(series.name, "shop.orders");
  EXPECT_EQ(series.labels, (Labels{{"a.b", "x\"y\\z\nw"}, {"c", "ä"}}));
}

TEST(ParseSeries, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, size_t>> cases = {
      {"", 0},
      {"   ", 3},
      {"# HELP x y", 0},
      {"x 1", 2},
      {" x{a=\"b\"} 1", 10},
      {"x{a=\"b\",a=\"c\"}", 8},
      {"x{__name__=\"b\"}", 2},
      {"x{a=\"b}", 4},
      {"x{a=\"\xff\"}", 5},
      {"x{a=\"b\"}\ny", 8},
      {"x\r\n", 1},
      {std::string("x{a=\"\0\"} 1 2", 12), 0},
  };
  for (const auto& [text, offset] : cases) {
    TestSeries series;
    SeriesError error;
    EXPECT_FALSE(ParseSeries(text, &series, &error)) << text;
    EXPECT_FALSE(error.message.empty()) << text;
    EXPECT_LE(error.offset, text.size()) << text;
    if (offset > 0) {
      EXPECT_EQ(error.offset, offset) << text << ": " << error.message;
    }
  }
}

TEST(SeriesText, OfAnySeriesThatCanBeShownIsReadBackTheSame) {
  std::mt19937 random(20240607);
  const std::vector<std::string> names = {"x", "a_b:c", "shop.orders", "9x", "a\"b", "ä", "a\\b", "with blank"};
  const std::vector<std::string> values = {"1", "a b", "\"", "\\", "\n", "{}", ",", "ä", "\\n", "x\"\\\n\"", "#", "="};
  const auto any = [&random](const std::vector<std::string>& of) { return of[random() % of.size()]; };
  for (int round = 0; round < 2000; ++round) {
    TestSeries series;
    series.name = any(names);
    for (size_t i = random() % 4; i > 0; --i) series.Set(any(names), any(values) + any(values));
    const std::string text = SeriesText(series);
    EXPECT_TRUE(Parsed(text) == series) << text;
  }
}

TEST(SeriesText, HidesNothingFromAPerson) {
  TestSeries series = Parsed("x{a=\"b\"}");
  series.Set("a", "\x1b[31m");
  EXPECT_EQ(SeriesText(series), "x{a=\"\\x1B[31m\"}");
}

TEST(ParseSeries, EndsOnEveryTextOfAFewBytes) {
  // Every text of up to five bytes over what the grammar is made of.
  const std::string alphabet = "x{}=\"\\,\n# 1";
  size_t found = 0;
  for (size_t length = 0; length <= 5; ++length) {
    size_t count = 1;
    for (size_t i = 0; i < length; ++i) count *= alphabet.size();
    for (size_t n = 0; n < count; ++n) {
      std::string text;
      for (size_t rest = n, i = 0; i < length; ++i, rest /= alphabet.size()) text += alphabet[rest % alphabet.size()];
      TestSeries series;
      SeriesError error;
      if (!ParseSeries(text, &series, &error)) {
        ASSERT_LE(error.offset, text.size()) << text;
        ASSERT_FALSE(error.message.empty()) << text;
        continue;
      }
      ++found;
      ASSERT_FALSE(series.name.empty()) << text;
      ASSERT_TRUE(Parsed(SeriesText(series)) == series) << text;
    }
  }
  EXPECT_GT(found, 10u);
}

TEST(FamilyByShape, KnowsTheEndsOfHistogramsAndSummaries) {
  EXPECT_EQ(FamilyByShape(Parsed("x_bucket{le=\"1\"}")), "x");
  EXPECT_EQ(FamilyByShape(Parsed("x_bucket")), "") << "a bucket has a boundary";
  EXPECT_EQ(FamilyByShape(Parsed("x_sum")), "x");
  EXPECT_EQ(FamilyByShape(Parsed("x_created")), "x");
  EXPECT_EQ(FamilyByShape(Parsed("_count")), "");
  EXPECT_EQ(FamilyByShape(Parsed("x_total")), "");
}

}  // namespace
}  // namespace seriesguard
