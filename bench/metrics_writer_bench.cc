// SPDX-License-Identifier: Apache-2.0
//
// metrics_writer_bench.cc: how many bytes of exposition a second the writers of our own families make, from families
// that were already collected: 10,000 counters of four labels; a mix of counters, gauges and histograms with exemplars
// and start times, about as long; and the same with names that must be escaped for an older server.
//
// Before the clock starts, the text is parsed and the number of samples and the sum of their values compared.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/exposition/sample_value.h"
#include "analyzer/exposition/scan.h"
#include "benchmark/benchmark.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exposition.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/rendered_labels.h"

namespace seriesguard {
namespace {

constexpr size_t kSeries = 10000;
constexpr size_t kBuckets = 12;

enum class Registry { kCounters, kMix, kDottedNames };

struct Collected {
  std::vector<CollectedFamily> families;
  uint64_t samples_text = 0;
  uint64_t samples_openmetrics = 0;  // start times as well
  double sum = 0;                    // over all samples of the text format
};

void AddSeries(size_t i, bool dotted, CollectedFamily* family) {
  const char* kMethods[] = {"GET", "POST", "PUT", "DELETE"};
  const char* kCodes[] = {"200", "404", "500"};
  const std::string rendered = RenderLabels({{dotted ? "http.method" : "method", kMethods[i % 4]},
                                             {"path", "/api/v1/orders/{id}/line/" + std::to_string(i / 12)},
                                             {"code", kCodes[i % 3]},
                                             {"tenant", "tenant-" + std::to_string(i % 40)}});
  CollectedSeries one;
  one.labels_begin = static_cast<uint32_t>(family->label_text.size());
  one.labels_size = static_cast<uint32_t>(rendered.size());
  family->label_text += rendered;
  family->series.push_back(one);
}

CollectedFamily NewFamily(const std::string& name, CollectedType type) {
  CollectedFamily family;
  family.name = name;
  family.help = "What this counts, in a sentence of usual length.";
  family.type = type;
  return family;
}

void AddCounters(size_t series, bool dotted, Collected* out) {
  CollectedFamily family = NewFamily(dotted ? "http.requests_total" : "http_requests_total", CollectedType::kCounter);
  for (size_t i = 0; i < series; ++i) {
    AddSeries(i, dotted, &family);
    CollectedSeries& one = family.series.back();
    one.integer = i * 7919;
    if (!dotted) one.created_s = 1700000000.5;
    out->sum += static_cast<double>(one.integer);
  }
  out->samples_text += series;
  out->samples_openmetrics += series * (dotted ? 1 : 2);
  out->families.push_back(family);
}

void AddGauges(size_t series, Collected* out) {
  CollectedFamily family = NewFamily("queue_age_seconds", CollectedType::kGauge);
  family.unit = "seconds";
  for (size_t i = 0; i < series; ++i) {
    AddSeries(i, false, &family);
    family.series.back().value = static_cast<double>(i) * 0.25;
    out->sum += family.series.back().value;
  }
  out->samples_text += series;
  out->samples_openmetrics += series;
  out->families.push_back(family);
}

void AddHistograms(size_t series, Collected* out) {
  CollectedFamily family = NewFamily("http_request_duration_seconds", CollectedType::kHistogram);
  family.unit = "seconds";
  family.boundaries = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  for (size_t i = 0; i < series; ++i) {
    AddSeries(i, false, &family);
    CollectedSeries& one = family.series.back();
    one.value = static_cast<double>(i) * 0.125;
    one.buckets_begin = static_cast<uint32_t>(family.bucket_counts.size());
    one.exemplars_begin = static_cast<int32_t>(family.exemplars.size());
    uint64_t cumulated = 0;
    for (size_t b = 0; b < kBuckets; ++b) {
      family.bucket_counts.push_back(i * b);
      cumulated += i * b;
      out->sum += static_cast<double>(cumulated);
      CollectedExemplar exemplar;
      if (b == 3) {
        exemplar = {RenderLabels({{"trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"}}), 0.04, 1700000100.25};
      }
      family.exemplars.push_back(exemplar);
    }
    out->sum += one.value + static_cast<double>(cumulated);
  }
  out->samples_text += series * (kBuckets + 2);
  out->samples_openmetrics += series * (kBuckets + 2);
  out->families.push_back(family);
}

Collected Collect(Registry registry) {
  Collected out;
  if (registry == Registry::kMix) {
    AddCounters(3000, false, &out);
    AddGauges(2000, &out);
    AddHistograms(500, &out);
  } else {
    AddCounters(kSeries, registry == Registry::kDottedNames, &out);
  }
  return out;
}

class SummingSink : public ExpositionSink {
 public:
  SampleVerdict OnSample(const SampleEvent& sample) override {
    ++samples;
    const double value = std::strtod(std::string(SampleValueText(sample)).c_str(), nullptr);
    if (sample.name().find("_created") == std::string_view::npos) sum += value;
    return {};
  }
  void OnType(std::string_view, MetricType) override {}
  void OnHelp(std::string_view, std::string_view) override {}
  void OnUnit(std::string_view, std::string_view) override {}
  void OnCommentBytes(size_t) override {}
  bool OnError(const ParseError& error) override {
    failure = error.message;
    return false;
  }

