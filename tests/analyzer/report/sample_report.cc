// SPDX-License-Identifier: Apache-2.0
//
// sample_report.cc: see the header for what the numbers mean.
#include "tests/analyzer/report/sample_report.h"

#include <cmath>
#include <string>
#include <utility>

namespace seriesguard {
namespace {

LabelCount Label(std::string name, uint64_t values, uint64_t with, std::vector<ValueCount> top) {
  LabelCount label;
  label.name = std::move(name);
  label.values = values;
  label.series_with = with;
  uint64_t shown = 0;
  for (const ValueCount& value : top) shown += value.series;
  label.other_values = values - top.size();
  label.other_series = label.other_values > 0 ? with - shown : 0;
  label.top = std::move(top);
  return label;
}

MetricRow Histogram(uint64_t total) {
  MetricRow row;
  row.name = "http_request_duration_seconds";
  row.type = MetricType::kHistogram;
  FamilyCount& count = row.count;
  count.series = 28'944;
  count.samples = 28'946;
  count.bytes = 3'184'000;
  count.label_sets = 2'412;
  count.product = 42'140;
  count.product_log10 = std::log10(42'140.0);
  count.density = 2'412.0 / 42'140.0;
  count.boundaries = {"le", 10, 10, 10};
  count.parts = {{"http_request_duration_seconds_bucket", 24'120, 24'122},
                 {"http_request_duration_seconds_count", 2'412, 2'412},
                 {"http_request_duration_seconds_sum", 2'412, 2'412}};
  count.labels = {
      Label("code", 5, 28'944, {{"200", 20'000}, {"404", 6'000}, {"500", 2'000}, {"302", 900}, {"301", 44}}),
      Label("job", 1, 28'944, {{"shop", 28'944}}), Label("le", 10, 24'120, {{"+Inf", 2'412}, {"0.005", 2'412}}),
      Label("method", 7, 28'944, {{"GET", 20'000}, {"POST", 8'000}}),
      Label("path", 1'204, 28'944, {{"/api/orders/1", 84}, {"/api/orders/2", 84}, {"/api/orders/3", 72}})};
  row.share = static_cast<double>(count.series) / static_cast<double>(total);
  return row;
}

MetricRow Counter(uint64_t total) {
  MetricRow row;
  row.name = "orders_total";
  row.type = MetricType::kCounter;
  FamilyCount& count = row.count;
  count.series = 12'000;
  count.samples = 12'000;
  count.bytes = 840'000;
  count.label_sets = 12'000;
  count.product = 12'000;
  count.product_log10 = std::log10(12'000.0);
  count.density = 1;
  count.parts = {{"orders_total", 12'000, 12'000}};
  count.labels = {Label("state", 3, 12'000, {{"done", 4'000}, {"failed", 4'000}, {"open", 4'000}}),
                  Label("tenant", 4'000, 12'000, {{"tenant-0001", 3}, {"tenant-0002", 3}})};
  row.share = static_cast<double>(count.series) / static_cast<double>(total);
  return row;
}

MetricRow Gauge(uint64_t total) {
  MetricRow row;
  row.name = "process_open_fds";
  row.type = MetricType::kGauge;
  FamilyCount& count = row.count;
  count.series = count.samples = count.label_sets = 1;
  count.bytes = 20;
  count.product = 1;
  count.density = 1;
  count.parts = {{"process_open_fds", 1, 1}};
  row.share = static_cast<double>(count.series) / static_cast<double>(total);
  return row;
}

}  // namespace

