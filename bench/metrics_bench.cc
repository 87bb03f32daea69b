// SPDX-License-Identifier: Apache-2.0
//
// metrics_bench.cc: what an increment of our own families costs, beside what could be at best and what others take.
//
// Run:  bazel run --config=bench //bench:metrics_bench -- --benchmark_min_time=0.5 --benchmark_repetitions=9
//         --benchmark_report_aggregates_only=true
// Read: the median of the CPU column where the machine does other things besides; ratios within one run, never across runs.
//   atomic add      a bare relaxed fetch_add, each thread on a line of its own
//   private counter a loop without anything atomic or shared: what two threads can gain at all
//   handle          a kept handle on one series; two threads: both on the same series
//   with            With({method, path, code}) on known values
//   observe         a histogram of 12 boundaries, values that no branch predictor knows
//   with exemplar   the same with a trace id of 32 characters, which is kept each time
//   prometheus-cpp  its cached metric objects, the same calls
//   add image       a scrape's sum over a copy of a process's 10,000 counters (or histograms), as AddImage does it
#include <benchmark/benchmark.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/bucket_bounds.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/family_cells.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"
#include "lib/metrics/registry.h"

namespace seriesguard {
namespace {

template <typename T>
T Checked(absl::StatusOr<T> value) {
  if (!value.ok()) std::abort();
  return *std::move(value);
}

const std::vector<double>& Boundaries() {
  static const auto* const boundaries = new std::vector<double>{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20};
  return *boundaries;
}

// So many that a predictor cannot learn them.
const std::vector<double>& Latencies() {
  static const auto* const values = [] {
    std::mt19937 random(1);
    std::lognormal_distribution<double> latency(-2, 2);
    auto* const made = new std::vector<double>(1 << 18);
    for (double& value : *made) value = latency(random);
    return made;
  }();
  return *values;
}

// One registry for all threads of all runs; what it counted is checked at the end of each.
struct Service {
  Service()
      : registry(Checked(Registry::FromText("version: 1\n"))),
        calls(Checked(registry.AddCounter({"calls_total"}, {"method", "path", "code"}))),
        level(Checked(registry.AddGauge({"level"}, {"queue"}))),
        latency(Checked(registry.AddHistogram({"latency_seconds"}, {"path"}, Boundaries()))) {}
  // Whole increments of the counter so far.
  uint64_t Counted() {
    uint64_t sum = 0;
    const std::vector<CollectedFamily> families = registry.Collect();
    for (const CollectedSeries& series : families[0].series) sum += series.integer;
    return sum;
  }
  Registry registry;
  GuardedFamily<Counter, 3> calls;
  GuardedFamily<Gauge, 1> level;
  GuardedFamily<Histogram, 1> latency;
};
Service& TheService() {
  static auto* const service = new Service();
  return *service;
}

void BM_AtomicAdd(benchmark::State& state) {
  struct alignas(128) Line {
    std::atomic<uint64_t> count{0};
  };
  const auto line = std::make_unique<Line>();
  for (auto _ : state) line->count.fetch_add(1, std::memory_order_relaxed);
  if (line->count.load() != static_cast<uint64_t>(state.iterations())) state.SkipWithError("miscounted");
}
BENCHMARK(BM_AtomicAdd)->UseRealTime();
BENCHMARK(BM_AtomicAdd)->Threads(2)->UseRealTime();

void BM_PrivateCounter(benchmark::State& state) {
  uint64_t count = 0;
  for (auto _ : state) benchmark::DoNotOptimize(++count);
}
BENCHMARK(BM_PrivateCounter)->UseRealTime();
BENCHMARK(BM_PrivateCounter)->Threads(2)->UseRealTime();

// Both threads feed the same series; no increment may be missing.
template <typename Work>
void CountCalls(benchmark::State& state, Work work) {
  static uint64_t before = 0;
  if (state.thread_index() == 0) before = TheService().Counted();
  auto handle = TheService().calls.Bind({"GET", "/", "200"});
  for (auto _ : state) work(handle);
  if (state.thread_index() != 0 || state.threads() > 1) return;
  if (TheService().Counted() - before < static_cast<uint64_t>(state.iterations())) state.SkipWithError("lost calls");
}
void BM_Handle(benchmark::State& state) {
  CountCalls(state, [](BoundMetric<Counter>& handle) { handle.Increment(); });
}
BENCHMARK(BM_Handle)->UseRealTime();
BENCHMARK(BM_Handle)->Threads(2)->UseRealTime();

void BM_HandleAddWhole(benchmark::State& state) {
  CountCalls(state, [](BoundMetric<Counter>& handle) { handle.Increment(3); });
}
BENCHMARK(BM_HandleAddWhole)->UseRealTime();

void BM_HandleAddFraction(benchmark::State& state) {
  auto handle = TheService().calls.Bind({"GET", "/fraction", "200"});
  for (auto _ : state) handle.Increment(0.5);
}
BENCHMARK(BM_HandleAddFraction)->UseRealTime();
BENCHMARK(BM_HandleAddFraction)->Threads(2)->UseRealTime();

void BM_With(benchmark::State& state) {
  static const auto* const sets = [] {
    auto* const made = new std::vector<std::pair<std::string, std::string>>();
    const char* const codes[] = {"200", "404", "500"};
    for (int i = 0; i < 50; ++i) made->emplace_back("/api/v1/resource/" + std::to_string(i / 3), codes[i % 3]);
    return made;
  }();
  for (int round = 0; round < 3; ++round) {
    for (const auto& [path, code] : *sets) TheService().calls.With({"GET", path, code}).Increment();
  }
  std::mt19937 random(static_cast<uint32_t>(state.thread_index()));
  std::vector<uint32_t> order(1 << 14);
  for (uint32_t& place : order) place = random() % 50;
  size_t i = 0;
  for (auto _ : state) {
    const auto& [path, code] = (*sets)[order[i++ % order.size()]];
    TheService().calls.With({"GET", path, code}).Increment();
  }
}
BENCHMARK(BM_With)->UseRealTime();
BENCHMARK(BM_With)->Threads(2)->UseRealTime();

void BM_GaugeSet(benchmark::State& state) {
  auto handle = TheService().level.Bind({"mail"});
  double value = 0;
  for (auto _ : state) handle.Set(value += 1);
}
BENCHMARK(BM_GaugeSet)->UseRealTime();

void BM_Observe(benchmark::State& state) {
  auto handle = TheService().latency.Bind({"/"});
  const std::vector<double>& values = Latencies();
  size_t i = static_cast<size_t>(state.thread_index()) * 7919;
  for (auto _ : state) handle.Observe(values[i++ % values.size()]);
}
BENCHMARK(BM_Observe)->UseRealTime();
BENCHMARK(BM_Observe)->Threads(2)->UseRealTime();

// With an exemplar as a service gives it: one string view from the request's context.
void BM_HandleWithExemplar(benchmark::State& state) {
  CountCalls(state, [](BoundMetric<Counter>& handle) {
    handle.Increment(1, {{"trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"}});
  });
}
BENCHMARK(BM_HandleWithExemplar)->UseRealTime();
BENCHMARK(BM_HandleWithExemplar)->Threads(2)->UseRealTime();

void BM_ObserveWithExemplar(benchmark::State& state) {
  auto handle = TheService().latency.Bind({"/exemplars"});
  const std::vector<double>& values = Latencies();
  size_t i = static_cast<size_t>(state.thread_index()) * 7919;
  for (auto _ : state) {
    handle.Observe(values[i++ % values.size()], {{"trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"}});
  }
}
BENCHMARK(BM_ObserveWithExemplar)->UseRealTime();
BENCHMARK(BM_ObserveWithExemplar)->Threads(2)->UseRealTime();

// The search for the bucket alone, and what people write by hand.
void BM_BucketOf(benchmark::State& state) {
  const BucketBounds bounds(Boundaries());
  const std::vector<double>& values = Latencies();
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(bounds.BucketOf(values[i++ % values.size()]));
}
BENCHMARK(BM_BucketOf);
void BM_BucketByLoop(benchmark::State& state) {
  const std::vector<double>& bounds = Boundaries();
  const std::vector<double>& values = Latencies();
  size_t i = 0;
  for (auto _ : state) {
    const double value = values[i++ % values.size()];
    size_t bucket = 0;
    while (bucket < bounds.size() && !(value <= bounds[bucket])) ++bucket;
    benchmark::DoNotOptimize(bucket);
  }
}
BENCHMARK(BM_BucketByLoop);

void BM_PrometheusCppCounter(benchmark::State& state) {
  static prometheus::Registry* const registry = new prometheus::Registry();
  static prometheus::Counter& counter =
      prometheus::BuildCounter().Name("calls_total").Register(*registry).Add({{"path", "/"}});
  for (auto _ : state) counter.Increment();
}
BENCHMARK(BM_PrometheusCppCounter)->UseRealTime();
BENCHMARK(BM_PrometheusCppCounter)->Threads(2)->UseRealTime();

void BM_PrometheusCppObserve(benchmark::State& state) {
  static prometheus::Registry* const registry = new prometheus::Registry();
  static prometheus::Histogram& histogram =
      prometheus::BuildHistogram().Name("latency_seconds").Register(*registry).Add({{"path", "/"}}, Boundaries());
  const std::vector<double>& values = Latencies();
  size_t i = static_cast<size_t>(state.thread_index()) * 7919;
  for (auto _ : state) histogram.Observe(values[i++ % values.size()]);
}
BENCHMARK(BM_PrometheusCppObserve)->UseRealTime();
BENCHMARK(BM_PrometheusCppObserve)->Threads(2)->UseRealTime();

void BM_AddImage(benchmark::State& state) {
  constexpr size_t kSlots = 10'000;
  const size_t boundaries = static_cast<size_t>(state.range(0));
  const CellLayout layout = boundaries == 0 ? CellLayout::Counter() : CellLayout::Histogram(boundaries);
  const size_t stripes = static_cast<size_t>(state.range(1));
  std::vector<uint64_t> image(FamilyCells::BytesFor(layout, kSlots, stripes) / sizeof(uint64_t));
  auto* const generations = reinterpret_cast<uint32_t*>(image.data());
  for (size_t slot = 0; slot < kSlots; ++slot) generations[slot] = slot % 16 == 0 ? 2 : 1;
  const std::vector<uint32_t> expected(kSlots, 1);
  std::vector<uint64_t> ints(kSlots * layout.int_words);
  std::vector<double> doubles(kSlots * layout.double_words);
  for (auto _ : state) {
    FamilyCells::AddImage(layout, kSlots, stripes, image.data(), expected.data(), ints.data(), doubles.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(image.size() * sizeof(uint64_t)) * state.iterations());
}
BENCHMARK(BM_AddImage)->Args({0, 1})->Args({0, 2})->Args({0, 8})->Args({12, 2});

// A scrape of one process, in one go: 10,000 counters, without the text.
void BM_Collect(benchmark::State& state) {
  auto registry = Checked(Registry::FromText("version: 1\ndefaults: {series_limit: 30000, value_limit: 20000}\n"));
  auto calls = Checked(registry.AddCounter({"calls_total"}, {"path"}));
  for (int i = 0; i < 10'000; ++i) calls.With({"/api/v1/resource/" + std::to_string(i)}).Increment();
  for (auto _ : state) {
    const std::vector<CollectedFamily> families = registry.Collect();
    if (families[0].series.size() != 10'000) state.SkipWithError("series are missing");
  }
}
BENCHMARK(BM_Collect)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace seriesguard
