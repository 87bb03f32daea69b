// SPDX-License-Identifier: Apache-2.0
//
// census_test.cc: recounts, values, dependencies and examples, worked out on paper.
#include "analyzer/census/census.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/label_transform.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

CountOptions WhatIf() {
  CountOptions options;
  options.what_if = true;
  options.boundaries = true;
  return options;
}

LabelTransform Drop(std::string label) {
  LabelTransform transform;
  transform.label = std::move(label);
  transform.drop = true;
  return transform;
}

LabelTransform Map(std::string label, std::function<std::string(std::string_view)> map) {
  LabelTransform transform;
  transform.label = std::move(label);
  transform.map = std::move(map);
  return transform;
}

std::string StatusClass(std::string_view code) { return std::string(code.substr(0, 1)) + "xx"; }

constexpr char kCodes[] =
    "a{c=\"200\",p=\"x\"} 1\na{c=\"201\",p=\"x\"} 1\na{c=\"404\",p=\"x\"} 1\na{c=\"404\",p=\"y\"} 1\na{p=\"y\"} 1\n";

TEST(Recount, MergesValuesThatBecomeEqual) {
  const Census census = CensusFromText(kCodes);
  const FamilyCount count = census.Recount(0, WhatIf(), {Map("c", StatusClass)});
  EXPECT_EQ(count.series, 4u);  // (2xx,x) (4xx,x) (4xx,y) (-,y)
  EXPECT_EQ(count.samples, 5u);
  EXPECT_EQ(count.product, 6u);  // 2xx, 4xx, none; x, y
  ASSERT_EQ(count.labels.size(), 2u);
  EXPECT_EQ(count.labels[0].values, 2u);
  EXPECT_EQ(count.labels[0].series_with, 3u);
  EXPECT_EQ(count.labels[0].series_without, 2u);
  ASSERT_EQ(count.labels[0].top.size(), 2u);
  EXPECT_EQ(count.labels[0].top[0].value, "4xx");
  EXPECT_EQ(count.labels[0].top[0].series, 2u);
  EXPECT_EQ(count.labels[0].top[1].value, "2xx");
  EXPECT_EQ(count.labels[0].top[1].series, 1u);
  EXPECT_EQ(count.labels[1].series_without, 3u);  // 2xx, 4xx, none
}

TEST(Recount, DropsALabel) {
  const Census census = CensusFromText(kCodes);
  const FamilyCount count = census.Recount(0, WhatIf(), {Drop("c")});
  EXPECT_EQ(count.series, 2u);
  EXPECT_EQ(count.product, 2u);
  ASSERT_EQ(count.labels.size(), 1u);
  EXPECT_EQ(count.labels[0].name, "p");
  EXPECT_EQ(count.labels[0].series_with, 2u);
  EXPECT_EQ(count.labels[0].series_without, 1u);
  EXPECT_EQ(census.Recount(0, WhatIf(), {Drop("c"), Drop("p")}).series, 1u);
  EXPECT_EQ(census.Recount(0, WhatIf(), {Drop("not there")}).series, 5u);
}

TEST(Recount, EmptyResultMakesTheLabelAbsent) {
  const Census census = CensusFromText(kCodes);
  const FamilyCount count = census.Recount(
      0, WhatIf(),
      {Map("c", [](std::string_view value) { return value == "404" ? std::string() : std::string(value); })});
  EXPECT_EQ(count.series, 4u);  // (200,x) (201,x) (-,x) (-,y)
  EXPECT_EQ(count.labels[0].values, 2u);
  EXPECT_EQ(count.labels[0].series_with, 2u);
  EXPECT_EQ(count.product, 6u);
  const FamilyCount all = census.Recount(0, WhatIf(), {Map("c", [](std::string_view) { return std::string(); })});
  EXPECT_EQ(all.series, 2u);
  ASSERT_EQ(all.labels.size(), 1u);
}

TEST(Recount, AsksForPresentValuesOnly) {
  const Census census = CensusFromText(kCodes);
  std::multiset<std::string> asked;
  CountOptions plain;
  census.Recount(0, plain, {Map("c", [&asked](std::string_view value) {
                   asked.insert(std::string(value));
                   return std::string(value);
                 })});
  EXPECT_EQ(asked, (std::multiset<std::string>{"200", "201", "404"}));
}

