// SPDX-License-Identifier: Apache-2.0
//
// series_diff_test.cc: what the generated pairs do not ask: types, spelling, wide families, targets, rendering.
#include <gtest/gtest.h>

#include <string>

#include "analyzer/census/metric_type.h"
#include "analyzer/diff/change.h"
#include "analyzer/diff/json_diff.h"
#include "analyzer/diff/side_counts.h"
#include "analyzer/diff/target_pairs.h"
#include "analyzer/diff/text_diff.h"
#include "nlohmann/json.hpp"
#include "tests/analyzer/diff/diff_from_text.h"

namespace seriesguard {
namespace {

TEST(DiffSeries, ATypeThatChangedIsSaidOfSeriesThatStayed) {
  const Diff diff = DiffOfText("# TYPE a gauge\na 1\nb 1\n", "# TYPE a counter\na 1\nb 1\n");
  EXPECT_EQ(*diff.added + *diff.gone, 0u);
  ASSERT_EQ(diff.metrics.size(), 1u);
  EXPECT_EQ(diff.metrics[0].type_before, MetricType::kGauge);
  EXPECT_EQ(diff.metrics[0].type_after, MetricType::kCounter);
  EXPECT_EQ(diff.unchanged.metrics, 1u);
}

TEST(DiffSeries, BoundariesThatAreOnlySpeltDifferentlyAreCounted) {
  const Diff diff = DiffOfText("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"5\"} 1\nh_count 1\n",
                               "h_bucket{le=\"1\"} 1\nh_bucket{le=\"7\"} 1\nh_count 1\n");
  ASSERT_EQ(diff.metrics.size(), 1u);
  ASSERT_EQ(diff.metrics[0].labels.size(), 1u);
  EXPECT_EQ(diff.metrics[0].labels[0].respelled, 1u);
  EXPECT_EQ(diff.metrics[0].added_causes[0].cause, ChangeCause::kBucket);
}

// More labels than a word has bits, and a radix product beyond 64 bits.
TEST(DiffSeries, WideFamiliesAreExact) {
  std::string before;
  std::string after;
  for (int row = 0; row < 40; ++row) {
    std::string series = "w{";
    for (int label = 0; label < 90; ++label) {
      series +=
          (label > 0 ? ",l" : "l") + std::to_string(label) + "=\"" + std::to_string((row * 7 + label) % 13) + "\"";
    }
    before += series + "} 1\n";
    if (row % 4 != 0) after += series + "} 1\n";
    if (row == 0) {
      // Row 0 has the value 0 in every thirteenth label: seven of them.
      for (int i = 0; i < 7; ++i) series.replace(series.find("=\"0\""), 4, "=\"new\"");
      after += series + "} 1\n";
    }
  }
  const Diff diff = DiffOfText(before, after);
  EXPECT_EQ(diff.before.series, 13u) << "rows repeat with 13";
  EXPECT_EQ(*diff.added, 1u);
  ASSERT_EQ(diff.metrics.size(), 1u);
  ASSERT_EQ(diff.metrics[0].added_causes.size(), 1u);
  EXPECT_EQ(diff.metrics[0].added_causes[0].cause, ChangeCause::kValues);
  EXPECT_EQ(diff.metrics[0].added_causes[0].labels.size(), 7u);
}

TEST(PairTargets, TwoSingleDumpsAreOneTargetWhateverTheirNames) {
  EXPECT_EQ(PairTargets({{0, "a"}}, {{1, "b"}}).size(), 1u);
  EXPECT_EQ(PairTargets({{0, "a"}, {1, "b"}}, {{2, "b"}}).size(), 2u);
  EXPECT_EQ(PairTargets({{0, "a"}, {1, "b"}}, {{2, "b"}})[1].after, 2u);
}

TEST(CutChanges, WhatIsCutIsCountedAndTheRestCloses) {
  Diff diff = DiffOfText("a{x=\"1\"} 1\nb{x=\"1\"} 1\nc 1\n", "a{x=\"2\"} 1\nb{x=\"1\"} 1\nb{x=\"2\"} 1\nd 1\n");
  ASSERT_EQ(diff.metrics.size(), 4u);
  CutChanges(1, &diff);
  ASSERT_TRUE(diff.others.has_value());
  EXPECT_EQ(diff.others->metrics, 3u);
  EXPECT_EQ(diff.metrics[0].before + diff.others->before + diff.unchanged.before, diff.before.series);
  EXPECT_EQ(diff.metrics[0].after + diff.others->after + diff.unchanged.after, diff.after.series);
  EXPECT_EQ(*diff.metrics[0].added + *diff.others->added, *diff.added);
  const auto json = nlohmann::json::parse(RenderJsonDiff(diff));
  EXPECT_EQ(json["others"]["gone"], *diff.others->gone);
}

TEST(RenderTextDiff, HostileValuesAreEscaped) {
  const Diff diff = DiffOfText("a{x=\"1\"} 1\n", "a{x=\"\x1b[31m\"} 1\n");
  EXPECT_EQ(RenderTextDiff(diff, {}).find('\x1b'), std::string::npos);
  EXPECT_EQ(RenderJsonDiff(diff).find('\x1b'), std::string::npos);
}

TEST(LooksLikeStoredReport, TellsAReportFromQuotedNames) {
  EXPECT_TRUE(LooksLikeStoredReport("{\n\"schema\":\"x\""));
  EXPECT_TRUE(LooksLikeStoredReport(" { \"a\" : 1}"));
  EXPECT_FALSE(LooksLikeStoredReport("{\"http.requests\",path=\"a:b\"} 1\n"));
  EXPECT_FALSE(LooksLikeStoredReport("{\"a\\\":\"} 1\n"));
  EXPECT_FALSE(LooksLikeStoredReport("up 1\n"));
  EXPECT_FALSE(LooksLikeStoredReport("{"));
  EXPECT_FALSE(LooksLikeStoredReport(""));
}

}  // namespace
}  // namespace seriesguard
