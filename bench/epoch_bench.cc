// SPDX-License-Identifier: Apache-2.0
//
// epoch_bench.cc: what it costs to be a reader. An EpochRegion with membarrier and with the exchange that stands in for it,
// beside what else protects a reader: a shared lock, a counted reference. And what the Reclaimer pays for it.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <shared_mutex>
#include <thread>

#include "lib/guard/epoch.h"
#include "lib/guard/reclaimer.h"

namespace seriesguard {
namespace {

using epoch_internal::Ordering;

struct Object {
  uint64_t value = 42;
  std::atomic<uint64_t> references{1};
};

std::atomic<Object*> published{new Object};

// Decides as a service's Reclaimer would, then prefers `ordering`. The first thread only, before the clock starts.
void Use(benchmark::State& state, Ordering ordering) {
  if (state.thread_index() != 0) return;
  epoch_internal::SetOrderingForTest(Ordering::kUndecided);
  { Reclaimer decides; }
  if (ordering == Ordering::kExchange) epoch_internal::SetOrderingForTest(ordering);
  if (epoch_internal::domain.ordering.load() != ordering) state.SkipWithError("no membarrier here");
  {
    EpochRegion region;
    if (epoch_internal::OldestReader() == UINT64_MAX) state.SkipWithError("a region is not seen");
  }
}

void BM_BareLoad(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(published.load(std::memory_order_acquire)->value);
}
BENCHMARK(BM_BareLoad)->Threads(1)->Threads(2);

template <Ordering kOrdering>
void BM_Region(benchmark::State& state) {
  Use(state, kOrdering);
  for (auto _ : state) {
    EpochRegion region;
    benchmark::ClobberMemory();
  }
}
BENCHMARK_TEMPLATE(BM_Region, Ordering::kMembarrier)->Threads(1)->Threads(2);
BENCHMARK_TEMPLATE(BM_Region, Ordering::kExchange)->Threads(1)->Threads(2);

template <Ordering kOrdering>
void BM_RegionLoad(benchmark::State& state) {
  Use(state, kOrdering);
  for (auto _ : state) {
    EpochRegion region;
    benchmark::DoNotOptimize(published.load(std::memory_order_acquire)->value);
  }
}
BENCHMARK_TEMPLATE(BM_RegionLoad, Ordering::kMembarrier)->Threads(1)->Threads(2);
BENCHMARK_TEMPLATE(BM_RegionLoad, Ordering::kExchange)->Threads(1)->Threads(2);

void BM_NestedRegion(benchmark::State& state) {
  Use(state, Ordering::kMembarrier);
  EpochRegion outer;
  for (auto _ : state) {
    EpochRegion region;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_NestedRegion)->Threads(1);

void BM_SharedMutexLoad(benchmark::State& state) {
  static std::shared_mutex mutex;
  for (auto _ : state) {
    std::shared_lock<std::shared_mutex> lock(mutex);
    benchmark::DoNotOptimize(published.load(std::memory_order_relaxed)->value);
  }
}
BENCHMARK(BM_SharedMutexLoad)->Threads(1)->Threads(2);

void BM_CountedReferenceLoad(benchmark::State& state) {
  for (auto _ : state) {
    Object* const object = published.load(std::memory_order_acquire);
    object->references.fetch_add(1, std::memory_order_relaxed);
    benchmark::DoNotOptimize(object->value);
    object->references.fetch_sub(1, std::memory_order_acq_rel);
  }
}
BENCHMARK(BM_CountedReferenceLoad)->Threads(1)->Threads(2);

// The kernel's barrier, with a second thread that reads all the time and is interrupted by it, or without.
void BM_RetireAndCollect(benchmark::State& state) {
  Use(state, Ordering::kMembarrier);
  std::atomic<bool> stop{false};
  std::thread reader;
  if (state.range(0) != 0) {
    reader = std::thread([&stop] {
      while (!stop.load(std::memory_order_relaxed)) {
        EpochRegion region;
        benchmark::DoNotOptimize(published.load(std::memory_order_acquire)->value);
      }
    });
  }
  Reclaimer reclaimer;
  uint64_t retired = 0, destroyed = 0;
  for (auto _ : state) {
    ++retired;
    reclaimer.Retire([&destroyed] { ++destroyed; });
    reclaimer.Collect();
  }
  stop = true;
  if (reader.joinable()) reader.join();
  reclaimer.Collect();
  if (retired != destroyed) state.SkipWithError("something was not destroyed");
}
BENCHMARK(BM_RetireAndCollect)->ArgName("readers")->Arg(0)->Arg(1)->UseRealTime();

// A look at what a reader holds back: no barrier any more.
void BM_CollectHeldBack(benchmark::State& state) {
  Use(state, Ordering::kMembarrier);
  Reclaimer reclaimer;
  EpochRegion region;
  reclaimer.Retire([] {});
  for (auto _ : state) {
    if (reclaimer.Collect() != 1) state.SkipWithError("destroyed under a reader");
  }
}
BENCHMARK(BM_CollectHeldBack);

void BM_CollectNothing(benchmark::State& state) {
  Reclaimer reclaimer;
  for (auto _ : state) benchmark::DoNotOptimize(reclaimer.Collect());
}
BENCHMARK(BM_CollectNothing);

}  // namespace
}  // namespace seriesguard