TEST(Recount, SeveralTransformsAtOnceAndTheCensusStaysAsItWas) {
  const Census census = CensusFromText(kCodes);
  const auto same = [](std::string_view) { return std::string("same"); };
  const FamilyCount count = census.Recount(0, WhatIf(), {Map("c", same), Map("p", same)});
  EXPECT_EQ(count.series, 2u);  // with a code and without one
  EXPECT_EQ(count.labels[0].series_with, 1u);
  EXPECT_EQ(count.labels[1].series_with, 2u);
  EXPECT_EQ(census.Count(0, WhatIf()).series, 5u);
  EXPECT_EQ(census.duplicate_samples(), 0u);
}

TEST(Recount, BucketsOfMergedLabelSetsAreCountedOnce) {
  std::string text = "# TYPE h histogram\n";
  for (const char* code : {"200", "201", "500"}) {
    for (const char* le : {"1", "2", "+Inf"}) text += std::string("h_bucket{c=\"") + code + "\",le=\"" + le + "\"} 1\n";
  }
  const FamilyCount count = CensusFromText(text).Recount(0, WhatIf(), {Map("c", StatusClass)});
  EXPECT_EQ(count.series, 6u);
  EXPECT_EQ(count.label_sets, 2u);
  EXPECT_EQ(count.boundaries.distinct, 3u);
  EXPECT_EQ(count.boundaries.min_per_label_set, 3u);
  EXPECT_EQ(count.boundaries.max_per_label_set, 3u);
}

using Values = std::vector<std::pair<std::string, uint64_t>>;

Values ValuesOf(const Census& census, size_t family, std::string_view label, size_t input = kAllInputs) {
  Values values;
  census.ForEachValue(family, label, input, [&values](std::string_view value, uint64_t series) {
    values.emplace_back(std::string(value), series);
  });
  return values;
}

TEST(ForEachValue, VisitsInOrderOfAppearanceAndCountsSeries) {
  const Census census =
      CensusFromTexts({{"one", "a{x=\"z\"} 1\na{x=\"y\",w=\"1\"} 1\na{x=\"z\"} 1\na{x=\"y\"} 1\na{w=\"2\"} 1\n"},
                       {"two", "a{x=\"y\"} 1\na{x=\"b\\n\\\"\"} 1\n"}});
  EXPECT_EQ(ValuesOf(census, 0, "x"), (Values{{"z", 1}, {"y", 3}, {"b\n\"", 1}}));
  EXPECT_EQ(ValuesOf(census, 0, "x", 0), (Values{{"z", 1}, {"y", 2}}));
  EXPECT_EQ(ValuesOf(census, 0, "x", 1), (Values{{"y", 1}, {"b\n\"", 1}}));
  EXPECT_EQ(ValuesOf(census, 0, "w"), (Values{{"1", 1}, {"2", 1}}));
  EXPECT_EQ(ValuesOf(census, 0, "w", 1), Values());
  EXPECT_EQ(ValuesOf(census, 0, "none"), Values());
}

using Pairs = std::set<std::pair<std::string, std::string>>;

Pairs DependenciesOf(const std::string& text) {
  Pairs pairs;
  for (const Dependency& dependency : CensusFromText(text).Dependencies(0))
    pairs.insert({dependency.determinant, dependency.dependent});
  return pairs;
}

TEST(Dependencies, FindsWhatOneLabelFixesOfAnother) {
  // pod fixes node, but node has two pods.
  EXPECT_EQ(DependenciesOf("a{pod=\"1\",node=\"x\"} 1\na{pod=\"2\",node=\"x\"} 1\na{pod=\"3\",node=\"y\"} "
                           "1\na{pod=\"1\",node=\"x\",c=\"1\"} 1\n"),
            (Pairs{{"pod", "node"}}));
  // Two spellings of one thing fix each other.
  EXPECT_EQ(DependenciesOf("a{id=\"1\",name=\"x\"} 1\na{id=\"2\",name=\"y\"} 1\n"),
            (Pairs{{"id", "name"}, {"name", "id"}}));
  EXPECT_EQ(DependenciesOf("a{x=\"1\",y=\"1\"} 1\na{x=\"1\",y=\"2\"} 1\na{x=\"2\",y=\"1\"} 1\n"), Pairs());
}

