// SPDX-License-Identifier: Apache-2.0
//
// demand_sketch.cc: the union of two generations, and their change.
#include "lib/guard/demand_sketch.h"

#include <algorithm>

namespace seriesguard {

DemandSketch::DemandSketch() : young_(0) {
  for (Generation& generation : generations_) {
    for (std::atomic<uint8_t>& place : generation) place.store(0, std::memory_order_relaxed);
  }
}

void DemandSketch::Raise(Registers* registers) const {
  for (const Generation& generation : generations_) {
    for (size_t i = 0; i < HyperLogLog::kRegisters; ++i) {
      (*registers)[i] = std::max((*registers)[i], generation[i].load(std::memory_order_relaxed));
    }
  }
}

double DemandSketch::Estimate(const Registers& registers) {
  HyperLogLog::RankHistogram histogram{};
  for (const uint8_t rank : registers) ++histogram[std::min<size_t>(rank, histogram.size() - 1)];
  return HyperLogLog::Estimate(histogram);
}

double DemandSketch::Estimate() const {
  HyperLogLog::RankHistogram histogram{};
  for (size_t i = 0; i < HyperLogLog::kRegisters; ++i) {
    const uint8_t first = generations_[0][i].load(std::memory_order_relaxed);
    const uint8_t second = generations_[1][i].load(std::memory_order_relaxed);
    ++histogram[std::max(first, second)];
  }
  return HyperLogLog::Estimate(histogram);
}

void DemandSketch::Age() {
  const uint32_t old = 1 - young_.load(std::memory_order_relaxed);
  for (std::atomic<uint8_t>& place : generations_[old]) place.store(0, std::memory_order_relaxed);
  // Released only after the clearing, so that nothing added under the new number is cleared. A slow adder with the old
  // number still raises what Estimate() reads.
  young_.store(old, std::memory_order_release);
}

}  // namespace seriesguard
