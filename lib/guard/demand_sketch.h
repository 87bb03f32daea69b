// SPDX-License-Identifier: Apache-2.0
//
// demand_sketch.h: how many distinct values were asked for of one label lately, in bounded memory.
//
// Use:      one a (metric, label); the fold path adds the hash of every value that is not named. The values that are
//           named never pass the fold path: the maintenance adds their hashes after each Age(), so that Estimate() is the
//           demand of the label and a value that was promoted meanwhile is not counted twice.
// Threads:  Add() and Estimate() from any thread at any time; Age() from one thread at a time. Nobody waits.
// Memory:   8 KiB, inside the object; nothing is allocated.
// Errors:   none. Standard error of an estimate: 1.6 % (HyperLogLog::kRelativeError) from some 10,000 values on, less
//           below; at 20 values the rounded estimate is off by more than one about once in 1,000 keys.
// Cost:     Add: one load when nothing changes, which is the rule (bench/guard_sketch_bench.cc). Estimate: microseconds.
// Source:   docs/guard.md, "What it says of itself"; lib/series/hyper_log_log.h.
//
// Invariants
//   1. Two generations: Add() writes the young one, Estimate() reads the union, Age() empties the old one and makes it the
//      young one. With one Age() a half-life, a value counts for at least one and at most two half-lives.
//   2. Between two calls of Age() registers only rise: no order of Add() and no race between them changes an estimate.
//   3. An Add() that overlaps one Age() may fall to either generation; it is not lost to the next Estimate(). (One that
//      overlaps two, a thread asleep for a whole half-life, may be lost.)
#ifndef SERIESGUARD_LIB_GUARD_DEMAND_SKETCH_H_
#define SERIESGUARD_LIB_GUARD_DEMAND_SKETCH_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "lib/series/hyper_log_log.h"

namespace seriesguard {

class DemandSketch {
 public:
  DemandSketch();
  DemandSketch(const DemandSketch&) = delete;
  DemandSketch& operator=(const DemandSketch&) = delete;

  // Adds a value by its hash: 64 bits of the guard's HashKey. The same key as long as the sketch lives.
  void Add(uint64_t hash) {
    Generation& young = generations_[young_.load(std::memory_order_acquire)];
    std::atomic<uint8_t>& place = young[HyperLogLog::Index(hash)];
    const uint8_t rank = HyperLogLog::Rank(hash);
    uint8_t known = place.load(std::memory_order_relaxed);
    // A failed exchange has read what another thread raised it to; at most 53 rounds, and a second one is rare.
    while (known < rank && !place.compare_exchange_weak(known, rank, std::memory_order_relaxed)) {
    }
  }

  // Distinct values of the last one to two generations. While Age() runs the old generation may be read half-emptied:
  // never less than the young one alone.
  double Estimate() const;

  // Distinct values of several sketches together: Raise `registers` by each, then Estimate. Zeroed bytes, or a copy of those
  // of a sketch, are a sketch too.
  using Registers = std::array<uint8_t, HyperLogLog::kRegisters>;
  void Raise(Registers* registers) const;
  static double Estimate(const Registers& registers);

  // Forgets what was added before the previous Age().
  void Age();

  size_t bytes() const { return sizeof(*this); }

 private:
  using Generation = std::array<std::atomic<uint8_t>, HyperLogLog::kRegisters>;

  std::atomic<uint32_t> young_;  // the index of the young generation
  std::array<Generation, 2> generations_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_DEMAND_SKETCH_H_