Report SampleTopReport() {
  Report report;
  report.command = "top";
  report.tool = "seriesguard 0.0.0";
  report.server = "prometheus3";
  InputCount input;
  input.path = "shop.prom";
  input.format = "text-0.0.4";
  input.bytes = 4'600'000;
  input.comment_bytes = 30'000;
  input.samples = 48'215;
  input.series = 48'213;
  report.inputs = {input};
  report.total = {48'213, std::nullopt, 48'215, 166, 4'600'000, 30'000, 2};
  report.metrics = {Histogram(48'213), Counter(48'213), Gauge(48'213)};
  CutRows others;
  others.rows = 163;
  others.series = 48'213 - 28'944 - 12'000 - 1;
  others.samples = 48'215 - 28'946 - 12'000 - 1;
  others.bytes = 4'600'000 - 30'000 - 3'184'000 - 840'000 - 20;
  report.others = others;
  report.duplicates = {{"shop.prom", 17, 230, "http_request_duration_seconds_bucket{code=\"200\",le=\"0.005\"}"},
                       {"shop.prom", 18, 231, "http_request_duration_seconds_bucket{code=\"200\",le=\"+Inf\"}"}};
  return report;
}

Report SampleCheckReport() {
  Report report = SampleTopReport();
  report.command = "check";
  report.policy = ReportPolicy{"seriesguard.yaml", "00d1e2f3a4b5c6d7"};
  report.coverage = RuleCoverage{12, 9};
  report.verdict = ReportVerdict::kOverBudget;

  Finding series;
  series.rule = FindingRule::kSeriesLimit;
  series.stage = Stage::kObserved;
  series.input = "shop.prom";
  series.metric = "http_request_duration_seconds";
  series.label = "path";
  series.label_is_culprit = true;
  series.limit = 4'000;
  series.observed = 28'944;
  series.owner = "team-edge";
  series.values = {"/api/orders/1", "/api/orders/2", "/api/orders/3",
                   "/api/orders/4", "/api/orders/5", "/api/orders/6"};
  series.values_total = 1'204;
  series.location = {"seriesguard.yaml", 12, 5};
  series.message = "28,944 series, limit 4,000";
  series.remedy =
      "without path 420 series would remain; route it, for example \"/api/orders/{id}\", or set value_limit to 160";

  Finding projected;
  projected.rule = FindingRule::kTotalLimitProjected;
  projected.stage = Stage::kProjected;
  projected.input = "shop.prom";
  projected.limit = 50'000;
  projected.observed = 48'213;
  projected.projected = 61'400;
  projected.projected_max = 300'000'000;
  projected.location = {"seriesguard.yaml", 4, 10};
  projected.message = "61,400 series in production, budget.series_limit 50,000";

  Finding unused;
  unused.rule = FindingRule::kRuleUnused;
  unused.severity = Severity::kWarning;
  unused.metric = "order_total";
  unused.location = {"seriesguard.yaml", 30, 3};
  unused.message = "this rule saw no series; the nearest metric is orders_total";

  Finding created;
  created.rule = FindingRule::kCreatedNegotiable;
  created.severity = Severity::kNote;
  created.input = "shop.prom";
  created.message = "a server may negotiate OpenMetrics and then stores _created series as well";

  report.findings = {created, unused, series, projected};
  SortFindings(&report.findings);
  report.findings_total = report.findings.size();
  return report;
}

Report SampleExplainReport() {
  Report report = SampleTopReport();
  report.command = "explain";
  MetricRow row = report.metrics[0];
  const uint64_t without[] = {11'000, 28'944, 0, 9'600, 420};
  for (size_t i = 0; i < row.count.labels.size(); ++i) {
    if (row.count.labels[i].name != "le") row.count.labels[i].series_without = without[i];
  }
  row.dependencies = {{"path", "job", 0, 28'946}, {"path", "code", 12, 28'946}};
  row.label_sets = LabelSetSearch{{"method", "path"}, {{{"method", "path"}, 60}}};
  row.product_gap = ProductGap{{"job"}, 42'140, 4.6247, {"method", "path"}, 8'428, 1'300};
  row.examples = {
      "http_request_duration_seconds_bucket{code=\"200\",job=\"shop\",le=\"0.005\",method=\"GET\",path=\"/api/orders/"
      "1\"}",
      "http_request_duration_seconds_sum{code=\"404\",job=\"shop\",method=\"GET\",path=\"/api/orders/977\"}"};
  CutRows others = *report.others;
  for (size_t i = 1; i < report.metrics.size(); ++i) {
    ++others.rows;
    others.series += report.metrics[i].count.series;
    *others.samples += report.metrics[i].count.samples;
    *others.bytes += report.metrics[i].count.bytes;
  }
  report.others = others;
  report.metrics = {row};
  return report;
}

}  // namespace seriesguard
