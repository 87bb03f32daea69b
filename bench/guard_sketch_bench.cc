// SPDX-License-Identifier: Apache-2.0
//
// guard_sketch_bench.cc: what the fold path pays to know the demand of a label and its busiest rejected values.
//
// Junk: values that are never seen twice, after so many of them that admission has become rare (the steady state of a
// flood). The hash is not part of any figure, the guard has it anyway; hashes are drawn before the clock starts.
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "lib/guard/busiest_values.h"
#include "lib/guard/demand_sketch.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

constexpr size_t kKnown = 50;
constexpr uint64_t kFlood = 1'000'000;
constexpr char kValue[] = "/api/orders/0123456789abcdef/items";  // 34 bytes

// The hash of an i-th value never seen before: a bijection of i, as well mixed as the keyed hash.
uint64_t JunkHash(uint64_t i) {
  i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9;
  i = (i ^ (i >> 27)) * 0x94d049bb133111eb;
  return i ^ (i >> 31);
}

struct Sketches {
  explicit Sketches(size_t capacity) : busiest(capacity) {
    const HashKey key(1);
    for (size_t i = 0; i < kKnown; ++i) known.push_back(key(std::to_string(i)));
    for (int round = 0; round < 100'000; ++round) Both(known[static_cast<size_t>(round) % kKnown]);
    for (uint64_t i = 0; i < kFlood; ++i) Both(JunkHash(i));
  }
  void Both(uint64_t hash) {
    demand.Add(hash);
    busiest.Record(hash, kValue);
  }
  // Whether the known values lead and the demand is about right.
  bool IsRight() const {
    const std::vector<BusiestValue> top = busiest.Top(kKnown);
    if (top.size() != kKnown || top.back().count < 1000) return false;
    return std::abs(demand.Estimate() / (kFlood + kKnown) - 1) < 0.1;
  }
  std::vector<uint64_t> known;
  DemandSketch demand;
  BusiestValues busiest;
};

// Null if what the benchmarks run on is wrong. Checked once: the junk of the runs themselves adds to the demand.
Sketches* Shared(size_t capacity) {
  static Sketches small(400), large(BusiestValues::kMaxCapacity);
  static const bool small_is_right = small.IsRight(), large_is_right = large.IsRight();
  if (capacity == 400) return small_is_right ? &small : nullptr;
  return large_is_right ? &large : nullptr;
}

// Runs `one(sketches, hash)` over known values or over junk.
template <typename One>
void Run(benchmark::State& state, bool is_junk, One one) {
  Sketches* const shared = Shared(static_cast<size_t>(state.range(0)));
  if (shared == nullptr) return state.SkipWithError("wrong answer");
  static std::atomic<uint64_t> next_junk{kFlood};
  uint64_t junk = next_junk.fetch_add(uint64_t{1} << 40);
  size_t i = 0;
  for (auto _ : state) {
    if (++i >= kKnown) i = 0;
    one(*shared, is_junk ? JunkHash(++junk) : shared->known[i]);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_DemandKnown(benchmark::State& state) {
  Run(state, false, [](Sketches& sketches, uint64_t hash) { sketches.demand.Add(hash); });
}
void BM_DemandJunk(benchmark::State& state) {
  Run(state, true, [](Sketches& sketches, uint64_t hash) { sketches.demand.Add(hash); });
}
void BM_BusiestKnown(benchmark::State& state) {
  Run(state, false, [](Sketches& sketches, uint64_t hash) { sketches.busiest.Record(hash, kValue); });
}
void BM_BusiestJunk(benchmark::State& state) {
  Run(state, true, [](Sketches& sketches, uint64_t hash) { sketches.busiest.Record(hash, kValue); });
}
void BM_BothKnown(benchmark::State& state) {
  Run(state, false, [](Sketches& sketches, uint64_t hash) { sketches.Both(hash); });
}
void BM_BothJunk(benchmark::State& state) {
  Run(state, true, [](Sketches& sketches, uint64_t hash) { sketches.Both(hash); });
}
// What the loop itself and the making of a hash cost: to be subtracted.
void BM_LoopKnown(benchmark::State& state) {
  Run(state, false, [](Sketches&, uint64_t hash) { benchmark::DoNotOptimize(hash); });
}
void BM_LoopJunk(benchmark::State& state) {
  Run(state, true, [](Sketches&, uint64_t hash) { benchmark::DoNotOptimize(hash); });
}
// The first junk of all, after each ageing to nothing: the dearest case, every value gets in.
void BM_BusiestJunkIntoEmpty(benchmark::State& state) {
  BusiestValues busiest(400);
  uint64_t junk = 0;
  for (auto _ : state) {
    if (junk % 400 == 0) {
      state.PauseTiming();
      busiest.Decay(0, 0);
      state.ResumeTiming();
    }
    busiest.Record(JunkHash(++junk), kValue);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(BM_LoopKnown)->Arg(400);
BENCHMARK(BM_LoopJunk)->Arg(400);
BENCHMARK(BM_DemandKnown)->Arg(400);
BENCHMARK(BM_DemandJunk)->Arg(400);
BENCHMARK(BM_BusiestKnown)->Arg(400)->Arg(4096);
BENCHMARK(BM_BusiestJunk)->Arg(400)->Arg(4096);
BENCHMARK(BM_BothKnown)->Arg(400)->Arg(4096)->ThreadRange(1, 2);
BENCHMARK(BM_BothJunk)->Arg(400)->Arg(4096)->ThreadRange(1, 2);
BENCHMARK(BM_BusiestJunkIntoEmpty);

void BM_Estimate(benchmark::State& state) {
  if (Shared(400) == nullptr) return state.SkipWithError("wrong answer");
  for (auto _ : state) benchmark::DoNotOptimize(Shared(400)->demand.Estimate());
}
BENCHMARK(BM_Estimate);

// The argument is the value_limit; the counter holds the memory of both sketches of one label.
void BM_Top(benchmark::State& state) {
  BusiestValues busiest(BusiestValues::CapacityFor(state.range(0)));
  for (uint64_t i = 0; i < kFlood; ++i) busiest.Record(JunkHash(i), kValue);
  const size_t wanted = static_cast<size_t>(state.range(0));
  if (busiest.Top(wanted).size() != wanted) return state.SkipWithError("wrong answer");
  for (auto _ : state) benchmark::DoNotOptimize(busiest.Top(wanted));
  state.counters["bytes"] = static_cast<double>(busiest.bytes() + sizeof(DemandSketch));
}
BENCHMARK(BM_Top)->Arg(20)->Arg(200)->Arg(2000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace seriesguard
