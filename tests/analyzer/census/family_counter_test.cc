// SPDX-License-Identifier: Apache-2.0
//
// family_counter_test.cc: small families whose every number was worked out on paper.
#include "analyzer/census/family_counter.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

CountOptions Everything(size_t input = kAllInputs, bool union_of_targets = false) {
  CountOptions options;
  options.input = input;
  options.union_of_targets = union_of_targets;
  options.what_if = true;
  options.boundaries = true;
  return options;
}

// "name values/with/without value=series ... +other_values/other_series"
std::string Line(const LabelCount& label) {
  std::string line = label.name + " " + std::to_string(label.values) + "/" + std::to_string(label.series_with) + "/" +
                     (label.series_without ? std::to_string(*label.series_without) : "?");
  for (const ValueCount& value : label.top) line += " " + value.value + "=" + std::to_string(value.series);
  if (label.other_values > 0)
    line += " +" + std::to_string(label.other_values) + "/" + std::to_string(label.other_series);
  return line;
}

std::vector<std::string> Lines(const FamilyCount& count) {
  std::vector<std::string> lines;
  for (const LabelCount& label : count.labels) lines.push_back(Line(label));
  return lines;
}

using Expected = std::vector<std::string>;

TEST(FamilyCounter, CountsAFamilyWithAnAbsentLabel) {
  const Census census = CensusFromText(
      "http{m=\"GET\",c=\"200\"} 1\nhttp{m=\"GET\",c=\"404\"} 1\nhttp{c=\"200\",m=\"POST\"} 1\nhttp{c=\"200\"} 1\n");
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 4u);
  EXPECT_EQ(count.samples, 4u);
  EXPECT_EQ(count.bytes, 24u + 24u + 25u + 16u);
  EXPECT_EQ(count.label_sets, 4u);
  EXPECT_EQ(count.product, 6u);  // two codes, two methods and none
  EXPECT_NEAR(count.product_log10, std::log10(6), 1e-12);
  EXPECT_DOUBLE_EQ(count.density, 4.0 / 6);
  EXPECT_EQ(count.boundaries.label, "");
  EXPECT_EQ(count.relative_error, 0);
  EXPECT_EQ(Lines(count), (Expected{"c 2/4/3 200=3 404=1", "m 2/3/2 GET=2 POST=1"}));
  ASSERT_EQ(count.parts.size(), 1u);
  EXPECT_EQ(count.parts[0].name, "http");
}

TEST(FamilyCounter, WithoutLabelsThereIsOneLabelSet) {
  const Census census = CensusFromText("up 1\n");
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 1u);
  EXPECT_EQ(count.label_sets, 1u);
  EXPECT_EQ(count.product, 1u);
  EXPECT_EQ(count.product_log10, 0);
  EXPECT_EQ(count.density, 1);
  EXPECT_TRUE(count.labels.empty());
}

TEST(FamilyCounter, CountsBucketsOfARaggedHistogram) {
  const Census census = CensusFromText(
      "# TYPE h histogram\n"
      "h_bucket{p=\"1\",le=\"1\"} 1\nh_bucket{p=\"1\",le=\"2\"} 1\nh_bucket{p=\"1\",le=\"+Inf\"} 1\nh_sum{p=\"1\"} "
      "1\nh_count{p=\"1\"} 1\n"
      "h_bucket{p=\"2\",le=\"+Inf\"} 1\nh_sum{p=\"2\"} 1\nh_count{p=\"2\"} 1\n");
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 8u);
  EXPECT_EQ(count.label_sets, 2u);
  EXPECT_EQ(count.product, 2u);
  EXPECT_EQ(count.density, 1);
  EXPECT_EQ(count.boundaries.label, "le");
  EXPECT_EQ(count.boundaries.distinct, 3u);
  EXPECT_EQ(count.boundaries.min_per_label_set, 1u);
  EXPECT_EQ(count.boundaries.max_per_label_set, 3u);
  // Without le: a bucket, a sum and a count of two label sets. Without p: three buckets, a sum, a count.
  EXPECT_EQ(Lines(count), (Expected{"le 3/4/6 +Inf=2 1.0=1 2.0=1", "p 2/8/5 1=5 2=3"}));
  ASSERT_EQ(count.parts.size(), 3u);
  EXPECT_EQ(count.parts[0].name, "h_bucket");
  EXPECT_EQ(count.parts[0].series, 4u);
  EXPECT_EQ(count.parts[1].series, 2u);
  EXPECT_EQ(count.parts[2].samples, 2u);
  CountOptions plain;
  EXPECT_EQ(census.Count(0, plain).boundaries.min_per_label_set, 0u);
  EXPECT_EQ(census.Count(0, plain).boundaries.distinct, 3u);
}

