// SPDX-License-Identifier: Apache-2.0
//
// hyper_log_log.h: the arithmetic of counting distinct hashes with 4,096 registers; who owns the registers is not said.
//
// Use:      DistinctSketch (analyzer, one thread) and DemandSketch (guard, atomic registers) keep the registers: for each
//           hash, register Index(hash) becomes at least Rank(hash). Estimate() reads how many registers hold each rank.
// Threads:  pure functions.
// Errors:   none. Standard error of an estimate: kRelativeError of the count.
// Source:   HyperLogLog (Flajolet and others, 2007) with Ertl's estimator for all ranges ("New cardinality estimation
//           algorithms for HyperLogLog sketches", 2017, section 4), which needs no tables of corrections.
#ifndef SERIESGUARD_LIB_SERIES_HYPER_LOG_LOG_H_
#define SERIESGUARD_LIB_SERIES_HYPER_LOG_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace seriesguard {

struct HyperLogLog {
  static constexpr int kRegisterBits = 12;
  static constexpr size_t kRegisters = size_t{1} << kRegisterBits;
  static constexpr int kRankBits = 64 - kRegisterBits;
  static constexpr double kRelativeError = 1.04 / 64;  // 1.04 / sqrt(kRegisters)

  // The register that `hash` (64 well-mixed bits) falls to: its upper 12 bits.
  static size_t Index(uint64_t hash) { return static_cast<size_t>(hash >> kRankBits); }

  // The leading zeros of the other bits, plus one: 1 to kRankBits + 1. An empty register is 0.
  static uint8_t Rank(uint64_t hash) {
    const uint64_t rest = (hash << kRegisterBits) | (uint64_t{1} << (kRegisterBits - 1));
    return static_cast<uint8_t>(__builtin_clzll(rest) + 1);
  }

  // How many registers hold each rank: `histogram[rank]`; the sum is kRegisters.
  using RankHistogram = std::array<uint32_t, kRankBits + 2>;

  // The number of distinct hashes that leave such registers behind; 0 when all are empty.
  static double Estimate(const RankHistogram& histogram);
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_SERIES_HYPER_LOG_LOG_H_
