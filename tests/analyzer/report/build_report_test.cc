// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/build_report.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/report/json_report.h"
#include "analyzer/report/report_schema.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/analyzer/report/schema_check.h"

namespace seriesguard {
namespace {

constexpr char kDump[] =
    "# TYPE big gauge\n"
    "big{a=\"1\",b=\"x\"} 1\n"
    "big{a=\"2\",b=\"x\"} 1\n"
    "big{a=\"3\",b=\"y\"} 1\n"
    "many{v=\"1\"} 1\n"
    "many{v=\"2\"} 1\n"
    "twin{v=\"1\"} 1\n"
    "twin{v=\"2\"} 1\n"
    "one 1\n"
    "one 2\n"
    "one 3\n";

Report Build(const BuildReportOptions& options) {
  const Census census = CensusFromText(kDump);
  Report report;
  report.command = "top";
  report.server = "prometheus3";
  BuildReport(census, options, &report);
  return report;
}

std::vector<std::string> Names(const Report& report) {
  std::vector<std::string> names;
  for (const MetricRow& metric : report.metrics) names.push_back(metric.name);
  return names;
}

// Every column of the rows shown and of the others adds up to the total.
void ExpectSumsClose(const Report& report) {
  uint64_t rows = report.metrics.size(), series = 0, samples = 0, bytes = report.total.comment_bytes;
  for (const MetricRow& metric : report.metrics) {
    series += metric.count.series;
    samples += metric.count.samples;
    bytes += metric.count.bytes;
  }
  if (report.others) {
    rows += report.others->rows;
    series += report.others->series;
    samples += *report.others->samples;
    bytes += *report.others->bytes;
  }
  EXPECT_EQ(rows, report.total.metrics);
  EXPECT_EQ(series, report.total.series);
  EXPECT_EQ(samples, report.total.samples);
  EXPECT_EQ(bytes, report.total.bytes);
}

using Strings = std::vector<std::string>;

TEST(BuildReport, SortsBySeriesThenByName) {
  const Report report = Build({});
  EXPECT_EQ(Names(report), Strings({"big", "many", "twin", "one"}));
  EXPECT_FALSE(report.others.has_value());
  EXPECT_DOUBLE_EQ(report.metrics[0].share, 3.0 / 8);
  ExpectSumsClose(report);
}

TEST(BuildReport, SortsByWhatWasAskedFor) {
  BuildReportOptions options;
  options.sort_by = SortBy::kSamples;
  EXPECT_EQ(Names(Build(options)), Strings({"big", "one", "many", "twin"}));
  options.sort_by = SortBy::kValues;
  EXPECT_EQ(Names(Build(options)), Strings({"big", "many", "twin", "one"}));
  options.sort_by = SortBy::kBytes;
  EXPECT_EQ(Names(Build(options)), Strings({"big", "many", "twin", "one"}));
}

TEST(BuildReport, SumsWhatItCuts) {
  for (size_t limit = 0; limit < 6; ++limit) {
    BuildReportOptions options;
    options.limit = limit;
    const Report report = Build(options);
    EXPECT_EQ(report.metrics.size(), limit == 0 ? 4 : std::min<size_t>(limit, 4));
    EXPECT_EQ(report.others.has_value(), limit > 0 && limit < 4);
    ExpectSumsClose(report);
  }
}

TEST(BuildReport, SumsWhatItFilters) {
  BuildReportOptions options;
  options.limit = 1;
  options.matches = [](std::string_view name) { return name != "big"; };
  const Report report = Build(options);
  EXPECT_EQ(Names(report), Strings({"many"}));
  EXPECT_EQ(report.filtered_metrics, 1u);
  EXPECT_EQ(report.others->rows, 3u);
  ExpectSumsClose(report);
}

TEST(BuildReport, CountsTheRowsShownInFull) {
  BuildReportOptions options;
  options.limit = 1;
  options.what_if = true;
  options.top_values = 2;
  const Report report = Build(options);
  const std::vector<LabelCount>& labels = report.metrics[0].count.labels;
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(labels[0].series_without, 2u);
  EXPECT_EQ(labels[1].series_without, 3u);
  EXPECT_EQ(labels[0].top.size(), 2u);
  EXPECT_EQ(labels[0].other_values, 1u);
  EXPECT_EQ(labels[0].other_series, 1u);
}

TEST(BuildReport, GivesNoAnswerForAHistogramWithoutLe) {
  const Census census =
      CensusFromText("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n");
  BuildReportOptions options;
  options.what_if = true;
  Report report;
  BuildReport(census, options, &report);
  ASSERT_EQ(report.metrics[0].count.labels.size(), 1u);
  EXPECT_FALSE(report.metrics[0].count.labels[0].series_without.has_value());
}

TEST(BuildReport, ExplainsPerTarget) {
  const Census census =
      CensusFromTexts({{"a.prom", "q{i=\"1\"} 1\nq{i=\"2\"} 1\n"}, {"b.prom", "q{i=\"1\"} 1\nr 1\n"}});
  BuildReportOptions options;
  options.explain = true;
  Report report;
  report.command = "explain";
  report.server = "prometheus3";
  BuildReport(census, options, &report);
  EXPECT_EQ(report.total.series, 4u);
  EXPECT_EQ(report.total.union_series, 3u);
  const MetricRow& q = report.metrics[0];
  ASSERT_EQ(q.targets.size(), 2u);
  EXPECT_EQ(q.targets[0].input, "a.prom");
  EXPECT_EQ(q.targets[0].series, 2u);
  EXPECT_EQ(q.targets[1].series, 1u);
  EXPECT_EQ(q.union_series, 2u);
  EXPECT_EQ(report.metrics[1].targets.size(), 1u);
  EXPECT_FALSE(q.examples.empty());
  EXPECT_EQ(SchemaViolations(ReportSchema(), RenderJsonReport(report)), std::vector<std::string>());
}

TEST(BuildReport, NamesDuplicatesByTheirInput) {
  const Report report = Build({});
  EXPECT_EQ(report.total.duplicate_samples, 2u);
  ASSERT_EQ(report.duplicates.size(), 2u);
  EXPECT_EQ(report.duplicates[0].input, "dump.prom");
  EXPECT_EQ(report.duplicates[0].first_line, 9u);
  EXPECT_EQ(report.duplicates[0].again_line, 10u);
}

}  // namespace
}  // namespace seriesguard