TEST(FamilyCounter, TwoSpellingsOfABoundaryAreOneBucketOfALabelSet) {
  const Census census =
      CensusFromText("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"1e0\"} 1\n");
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 1u);
  EXPECT_EQ(count.samples, 3u);
  EXPECT_EQ(count.boundaries.distinct, 1u);
  EXPECT_EQ(count.boundaries.max_per_label_set, 1u);
  EXPECT_EQ(Lines(count), (Expected{"le 1/1/1 1.0=1"}));
  ASSERT_EQ(census.duplicate_samples(), 2u);
  EXPECT_EQ(census.duplicates()[0].series, "h_bucket{le=\"1.0\"}");
}

TEST(FamilyCounter, SumsOverTargetsOrJoinsThem) {
  const Census census = CensusFromTexts(
      {{"one", "a{x=\"1\"} 1\na{x=\"2\"} 1\n"}, {"two", "b 1\n"}, {"three", "a{x=\"2\"} 1\na{x=\"3\"} 1\n"}});
  ASSERT_EQ(census.family_count(), 2u);
  const FamilyCount sum = census.Count(0, Everything());
  EXPECT_EQ(sum.series, 4u);
  EXPECT_EQ(sum.label_sets, 4u);
  EXPECT_EQ(sum.product, 3u);
  EXPECT_DOUBLE_EQ(sum.density, 4.0 / 3 / 3);  // of three targets' products
  EXPECT_EQ(Lines(sum), (Expected{"x 3/4/2 2=2 1=1 3=1"}));
  const FamilyCount joined = census.Count(0, Everything(kAllInputs, true));
  EXPECT_EQ(joined.series, 3u);
  EXPECT_EQ(joined.samples, 4u);
  EXPECT_EQ(joined.density, 1);
  EXPECT_EQ(Lines(joined), (Expected{"x 3/3/1 1=1 2=1 3=1"}));
  const FamilyCount third = census.Count(0, Everything(2));
  EXPECT_EQ(third.series, 2u);
  EXPECT_EQ(third.bytes, 22u);
  EXPECT_EQ(Lines(third), (Expected{"x 2/2/1 2=1 3=1"}));
  const FamilyCount none = census.Count(0, Everything(1));
  EXPECT_EQ(none.series, 0u);
  EXPECT_TRUE(none.labels.empty());
  EXPECT_TRUE(none.parts.empty());

  CountOptions options;
  EXPECT_EQ(census.TotalSeries(options), 5u);
  options.union_of_targets = true;
  EXPECT_EQ(census.TotalSeries(options), 4u);
  options.union_of_targets = false;
  options.input = 1;
  EXPECT_EQ(census.TotalSeries(options), 1u);
  ASSERT_EQ(census.inputs().size(), 3u);
  EXPECT_EQ(census.inputs()[0].series, 2u);
  EXPECT_EQ(census.inputs()[1].series, 1u);
  EXPECT_EQ(census.inputs()[2].series, 2u);
  EXPECT_EQ(census.duplicate_samples(), 0u);  // a series of two targets is no duplicate
}

TEST(FamilyCounter, EmptyValueIsAnAbsentLabel) {
  const Census census = CensusFromText("a 1\na{x=\"\"} 1\na{x=\"1\",y=\"\"} 1\na{x=\"1\"} 1\n");
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 2u);
  EXPECT_EQ(Lines(count), (Expected{"x 1/1/1 1=1"}));  // y has no value anywhere
  EXPECT_EQ(count.product, 2u);
  ASSERT_EQ(census.duplicate_samples(), 2u);
  EXPECT_EQ(census.duplicates()[0].first_line, 1u);
  EXPECT_EQ(census.duplicates()[0].again_line, 2u);
  EXPECT_EQ(census.duplicates()[0].series, "a");
  EXPECT_EQ(census.duplicates()[1].first_line, 3u);
  EXPECT_EQ(census.duplicates()[1].again_line, 4u);
  EXPECT_EQ(census.duplicates()[1].series, "a{x=\"1\"}");
}

