// SPDX-License-Identifier: Apache-2.0
//
// json_report_bench.cc: how long it takes to write the JSON of a large report: 10,000 label rows of ten values.
//
// json_report.h quotes its figure. The answer is checked before the clock starts.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "analyzer/report/json_report.h"
#include "analyzer/report/report.h"
#include "analyzer/report/text_report.h"

namespace seriesguard {
namespace {

constexpr int kMetrics = 2'500;
constexpr int kLabels = 4;
constexpr int kValues = 10;

// `filler` stands in every value: plain ASCII, or text that has to be decoded.
Report LargeReport(const std::string& filler) {
  Report report;
  report.command = "top";
  for (int m = 0; m < kMetrics; ++m) {
    MetricRow row;
    row.name = "http_server_requests_" + std::to_string(m) + "_total";
    row.share = 1.0 / (m + 3);
    row.count.series = 1'000'000 + m;
    row.count.product = 12'345'678;
    row.count.density = 0.081234 / (m + 1);
    row.count.product_log10 = 7.09;
    row.count.parts = {{row.name, row.count.series, row.count.series}};
    for (int l = 0; l < kLabels; ++l) {
      LabelCount label;
      label.name = "label_" + std::to_string(l);
      label.values = 1'000;
      for (int v = 0; v < kValues; ++v) label.top.push_back({filler + std::to_string(v), 5'000});
      label.other_values = 990;
      label.other_series = 950'000;
      row.count.labels.push_back(label);
    }
    report.metrics.push_back(row);
  }
  return report;
}

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

void BM_JsonReport(benchmark::State& state, const std::string& filler) {
  const Report report = LargeReport(filler);
  const std::string once = RenderJsonReport(report);
  if (CountOf(once, "\"series_without\":") != kMetrics * kLabels ||
      CountOf(once, filler) != kMetrics * kLabels * kValues) {
    std::abort();
  }
  for (auto _ : state) {
    std::string text = RenderJsonReport(report);
    benchmark::DoNotOptimize(text.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * once.size()));
  state.counters["label_rows"] = kMetrics * kLabels;
}
BENCHMARK_CAPTURE(BM_JsonReport, ascii, "/api/v1/orders/");
BENCHMARK_CAPTURE(BM_JsonReport, utf8,
                  "/stra\xC3\x9F"
                  "e/");

void BM_TextReport(benchmark::State& state) {
  const Report report = LargeReport("/api/v1/orders/");
  for (auto _ : state) {
    std::string text = RenderTextReport(report, TextOptions());
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(BM_TextReport);

}  // namespace
}  // namespace seriesguard
