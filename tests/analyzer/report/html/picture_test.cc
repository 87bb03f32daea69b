// SPDX-License-Identifier: Apache-2.0
//
// picture_test.cc: the two invariants of the tree, on reports small and far too large.
#include "analyzer/report/html/picture.h"

#include <string>

#include "analyzer/report/html/html_text.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/analyzer/report/formats/hostile_report.h"

namespace seriesguard {
namespace {

constexpr uint64_t kSeriesOfEach = 1'000;

LabelCount MakeLabel(const std::string& name, uint64_t values, uint64_t series_with, size_t listed) {
  LabelCount label;
  label.name = name;
  label.values = values;
  label.series_with = series_with;
  uint64_t left = series_with;
  for (size_t i = 0; i < listed && i < values; ++i) {
    const uint64_t series = i + 1 == values ? left : left / 2;
    label.top.push_back({"value-" + std::to_string(i), series});
    left -= series;
  }
  label.other_values = values - label.top.size();
  label.other_series = left;
  return label;
}

Report MakeReport(size_t metrics, size_t values, size_t listed) {
  Report report;
  for (size_t i = 0; i < metrics; ++i) {
    MetricRow metric;
    metric.name = "metric_" + std::to_string(i);
    metric.type = MetricType::kGauge;
    metric.count.series = kSeriesOfEach;
    metric.count.labels = {MakeLabel("method", 3, kSeriesOfEach, listed), MakeLabel("tenant", values, 900, listed)};
    metric.count.labels[1].series_without = 10;
    report.metrics.push_back(metric);
  }
  report.total.metrics = metrics;
  report.total.series = metrics * kSeriesOfEach;
  return report;
}

struct Sizes {
  size_t nodes = 0;
  size_t bytes = 0;
};

void Measure(const PictureNode& node, Sizes* sizes) {
  ++sizes->nodes;
  sizes->bytes += PictureBytes(node);
  for (const PictureNode& child : node.children) Measure(child, sizes);
}

uint64_t SumOfChildren(const PictureNode& node) {
  uint64_t sum = 0;
  for (const PictureNode& child : node.children) sum += child.series;
  return sum;
}

void ExpectSums(const PictureNode& node) {
  if (!node.children.empty() && node.kind != "metric") {
    EXPECT_EQ(SumOfChildren(node), node.series) << node.kind;
  }
  for (const PictureNode& child : node.children) {
    if (node.kind == "metric") {
      EXPECT_EQ(child.series, node.series);
    }
    ExpectSums(child);
  }
}

TEST(Picture, ShowsEachMetricByEachLabelAndAddsUp) {
  const PictureNode total = MakePicture(MakeReport(3, 50, 10), 100);
  ASSERT_EQ(total.children.size(), 3u);
  ASSERT_EQ(total.children[0].children.size(), 2u);
  const PictureNode& method = total.children[0].children[0];
  EXPECT_EQ(method.children.size(), 3u);
  const PictureNode& tenant = total.children[0].children[1];
  EXPECT_EQ(tenant.count, 50u);
  EXPECT_EQ(tenant.without, 10u);
  EXPECT_EQ(tenant.weight, kSeriesOfEach - 10);
  EXPECT_TRUE(tenant.is_culprit);
  ASSERT_EQ(tenant.children.size(), 12u);  // ten values, the others, and the series without the label
  EXPECT_EQ(tenant.children[10].kind, "others");
  EXPECT_EQ(tenant.children[10].count, 40u);
  EXPECT_EQ(tenant.children[11].kind, "absent");
  EXPECT_EQ(tenant.children[11].series, 100u);
  ExpectSums(total);
}

TEST(Picture, CountsWhatHasNoRow) {
  Report report = MakeReport(10, 5, 5);
  report.total.metrics = 25;
  report.total.series += 77;
  const PictureNode total = MakePicture(report, 4);
  ASSERT_EQ(total.children.size(), 5u);
  EXPECT_EQ(total.children[4].kind, "others");
  EXPECT_EQ(total.children[4].count, 21u);
  EXPECT_EQ(total.children[4].series, 6 * kSeriesOfEach + 77);
  ExpectSums(total);
}

TEST(Picture, HasAtMostFiveThousandNodes) {
  for (const size_t metrics : {size_t{1}, size_t{400}, size_t{1'600}, size_t{2'600}, size_t{9'000}}) {
    const PictureNode total = MakePicture(MakeReport(metrics, 9'000, 6'000 / metrics + 40), 10'000);
    Sizes sizes;
    Measure(total, &sizes);
    EXPECT_LE(sizes.nodes, kMostPictureNodes) << metrics;
    EXPECT_GT(sizes.nodes, kMostPictureNodes - 60) << metrics;  // and no fewer than there is room for
    ExpectSums(total);
  }
}

TEST(Picture, HasLabelsOfEveryMetricBeforeValuesOfAny) {
  const PictureNode total = MakePicture(MakeReport(1'600, 500, 40), 10'000);
  EXPECT_EQ(total.children.back().children.size(), 2u);
  EXPECT_FALSE(total.children.front().children[1].children.empty());
  EXPECT_TRUE(total.children.back().children[1].children.empty());
}

TEST(Picture, StaysBelowItsBytesWhateverNamesAre) {
  for (const std::string& text : HostileTexts()) {
    Report report = MakeReport(2'000, 50, 40);
    for (MetricRow& metric : report.metrics) {
      metric.name = text + metric.name;
      for (LabelCount& label : metric.count.labels) {
        for (ValueCount& value : label.top) value.value += text + text;
      }
    }
    std::string json;
    JsonWriter writer(&json);
    WritePicture(MakePicture(report, 2'000), &writer);
    EXPECT_LE(ScriptJson(json).size(), kMostPictureBytes);
    EXPECT_TRUE(nlohmann::json::accept(json));
  }
}

TEST(Picture, SaysWhatPolicyAndFindingsSay) {
  Report report = MakeReport(3, 5, 5);
  report.target_limit = 2'000;
  report.metrics[0].series_limit = 10;
  report.metrics[1].series_limit = 5'000;
  Finding finding;
  finding.metric = "metric_0";
  report.findings = {finding};
  const PictureNode total = MakePicture(report, 10);
  EXPECT_EQ(total.limit, 2'000u);
  EXPECT_EQ(total.children[0].verdict, "over");
  EXPECT_EQ(total.children[0].limit, 10u);
  EXPECT_EQ(total.children[1].verdict, "within");
  EXPECT_EQ(total.children[2].verdict, "");
}

TEST(Picture, LetsAnAcceptedFindingPass) {
  Report report = MakeReport(1, 5, 5);
  Finding finding;
  finding.metric = "metric_0";
  finding.is_accepted = true;
  report.findings = {finding};
  report.metrics[0].series_limit = 10;
  EXPECT_EQ(MakePicture(report, 10).children[0].verdict, "within");
}

TEST(Picture, OfNothingIsATotal) {
  const PictureNode total = MakePicture(Report(), 10);
  EXPECT_EQ(total.kind, "total");
  EXPECT_TRUE(total.children.empty());
}

}  // namespace
}  // namespace seriesguard
