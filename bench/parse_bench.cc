// SPDX-License-Identifier: Apache-2.0
//
// parse_bench.cc: how many bytes of exposition the parser reads a second, counting nothing but samples and labels.
//
// Grouped is what exporters write: most lines repeat the beginning of the line before. Shuffled is the worst case.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "bench/bench_document.h"
#include "benchmark/benchmark.h"

namespace seriesguard {
namespace {

class CountingSink : public ExpositionSink {
 public:
  SampleVerdict OnSample(const SampleEvent& sample) override {
    ++samples;
    label_pairs += sample.label_count;
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
  uint64_t label_pairs = 0;
  std::string failure;
};

void BM_Parse(benchmark::State& state, BenchOrder order) {
  const BenchDocument document = MakeBenchDocument(static_cast<size_t>(state.range(0)), order);
  const auto parse = [&document](CountingSink* sink) {
    ExpositionParser parser(ExpositionFormat::kText, sink);
    return parser.Parse(document.document(), /*at_end=*/true).consumed;
  };
  CountingSink check;
  if (parse(&check) != document.bytes || check.samples != document.samples ||
      check.label_pairs != document.label_pairs) {
    return state.SkipWithError(("wrong answer: " + check.failure).c_str());
  }
  for (auto _ : state) {
    CountingSink sink;
    benchmark::DoNotOptimize(parse(&sink));
    benchmark::DoNotOptimize(sink.samples);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * document.bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * document.samples));
}

BENCHMARK_CAPTURE(BM_Parse, grouped, BenchOrder::kGrouped)->Arg(1 << 20)->Arg(64 << 20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Parse, shuffled, BenchOrder::kShuffled)
    ->Arg(1 << 20)
    ->Arg(64 << 20)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace seriesguard
