// SPDX-License-Identifier: Apache-2.0
//
// label_patterns_test.cc: shares, templates and the series after them, counted by hand.
#include "analyzer/patterns/label_patterns.h"

#include <string>

#include "analyzer/census/census.h"
#include "analyzer/patterns/value_pattern.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

LabelPatterns Read(const std::string& text, const std::string& label) {
  const Census census = CensusFromText(text);
  return ReadLabelPatterns(census, census.FindFamily("a"), label);
}

TEST(LabelPatterns, CountsValuesAndSeriesOfEachPattern) {
  const LabelPatterns patterns = Read(
      "a{path=\"/o/1\",code=\"200\"} 1\na{path=\"/o/1\",code=\"500\"} 1\na{path=\"/o/2\",code=\"200\"} 1\n"
      "a{path=\"/u\",code=\"200\"} 1\na{path=\"none\",code=\"200\"} 1\n",
      "path");
  ASSERT_EQ(patterns.shares.size(), 2u);
  EXPECT_EQ(patterns.shares[0].pattern, ValuePattern::kPath);
  EXPECT_EQ(patterns.shares[0].values, 3u);
  EXPECT_EQ(patterns.shares[0].series, 4u);
  EXPECT_EQ(patterns.shares[1].pattern, ValuePattern::kWord);
  EXPECT_EQ(patterns.shares[1].values, 1u);
  EXPECT_EQ(patterns.most_common_template, "/o/{id}");
  EXPECT_EQ(patterns.template_values, 2u);
  EXPECT_EQ(patterns.templates, 3u);
  EXPECT_EQ(patterns.series_after_template, 4u);  // /o/{id} 200, /o/{id} 500, /u 200, none 200
}

TEST(LabelPatterns, HasNoTemplateForClosedLabels) {
  const LabelPatterns patterns = Read("a{m=\"GET\"} 1\na{m=\"PUT\"} 1\n", "m");
  EXPECT_EQ(patterns.most_common_template, "");
  EXPECT_FALSE(patterns.series_after_template);
  EXPECT_EQ(patterns.templates, 2u);
}

TEST(LabelPatterns, SaysATemplateThatJoinsNothingWithoutACount) {
  const LabelPatterns patterns = Read("a{pod=\"web-7d9f8b6c5d-x2x4z\"} 1\na{pod=\"db-7d9f8b6c5d-x2x4z\"} 1\n", "pod");
  EXPECT_EQ(patterns.most_common_template, "db-{replicaset}-{pod}");  // the first by name
  EXPECT_FALSE(patterns.series_after_template);
}

TEST(LabelPatterns, FlagsPersonalValues) {
  const LabelPatterns patterns = Read("a{u=\"x@example.com\"} 1\na{u=\"/ip/203.0.113.9\"} 1\na{u=\"admin\"} 1\n", "u");
  EXPECT_EQ(int{patterns.personal}, kPersonalEmail | kPersonalIp);
  EXPECT_EQ(patterns.personal_values, 2u);
}

TEST(LabelPatterns, OfALabelThatIsNotThereIsEmpty) { EXPECT_TRUE(Read("a{m=\"GET\"} 1\n", "x").shares.empty()); }

}  // namespace
}  // namespace seriesguard
