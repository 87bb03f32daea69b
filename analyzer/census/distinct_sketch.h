// SPDX-License-Identifier: Apache-2.0
//
// distinct_sketch.h: how many distinct things there are, in bounded memory.
//
// Use:      when --memory-limit forbids to keep them; exact up to kExactHashes, then an estimate.
// Threads:  one at a time.
// Memory:   8 bytes a hash while exact, 4 KiB from then on.
// Errors:   none. Standard error of the estimate: kRelativeError of the count.
// Cost:     a few ns an Add.
// Source:   lib/series/hyper_log_log.h has the arithmetic.
#ifndef SERIESGUARD_ANALYZER_CENSUS_DISTINCT_SKETCH_H_
#define SERIESGUARD_ANALYZER_CENSUS_DISTINCT_SKETCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib/series/hyper_log_log.h"

namespace seriesguard {

class DistinctSketch {
 public:
  static constexpr size_t kRegisters = HyperLogLog::kRegisters;
  static constexpr size_t kExactHashes = 256;
  static constexpr double kRelativeError = HyperLogLog::kRelativeError;

  // Adds a thing by its hash: 64 well-mixed, keyed bits.
  void Add(uint64_t hash) {
    if (registers_.empty()) {
      AddExactly(hash);
    } else {
      Raise(hash);
    }
  }

  // Adds everything that `other` counted, by hashes of the same key.
  void Merge(const DistinctSketch& other);

  uint64_t Count() const;
  bool is_exact() const { return registers_.empty(); }
  size_t bytes() const { return hashes_.capacity() * sizeof(uint64_t) + registers_.capacity(); }

 private:
  void AddExactly(uint64_t hash);
  void Raise(uint64_t hash);

  std::vector<uint64_t> hashes_;    // sorted; while exact
  std::vector<uint8_t> registers_;  // empty while exact
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DISTINCT_SKETCH_H_
