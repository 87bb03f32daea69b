// SPDX-License-Identifier: Apache-2.0
//
// distinct_keys.h: how many different numbers there are in an array.
//
// Use:      a row's labels are packed into one 64-bit key (family_counter.h); equal keys are equal series, exactly.
// Threads:  one object a thread.
// Memory:   8 bytes a key while it runs, kept for the next call.
// Cost:     about 1 ns a key where the keys are dense enough for a bitmap, 8 ns else (bench/census_bench.cc).
#ifndef SERIESGUARD_ANALYZER_CENSUS_DISTINCT_KEYS_H_
#define SERIESGUARD_ANALYZER_CENSUS_DISTINCT_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace seriesguard {

class DistinctKeys {
 public:
  // Draws the secret that places keys in tables: who writes a dump chooses the order of its values, and so the keys.
  DistinctKeys();

  // Counts the distinct numbers among keys[0..count).
  //
  // Requires:  every key is below `bound`, and `bound` is at most 2^63.
  uint64_t Count(const uint64_t* keys, size_t count, uint64_t bound);

  // Marks every key that stands earlier in the array already: repeats[i] becomes true. `first` (may be null) receives,
  // for the first `first_limit` repeats in their order, the index of the key's first occurrence.
  // Memory: 4 to 16 bytes a distinct key. For arrays in which Count found fewer than `count`.
  void MarkRepeats(const uint64_t* keys, size_t count, std::vector<bool>* repeats, std::vector<size_t>* first,
                   size_t first_limit = SIZE_MAX);

  // Replaces every key by the number of its first appearance: 0, 1, 2 ... Returns how many there are.
  uint64_t Densify(uint64_t* keys, size_t count);

 private:
  uint64_t CountInBitmap(const uint64_t* keys, size_t count, uint64_t bound);
  uint64_t CountInTable(const uint64_t* keys, size_t count);
  uint64_t CountInPartitions(const uint64_t* keys, size_t count);

  // A keyed mix: the two halves of a 128-bit product, folded. Top bits deal keys into parts, low bits into slots.
  uint64_t Mix(uint64_t key) const {
    const unsigned __int128 product = static_cast<unsigned __int128>(key ^ secret_[0]) * secret_[1];
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }

  uint64_t secret_[2];
  std::vector<uint64_t> table_;
  std::vector<uint64_t> scratch_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DISTINCT_KEYS_H_