TEST(FamilyCounter, SeparatorsDoNotMixNamesAndValues) {
  const Census census =
      CensusFromText("a{a=\"bc\"} 1\na{ab=\"c\"} 1\na{b=\"x,c=\\\"y\\\"\"} 1\na{b=\"x\",c=\"y\"} 1\n");
  EXPECT_EQ(census.Count(0, Everything()).series, 4u);
  EXPECT_EQ(census.duplicate_samples(), 0u);
}

TEST(FamilyCounter, OrderOfLabelsIsNoDifference) {
  const Census census = CensusFromText("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n");
  EXPECT_EQ(census.Count(0, Everything()).series, 1u);
  EXPECT_EQ(census.duplicate_samples(), 1u);
}

TEST(FamilyCounter, TimestampsMakeSamplesNotSeries) {
  const Census census = CensusFromText(
      "a{x=\"1\"} 1 1000\n"
      "a{x=\"1\"} 1 2000\n"  // another sample of the series
      "a{x=\"1\"} 1\n"       // and one without a time
      "a{x=\"2\"} 1 1000\n"
      "# a comment\n"
      "a{x=\"1\"} 1 1000\n"  // again: line 6 repeats line 1
      "a{x=\"1\"} 1\n"       // and line 7 line 3
      "a{x=\"2\"} 1 1001\n");
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 2u);
  EXPECT_EQ(count.samples, 7u);
  EXPECT_EQ(Lines(count), (Expected{"x 2/2/1 1=1 2=1"}));
  ASSERT_EQ(census.duplicate_samples(), 2u);
  EXPECT_EQ(census.duplicates()[0].first_line, 1u);
  EXPECT_EQ(census.duplicates()[0].again_line, 6u);
  EXPECT_EQ(census.duplicates()[1].first_line, 3u);
  EXPECT_EQ(census.duplicates()[1].again_line, 7u);
}

TEST(FamilyCounter, ListsAHundredDuplicatesAndCountsAll) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "a 1\nb 1\n";
  const Census census = CensusFromText(text);
  EXPECT_EQ(census.duplicate_samples(), 298u);
  ASSERT_EQ(census.duplicates().size(), 100u);
  EXPECT_EQ(census.duplicates()[99].series, "a");
  EXPECT_EQ(census.duplicates()[99].first_line, 1u);
  EXPECT_EQ(census.duplicates()[99].again_line, 201u);
}

TEST(FamilyCounter, TopValuesGoBySeriesThenByBytes) {
  // Written backwards, so that order of appearance would give the wrong ten.
  std::string text;
  char value[16];
  for (int i = 99'999; i >= 0; --i) {
    std::snprintf(value, sizeof value, "u%05d", i);
    text.append("a{u=\"").append(value).append("\"} 1\n");
  }
  text += "a{u=\"u55555\",v=\"1\"} 1\na{v=\"1\"} 1\n";
  const Census census = CensusFromText(text);
  const FamilyCount count = census.Count(0, Everything());
  EXPECT_EQ(count.series, 100'002u);
  EXPECT_EQ(
      Lines(count),
      (Expected{"u 100000/100001/2 u55555=2 u00000=1 u00001=1 u00002=1 u00003=1 u00004=1 u00005=1 u00006=1 u00007=1 "
                "u00008=1 +99990/99990",
                "v 1/2/100001 1=2"}));
  CountOptions three;
  three.top_values = 3;
  EXPECT_EQ(Line(census.Count(0, three).labels[0]), "u 100000/100001/? u55555=2 u00000=1 u00001=1 +99997/99997");
  three.top_values = 0;
  EXPECT_EQ(Line(census.Count(0, three).labels[0]), "u 100000/100001/? +100000/100001");
  three.top_values = 12;
  EXPECT_EQ(census.Count(0, three).labels[0].top.size(), 12u);
}

TEST(FamilyCounter, DensityNeverPassesOne) {
  // Two label sets, one product: the part's name tells the lines apart, the label sets are the same.
  const Census census =
      CensusFromTexts({{"one", "# TYPE s summary\ns_sum 1\ns_count 1\n"}, {"two", "# TYPE s summary\ns_sum 1\n"}});
  for (const bool joined : {false, true}) {
    const FamilyCount count = census.Count(0, Everything(kAllInputs, joined));
    EXPECT_EQ(count.label_sets, joined ? 1u : 2u);
    EXPECT_EQ(count.density, 1);
  }
}

}  // namespace
}  // namespace seriesguard
