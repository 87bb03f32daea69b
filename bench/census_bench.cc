// SPDX-License-Identifier: Apache-2.0
//
// census_bench.cc: from the bytes of one input to the exact count of every family, in memory and on one thread.
//
// `bytes_per_series` is what the builder holds when the input has ended, per distinct series. What the command adds
// (reading, start-up, the report) is measured by bench/compare/run.
#include <cstddef>
#include <cstdint>

#include "analyzer/census/census.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "bench/bench_document.h"
#include "benchmark/benchmark.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

Census Count(const BenchDocument& document, size_t* builder_bytes) {
  CensusBuilder builder(HashKey::Random(), CensusOptions());
  builder.BeginInput(0, "bench.prom", ExpositionFormat::kText);
  ExpositionParser parser(ExpositionFormat::kText, &builder);
  parser.Parse(document.document(), /*at_end=*/true);
  builder.EndInput(document.bytes, parser.saw_quoted_name());
  *builder_bytes = builder.bytes();
  return Census(builder.Finish());
}

void BM_Census(benchmark::State& state, BenchOrder order) {
  const BenchDocument document = MakeBenchDocument(static_cast<size_t>(state.range(0)), order);
  size_t bytes = 0;
  if (const uint64_t series = Count(document, &bytes).TotalSeries(CountOptions()); series != document.samples) {
    return state.SkipWithError("wrong number of series");
  }
  for (auto _ : state) {
    const Census census = Count(document, &bytes);
    benchmark::DoNotOptimize(census.family_count());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * document.bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * document.samples));
  state.counters["bytes_per_series"] = static_cast<double>(bytes) / static_cast<double>(document.samples);
}

BENCHMARK_CAPTURE(BM_Census, grouped, BenchOrder::kGrouped)->Arg(1 << 20)->Arg(64 << 20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Census, shuffled, BenchOrder::kShuffled)
    ->Arg(1 << 20)
    ->Arg(64 << 20)
    ->Unit(benchmark::kMillisecond);

// What `--what-if` adds: every family counted once more, without each of its labels in turn.
void BM_WhatIf(benchmark::State& state) {
  const BenchDocument document = MakeBenchDocument(static_cast<size_t>(state.range(0)), BenchOrder::kGrouped);
  size_t bytes = 0;
  const Census census = Count(document, &bytes);
  CountOptions options;
  options.what_if = true;
  const size_t requests = census.FindFamily("http_requests_total");
  if (requests == census.family_count()) return state.SkipWithError("the family is not there");
  for (const LabelCount& label : census.Count(requests, options).labels) {
    // Cluster follows from instance by construction: without it no two series become one.
    if (label.name == "cluster" && label.series_without != census.Count(requests, options).series) {
      return state.SkipWithError("wrong number of series without the label \"cluster\"");
    }
  }
  for (auto _ : state) {
    for (size_t family = 0; family < census.family_count(); ++family) {
      benchmark::DoNotOptimize(census.Count(family, options).series);
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * document.samples));
}
BENCHMARK(BM_WhatIf)->Arg(64 << 20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace seriesguard