  uint64_t samples = 0;
  double sum = 0;
  std::string failure;
};

std::string WrongAnswer(const Collected& collected, ExpositionKind kind, std::string text) {
  const size_t size = text.size();
  text.append(kScanSlack, '\0');
  const bool is_text = kind == ExpositionKind::kText;
  SummingSink sink;
  ExpositionParser parser(is_text ? ExpositionFormat::kText : ExpositionFormat::kOpenMetrics, &sink);
  const size_t consumed = parser.Parse(std::string_view(text).substr(0, size), /*at_end=*/true).consumed;
  if (consumed != size) return "not parsed to its end: " + sink.failure;
  if (sink.samples != (is_text ? collected.samples_text : collected.samples_openmetrics))
    return "wrong number of samples";
  return sink.sum == collected.sum ? "" : "wrong sum of the values";
}

void BM_Write(benchmark::State& state, Registry registry, std::string_view accept) {
  const Collected collected = Collect(registry);
  const NegotiatedFormat format = NegotiateExposition(accept);
  std::string text;
  AppendExposition(collected.families, format, &text);
  const std::string wrong = WrongAnswer(collected, format.kind, text);
  if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
  const size_t bytes = text.size();
  for (auto _ : state) {
    std::string out;  // as a handler has it: a string of its own for each scrape
    AppendExposition(collected.families, format, &out);
    benchmark::DoNotOptimize(out.data());
  }
  const uint64_t lines = format.kind == ExpositionKind::kText ? collected.samples_text : collected.samples_openmetrics;
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * lines));
  state.counters["text_bytes"] = static_cast<double>(bytes);
}

constexpr std::string_view kText = "text/plain;version=0.0.4";
constexpr std::string_view kOpenMetrics = "application/openmetrics-text;version=1.0.0";
constexpr std::string_view kOpenMetricsUtf8 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8";

BENCHMARK_CAPTURE(BM_Write, counters_text, Registry::kCounters, kText);
BENCHMARK_CAPTURE(BM_Write, counters_openmetrics, Registry::kCounters, kOpenMetrics);
BENCHMARK_CAPTURE(BM_Write, mix_text, Registry::kMix, kText);
BENCHMARK_CAPTURE(BM_Write, mix_openmetrics, Registry::kMix, kOpenMetrics);
BENCHMARK_CAPTURE(BM_Write, mix_openmetrics_utf8, Registry::kMix, kOpenMetricsUtf8);
BENCHMARK_CAPTURE(BM_Write, dotted_names_escaped, Registry::kDottedNames, kOpenMetrics);
BENCHMARK_CAPTURE(BM_Write, dotted_names_utf8, Registry::kDottedNames, kOpenMetricsUtf8);

void BM_Gzip(benchmark::State& state, Registry registry) {
  std::string text;
  AppendExposition(Collect(registry).families, NegotiateExposition(kText), &text);
  std::string packed;
  for (auto _ : state) {
    packed.clear();
    if (!AppendGzip(text, &packed)) return state.SkipWithError("no gzip");
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.counters["shrinks_to"] = static_cast<double>(packed.size()) / static_cast<double>(text.size());
}
BENCHMARK_CAPTURE(BM_Gzip, mix_text, Registry::kMix);

}  // namespace
}  // namespace seriesguard
