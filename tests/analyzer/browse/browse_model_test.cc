// SPDX-License-Identifier: Apache-2.0
//
// What the terminal view is told, against sets of strings that are obviously right.
#include "analyzer/browse/browse_model.h"

#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

using LabelSet = std::map<std::string, std::string>;

// Families of random label sets, some labels missing here and there.
std::vector<LabelSet> RandomSeries(std::mt19937_64* random, size_t rows) {
  std::set<LabelSet> all;
  for (size_t i = 0; i < rows; ++i) {
    LabelSet labels;
    for (const auto& [name, values] : std::map<std::string, int>{{"a", 3}, {"b", 7}, {"c", 2}, {"d", 40}, {"e", 1}}) {
      if ((*random)() % 5 == 0) continue;
      labels[name] = "v" + std::to_string((*random)() % static_cast<uint64_t>(values));
    }
    all.insert(labels);
  }
  return {all.begin(), all.end()};
}

std::string TextOf(const std::vector<LabelSet>& series) {
  std::string text = "# TYPE m gauge\n";
  for (const LabelSet& labels : series) {
    text += "m{";
    for (const auto& [name, value] : labels) text += name + "=\"" + value + "\",";
    text += "} 1\n";
  }
  return text;
}

uint64_t NaiveLeft(const std::vector<LabelSet>& series, const std::set<std::string>& dropped) {
  std::set<LabelSet> left;
  for (LabelSet labels : series) {
    for (const std::string& name : dropped) labels.erase(name);
    left.insert(labels);
  }
  return left.size();
}

TEST(BrowseModel, CountsWhatEverySetOfLabelsLeavesAsANaiveCountDoes) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const std::vector<LabelSet> series = RandomSeries(&random, 1 + random() % 200);
    const Census census = CensusFromText(TextOf(series));
    BrowseModel model(census, BrowseFacts());
    const std::vector<std::string> names = census.family(0).labels;
    for (uint32_t set = 0; set < 1u << names.size(); ++set) {
      std::vector<std::string> dropped;
      for (size_t i = 0; i < names.size(); ++i) {
        if ((set >> i) % 2 == 1) dropped.push_back(names[i]);
      }
      std::set<std::string> without(dropped.begin(), dropped.end());
      ASSERT_EQ(model.LeftWithout(0, dropped), NaiveLeft(series, without));
      for (const std::string& name : names) {
        std::set<std::string> and_name = without;
        and_name.insert(name);
        ASSERT_EQ(model.LeftWithout(0, dropped, name), NaiveLeft(series, and_name)) << name;
      }
    }
  }
}

TEST(BrowseModel, ValuesAddUpToTheMetricAndEachSeriesIsFoundUnderItsValue) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const std::vector<LabelSet> series = RandomSeries(&random, 1 + random() % 200);
    const Census census = CensusFromText(TextOf(series));
    BrowseModel model(census, BrowseFacts());
    for (const std::string& name : census.family(0).labels) {
      std::map<std::string, uint64_t> expected;
      for (const LabelSet& labels : series) ++expected[labels.count(name) > 0 ? labels.at(name) : ""];
      const auto values = model.Values(0, name);
      std::map<std::string, uint64_t> seen;
      for (const BrowseRow& row : values->rows) {
        EXPECT_EQ(row.is_absence, row.name.empty());
        seen[std::string(row.name)] = row.series;
        const auto examples = model.Series(0, name, row.name, row.series);
        EXPECT_EQ(examples->rows.size(), row.series);
      }
      EXPECT_EQ(seen, expected);
      EXPECT_EQ(values->total_series, series.size());
    }
  }
}

TEST(BrowseModel, SumsOverInputsAsTheReportDoes) {
  const Census census =
      CensusFromTexts({{"a.prom", "m{x=\"1\"} 1\nm{x=\"2\"} 1\n"}, {"b.prom", "m{x=\"1\"} 1\nn 1\n"}});
  BrowseModel model(census, BrowseFacts());
  EXPECT_EQ(model.total_series(), 4u);
  const auto metrics = model.Metrics();
  ASSERT_EQ(metrics->rows.size(), 2u);
  EXPECT_EQ(metrics->rows[0].series, 3u);
  const auto values = model.Values(0, "x");
  ASSERT_EQ(values->rows.size(), 2u);
  EXPECT_EQ(values->rows[0].series + values->rows[1].series, 3u);
  EXPECT_EQ(model.LeftWithout(0, {"x"}), 2u);  // one a target
  EXPECT_EQ(model.Series(0, "x", "1", 2)->rows.size(), 1u);
}

TEST(BrowseModel, SaysOfLabelsWhatExplainSays) {
  const Census census = CensusFromText(
      "# TYPE h histogram\n"
      "h_bucket{p=\"1\",q=\"1\",le=\"1\"} 1\nh_bucket{p=\"1\",q=\"1\",le=\"+Inf\"} 1\n"
      "h_sum{p=\"1\",q=\"1\"} 1\nh_count{p=\"1\",q=\"1\"} 1\n"
      "h_bucket{p=\"2\",q=\"2\",le=\"1\"} 1\nh_bucket{p=\"2\",q=\"2\",le=\"+Inf\"} 1\n"
      "h_sum{p=\"2\",q=\"2\"} 1\nh_count{p=\"2\",q=\"2\"} 1\n");
  BrowseModel model(census, BrowseFacts());
  const auto labels = model.Labels(0);
  ASSERT_EQ(labels->labels.size(), 3u);
  EXPECT_EQ(labels->labels[0].name, "le");
  EXPECT_EQ(labels->verdicts[0], LabelVerdict::kEssential);
  EXPECT_EQ(labels->labels[0].series_without, std::nullopt);
  EXPECT_EQ(model.LeftWithout(0, {}, "le"), std::nullopt);
  EXPECT_EQ(labels->verdicts[1], LabelVerdict::kRedundant);  // q still tells the series apart
  EXPECT_EQ(model.LeftWithout(0, {"p"}), 8u);
  EXPECT_EQ(model.LeftWithout(0, {"p"}, "q"), 4u);
}

TEST(BrowseModel, KeepsFindingsUnderTheirMetric) {
  const Census census = CensusFromText("a 1\nb 1\n");
  BrowseFacts facts;
  Finding finding;
  finding.metric = "b";
  facts.report.findings = {finding, finding};
  finding.metric = "none";
  facts.report.findings.push_back(finding);
  BrowseModel model(census, std::move(facts));
  EXPECT_TRUE(model.FindingsOf(0).empty());
  EXPECT_EQ(model.FindingsOf(1).size(), 2u);
}

TEST(BrowseModel, AnswersOnceAgainAfterItHasForgotten) {
  std::string text;
  for (int label = 0; label < 12; ++label) text += "m{l" + std::to_string(label) + "=\"x\"} 1\n";
  const Census census = CensusFromText(text);
  BrowseModel model(census, BrowseFacts());
  const std::vector<std::string> names = census.family(0).labels;
  for (uint32_t set = 0; set < 1u << names.size(); ++set) {  // 4,096 sets: four times what is kept
    std::vector<std::string> dropped;
    for (size_t i = 0; i < names.size(); ++i) {
      if ((set >> i) % 2 == 1) dropped.push_back(names[i]);
    }
    // Each series has one label of its own: those that lose it become one.
    ASSERT_EQ(model.LeftWithout(0, dropped), names.size() - dropped.size() + (dropped.empty() ? 0 : 1));
  }
}

}  // namespace
}  // namespace seriesguard
