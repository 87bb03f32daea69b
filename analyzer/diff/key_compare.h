// SPDX-License-Identifier: Apache-2.0
//
// key_compare.h: which keys of two arrays the other one lacks.
//
// Use:      a series is a key (side_keys.h); by FamilyDiff, once a sample name and target.
// Threads:  one thread an object.
// Memory:   a bitmap of at most 32 bits a key and side, or 12 bytes a key and one table that fits the cache; kept.
// Cost:     1 to 10 ns a key (bench: docs/diff.md, "What it costs").
#ifndef SERIESGUARD_ANALYZER_DIFF_KEY_COMPARE_H_
#define SERIESGUARD_ANALYZER_DIFF_KEY_COMPARE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace seriesguard {

class KeyCompare {
 public:
  // Draws the secret that places keys in tables: who writes a dump chooses the order of its values, and so the keys.
  KeyCompare();

  struct Keys {
    const uint64_t* keys;
    uint32_t count;
  };

  struct Distinct {
    uint64_t before = 0;
    uint64_t after = 0;
  };

  // Compares two arrays of keys as sets and returns how many distinct keys each has.
  //
  // `gone` receives the index of the first occurrence of each key that only `before` has, `added` the same of `after`;
  // both ascending.
  // Requires:  every key is below `bound`, and `bound` is at most 2^63.
  Distinct Compare(Keys before, Keys after, uint64_t bound, std::vector<uint32_t>* gone, std::vector<uint32_t>* added);

 private:
  struct Slot {
    uint64_t stored;  // key + 1; 0 = empty
    uint32_t row;     // of the first occurrence
    uint32_t state;
  };
  struct Part {
    std::vector<uint64_t> keys;
    std::vector<uint32_t> rows;
    std::vector<size_t> ends;
  };

  Distinct CompareInBitmaps(Keys before, Keys after, uint64_t bound, std::vector<uint32_t>* gone,
                            std::vector<uint32_t>* added);
  Distinct CompareInTable(const uint64_t* before, const uint32_t* before_rows, size_t before_count,
                          const uint64_t* after, const uint32_t* after_rows, size_t after_count,
                          std::vector<uint32_t>* gone, std::vector<uint32_t>* added);
  void Deal(Keys from, int bits, Part* part) const;

  uint64_t Mix(uint64_t key) const {
    const unsigned __int128 product = static_cast<unsigned __int128>(key ^ secret_[0]) * secret_[1];
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }

  uint64_t secret_[2];
  std::vector<Slot> table_;
  std::vector<uint64_t> bits_before_, bits_after_;
  Part before_, after_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_KEY_COMPARE_H_
