// SPDX-License-Identifier: Apache-2.0
//
// distinct_sketch.cc: a register holds the longest run of leading zeros, plus one, among the hashes that fell to it.
#include "analyzer/census/distinct_sketch.h"

#include <algorithm>
#include <cmath>

namespace seriesguard {

void DistinctSketch::AddExactly(uint64_t hash) {
  const auto place = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (place != hashes_.end() && *place == hash) return;
  if (hashes_.size() < kExactHashes) {
    hashes_.insert(place, hash);
    return;
  }
  registers_.assign(kRegisters, 0);
  for (const uint64_t known : hashes_) Raise(known);
  std::vector<uint64_t>().swap(hashes_);
  Raise(hash);
}

void DistinctSketch::Raise(uint64_t hash) {
  uint8_t& place = registers_[HyperLogLog::Index(hash)];
  place = std::max(place, HyperLogLog::Rank(hash));
}

void DistinctSketch::Merge(const DistinctSketch& other) {
  if (other.registers_.empty()) {
    for (const uint64_t hash : other.hashes_) Add(hash);
    return;
  }
  if (registers_.empty()) {
    registers_.assign(kRegisters, 0);
    for (const uint64_t hash : hashes_) Raise(hash);
    std::vector<uint64_t>().swap(hashes_);
  }
  for (size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

uint64_t DistinctSketch::Count() const {
  if (registers_.empty()) return hashes_.size();
  HyperLogLog::RankHistogram histogram{};
  for (const uint8_t rank : registers_) ++histogram[rank];
  return static_cast<uint64_t>(std::llround(HyperLogLog::Estimate(histogram)));
}

}  // namespace seriesguard