TEST(Dependencies, NeverNamesConstantsOrBoundaries) {
  EXPECT_EQ(DependenciesOf("a{job=\"j\",x=\"1\"} 1\na{job=\"j\",x=\"2\"} 1\n"), Pairs());
  EXPECT_EQ(DependenciesOf("a{le=\"1\",x=\"1\"} 1\na{le=\"2\",x=\"2\"} 1\n"), Pairs());
  EXPECT_EQ(DependenciesOf("a{quantile=\"1\",x=\"1\"} 1\na{quantile=\"2\",x=\"2\"} 1\n"), Pairs());
}

TEST(Dependencies, CountsAbsenceAsAValue) {
  // x=1 stands once with y and once without, so x fixes nothing; y, also where it is absent, fixes x.
  EXPECT_EQ(DependenciesOf("a{x=\"1\",y=\"1\"} 1\na{x=\"1\"} 1\na{x=\"2\",y=\"2\"} 1\n"), (Pairs{{"y", "x"}}));
}

TEST(ExampleSeries, AreSpreadOverTheRowsAndEscaped) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a{z=\"1\",i=\"" + std::to_string(i) + "\"} 1\n";
  const Census census = CensusFromText(text + "b{x=\"say \\\"hi\\\" \\\\ \\n\"} 1\nb 1\n");
  EXPECT_EQ(census.ExampleSeries(0, 4), (std::vector<std::string>{"a{i=\"0\",z=\"1\"}", "a{i=\"25\",z=\"1\"}",
                                                                  "a{i=\"50\",z=\"1\"}", "a{i=\"75\",z=\"1\"}"}));
  EXPECT_EQ(census.ExampleSeries(1, 10), (std::vector<std::string>{"b{x=\"say \\\"hi\\\" \\\\ \\n\"}", "b"}));
  EXPECT_TRUE(census.ExampleSeries(0, 0).empty());
}

TEST(SeriesOfValue, NamesOnlySeriesThatCarryTheValueEachOnce) {
  std::string text = "# TYPE a counter\n";
  for (int i = 0; i < 3000; ++i) {
    const std::string odd = i % 2 == 1 ? ",side=\"odd\"" : i % 4 == 2 ? ",side=\"even\"" : "";
    text += "a{i=\"" + std::to_string(i) + "\"" + odd + "} 1\n";
  }
  const Census census = CensusFromText(text + "b{x=\"1\"} 1 1000\nb{x=\"1\"} 2 2000\n");
  const size_t a = census.FindFamily("a"), b = census.FindFamily("b");
  EXPECT_EQ(census.SeriesOfValue(a, "side", "even", 3),
            (std::vector<std::string>{"a{i=\"2\",side=\"even\"}", "a{i=\"1002\",side=\"even\"}",
                                      "a{i=\"2002\",side=\"even\"}"}));
  EXPECT_EQ(census.SeriesOfValue(a, "side", "odd", 9999).size(), 1500u);
  EXPECT_EQ(census.SeriesOfValue(a, "side", "", 2), (std::vector<std::string>{"a{i=\"0\"}", "a{i=\"1500\"}"}));
  EXPECT_EQ(census.SeriesOfValue(a, "i", "2999", 5), (std::vector<std::string>{"a{i=\"2999\",side=\"odd\"}"}));
  // At two timestamps it is one series.
  EXPECT_EQ(census.SeriesOfValue(b, "x", "1", 5), (std::vector<std::string>{"b{x=\"1\"}"}));
  EXPECT_TRUE(census.SeriesOfValue(a, "side", "neither", 5).empty());
  EXPECT_TRUE(census.SeriesOfValue(a, "none", "odd", 5).empty());
  EXPECT_TRUE(census.SeriesOfValue(a, "side", "odd", 0).empty());
}

TEST(Census, OfNothingAnswersEverything) {
  const Census census = CensusFromTexts({});
  EXPECT_EQ(census.family_count(), 0u);
  EXPECT_EQ(census.FindFamily("a"), 0u);
  EXPECT_EQ(census.TotalSeries({}), 0u);
  EXPECT_EQ(census.duplicate_samples(), 0u);
}

}  // namespace
}  // namespace seriesguard
