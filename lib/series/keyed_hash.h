// SPDX-License-Identifier: Apache-2.0
//
// keyed_hash.h: the one hash for bytes that come from outside, keyed so that nobody can prepare collisions.
//
// Use:      tables whose keys an attacker chooses: label values, names. Equal hashes never decide that two keys are
//           equal: every table compares the bytes.
// Threads:  a HashKey is immutable; any thread.
// Cost:     3 ns for 16 bytes (bench/symbol_table_bench.cc).
// Source:   XXH3-64 with a random 192-byte secret. A seed alone would not do: see docs/security.md.
#ifndef SERIESGUARD_LIB_SERIES_KEYED_HASH_H_
#define SERIESGUARD_LIB_SERIES_KEYED_HASH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace seriesguard {

class HashKey {
 public:
  // A key made from `entropy`; the same entropy gives the same key (tests).
  explicit HashKey(uint64_t entropy) { XXH3_generateSecret_fromSeed(secret_.data(), entropy); }

  // A key made from random bytes that several processes share; at least 16 of them.
  explicit HashKey(std::string_view random_bytes) {
    XXH3_generateSecret(secret_.data(), secret_.size(), random_bytes.data(), random_bytes.size());
  }

  // A key that no other process has. Falls back to address and clock where the kernel gives no random bytes.
  static HashKey Random();

  uint64_t operator()(std::string_view bytes) const {
    return XXH3_64bits_withSecret(bytes.data(), bytes.size(), secret_.data(), secret_.size());
  }

 private:
  HashKey() = default;
  std::array<unsigned char, XXH3_SECRET_DEFAULT_SIZE> secret_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_SERIES_KEYED_HASH_H_
