// SPDX-License-Identifier: Apache-2.0
//
// distinct_sketch.cc: a register holds the longest run of leading zeros, plus one, among the hashes that fell to it.
#include "analyzer/census/distinct_sketch.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace seriesguard {
namespace {

constexpr int kRankBits = 64 - DistinctSketch::kRegisterBits;

// sigma and tau are the two series of Ertl's estimator; both converge within some 60 steps.
double Sigma(double x) {
  if (x == 1) return HUGE_VAL;
  double power = 1, sum = x, before;
  do {
    x *= x;
    before = sum;
    sum += x * power;
    power += power;
  } while (sum != before);
  return sum;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double power = 1, sum = 1 - x, before;
  do {
    x = std::sqrt(x);
    before = sum;
    power *= 0.5;
    sum -= (1 - x) * (1 - x) * power;
  } while (sum != before);
  return sum / 3;
}

}  // namespace

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
  const size_t index = static_cast<size_t>(hash >> kRankBits);
  const uint64_t rest = (hash << kRegisterBits) | (uint64_t{1} << (kRegisterBits - 1));
  const uint8_t rank = static_cast<uint8_t>(__builtin_clzll(rest) + 1);
  registers_[index] = std::max(registers_[index], rank);
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
  std::array<uint32_t, kRankBits + 2> histogram{};
  for (const uint8_t rank : registers_) ++histogram[rank];
  const double m = static_cast<double>(kRegisters);
  double z = m * Tau(1 - histogram[kRankBits + 1] / m);
  for (int rank = kRankBits; rank >= 1; --rank) z = 0.5 * (z + histogram[static_cast<size_t>(rank)]);
  z += m * Sigma(histogram[0] / m);
  return static_cast<uint64_t>(std::llround(m * m / (2 * std::log(2.0)) / z));
}

}  // namespace seriesguard
