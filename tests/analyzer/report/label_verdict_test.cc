// SPDX-License-Identifier: Apache-2.0
//
// label_verdict_test.cc: what may be done with a label, and why a product is larger than the count, on small dumps.
#include "analyzer/report/label_verdict.h"

#include <optional>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/report/build_report.h"
#include "analyzer/report/product_gap.h"
#include "analyzer/report/report.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

// The one metric of a text, explained.
MetricRow Explained(const std::string& text) {
  const Census census = CensusFromText(text);
  BuildReportOptions options;
  options.what_if = true;
  options.explain = true;
  Report report;
  BuildReport(census, options, &report);
  EXPECT_EQ(report.metrics.size(), 1u);
  return report.metrics.front();
}

std::string Verdicts(const MetricRow& metric) {
  std::string text;
  for (const LabelCount& label : metric.count.labels) {
    text += label.name + "=" + std::string(LabelVerdictName(VerdictOf(metric, label))) + " ";
  }
  return text;
}

TEST(LabelVerdict, SaysWhetherSeriesBecomeEqual) {
  const MetricRow metric = Explained(
      "# TYPE a counter\na{pod=\"1\",node=\"x\",job=\"j\"} 1\na{pod=\"2\",node=\"x\",job=\"j\"} 1\n"
      "a{pod=\"3\",node=\"y\",job=\"j\"} 1\n");
  EXPECT_EQ(Verdicts(metric), "job=redundant node=redundant pod=aggregate ");
  EXPECT_EQ(DeterminantsOf(metric, "node"), std::vector<std::string>{"pod"});
  EXPECT_TRUE(DeterminantsOf(metric, "pod").empty());
}

TEST(LabelVerdict, LeavesBoundariesStatesAndInfoAlone) {
  EXPECT_EQ(Verdicts(Explained("# TYPE h histogram\nh_bucket{le=\"1\",x=\"1\"} 1\nh_bucket{le=\"+Inf\",x=\"1\"} 1\n"
                               "h_sum{x=\"1\"} 1\nh_count{x=\"1\"} 1\n")),
            "le=essential x=redundant ");
  EXPECT_EQ(Verdicts(Explained("# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_sum 1\ns_count 1\n")),
            "quantile=essential ");
  EXPECT_EQ(Verdicts(Explained("# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n")), "version=essential ");
  EXPECT_EQ(Verdicts(Explained("# TYPE f stateset\nf{f=\"a\",x=\"1\"} 1\nf{f=\"b\",x=\"1\"} 0\nf{f=\"a\",x=\"2\"} 0\n"
                               "# EOF\n")),
            "f=essential x=aggregate ");
}

TEST(LabelVerdict, IsUnknownWhereNothingWasCountedWithout) {
  MetricRow metric;
  metric.count.series = 2;
  metric.count.labels.resize(1);
  metric.count.labels[0].name = "x";
  EXPECT_EQ(VerdictOf(metric, metric.count.labels[0]), LabelVerdict::kUnknown);
  EXPECT_EQ(LabelVerdictName(LabelVerdict::kUnknown), "-");
}

// 40 pods, each on one of 4 nodes with an address of its own; 30 paths that one of 3 tenants has each.
std::string Shop() {
  std::string text = "# TYPE a counter\n";
  for (int pod = 0; pod < 40; ++pod) {
    for (int path = 0; path < 30; ++path) {
      text += "a{pod=\"p" + std::to_string(pod) + "\",ip=\"10.0.0." + std::to_string(pod) + "\",node=\"n" +
              std::to_string(pod % 4) + "\",path=\"/" + std::to_string(path) + "\",tenant=\"t" +
              std::to_string(path % 3) + "\",shard=\"" + std::to_string((pod + path) % 2) + "\"} 1\n";
    }
  }
  return text;
}

TEST(ProductGap, NamesTheLabelsThatRepeatOthers) {
  const MetricRow metric = Explained(Shop());
  ASSERT_TRUE(metric.product_gap);
  // pod and ip fix each other: the later name goes. shard is fixed by no label alone.
  EXPECT_EQ(metric.product_gap->determined, (std::vector<std::string>{"node", "pod", "tenant"}));
  EXPECT_EQ(metric.product_gap->independent_product, 40u * 30u * 2u);
  EXPECT_TRUE(metric.product_gap->pair.empty());
}

TEST(ProductGap, NamesThePairThatMeetsLeast) {
  std::string text = "# TYPE a counter\n";
  for (int x = 0; x < 60; ++x) {
    for (int y = 0; y < 2; ++y) {
      text += "a{x=\"" + std::to_string(x) + "\",y=\"" + std::to_string((x + y) % 60) + "\"} 1\n";
    }
  }
  const MetricRow metric = Explained(text);
  ASSERT_TRUE(metric.product_gap);
  EXPECT_TRUE(metric.product_gap->determined.empty());
  EXPECT_EQ(metric.product_gap->pair, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(metric.product_gap->pair_product, 3600u);
  EXPECT_EQ(metric.product_gap->pair_joint, 120u);
}

TEST(ProductGap, IsSilentWhereTheProductIsNotFarAbove) {
  EXPECT_FALSE(Explained("a{x=\"1\",y=\"1\"} 1\na{x=\"2\",y=\"2\"} 1\n").product_gap);
}

}  // namespace
}  // namespace seriesguard
