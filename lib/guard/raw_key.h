// SPDX-License-Identifier: Apache-2.0
//
// raw_key.h: the label values of one call as fixed-size words, with a keyed hash: what the hit cache compares.
//
// Use:      RawKey<N> key(secret, values); then key.hash(), and Equals against words that were stored before.
// Threads:  values; a KeySecret is immutable.
// Cost:     about 2 ns a label of at most 32 bytes; a longer one costs its XXH3 as well.
// Source:   NH of UMAC (RFC 4418, section 5.2.2) with 64-bit words: the sum over pairs of words of
//           (word + key) * (next word + next key), 128 bits wide. For two different inputs of one length the chance of
//           equal sums is 2^-64 over the choice of the key, which an attacker does not have.
//
// How a value becomes four words: up to 16 bytes are padded with zeros, of 17 to 32 bytes the first and the last 16 are
// taken (they overlap), so that the words and the size together are the value. Of a longer one the words are its first
// 16 bytes, its XXH3 and its size; only then must the bytes themselves be compared too.
#ifndef SERIESGUARD_LIB_GUARD_RAW_KEY_H_
#define SERIESGUARD_LIB_GUARD_RAW_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "lib/series/keyed_hash.h"

#if defined(__SSE2__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) && !__has_feature(memory_sanitizer)
#define SERIESGUARD_WIDE_LOADS 1
#endif
#else
#define SERIESGUARD_WIDE_LOADS 1
#endif
#endif
#ifdef SERIESGUARD_WIDE_LOADS
#include <emmintrin.h>
#endif

namespace seriesguard {

inline constexpr size_t kMaxGuardedLabels = 16;
inline constexpr size_t kWordsPerValue = 4;
inline constexpr size_t kInlineValueBytes = 32;

// The random numbers of one guard.
class KeySecret {
 public:
  explicit KeySecret(const HashKey& key) : key_(key) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] = key_({reinterpret_cast<const char*>(&i), sizeof i});
  }
  uint64_t word(size_t i) const { return words_[i]; }
  const HashKey& key() const { return key_; }

 private:
  const HashKey key_;
  std::array<uint64_t, kMaxGuardedLabels * kWordsPerValue> words_;
};

namespace raw_key_internal {

#ifdef SERIESGUARD_WIDE_LOADS
// 16 bytes of 0xff, then 16 of 0: a load at 16 - n keeps n bytes.
alignas(32) inline constexpr unsigned char kKeepMask[32] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

// Reads up to 15 bytes behind the value, but never beyond its page, where nothing can fault; what was read there is
// masked away.
inline void LoadShort(const char* bytes, size_t size, uint64_t* words) {
  if ((reinterpret_cast<uintptr_t>(bytes) & 4095) <= 4096 - 16) {
    const __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kKeepMask + 16 - size));
    const __m128i value = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)), mask);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(words), value);
    return;
  }
  words[0] = words[1] = 0;
  std::memcpy(words, bytes, size);
}
#else
inline void LoadShort(const char* bytes, size_t size, uint64_t* words) {
  words[0] = words[1] = 0;
  if (size > 0) std::memcpy(words, bytes, size);
}
#endif

// The high and the low half of a 128-bit product, added up: as good as the sum of both for telling inputs apart.
inline void Accumulate(uint64_t a, uint64_t b, uint64_t* low, uint64_t* high) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  *low += static_cast<uint64_t>(product);
  *high += static_cast<uint64_t>(product >> 64);
}

}  // namespace raw_key_internal

// Writes the four words of `value`.
inline void ValueWords(const KeySecret& secret, std::string_view value, uint64_t* words) {
  if (value.size() <= 16) {
    raw_key_internal::LoadShort(value.data(), value.size(), words);
    words[2] = words[3] = 0;
    return;
  }
  std::memcpy(words, value.data(), 16);
  if (value.size() <= kInlineValueBytes) {
    std::memcpy(words + 2, value.data() + value.size() - 16, 16);
    return;
  }
  words[2] = secret.key()(value);
  words[3] = value.size();
}

template <size_t N>
class RawKey {
 public:
  static_assert(N <= kMaxGuardedLabels);

  // Lifetime: `values` must outlive the key.
  RawKey(const KeySecret& secret, const std::string_view* values) : values_(values) {
    uint64_t low = 0, high = 0;
    for (size_t i = 0; i < N; ++i) {
      uint64_t* const words = words_.data() + i * kWordsPerValue;
      ValueWords(secret, values[i], words);
      const size_t k = i * kWordsPerValue;
      // The size belongs to the input: "a" and "a\0" have the same words.
      raw_key_internal::Accumulate(words[0] + secret.word(k), words[1] + secret.word(k + 1) + values[i].size(), &low,
                                   &high);
      raw_key_internal::Accumulate(words[2] + secret.word(k + 2), words[3] + secret.word(k + 3), &low, &high);
    }
    // A table takes the top bits.
    hash_ = (low ^ high) * 0x9e3779b97f4a7c15u;
  }

  uint64_t hash() const { return hash_; }
  const std::string_view* values() const { return values_; }
  const uint64_t* words() const { return words_.data(); }

 private:
  const std::string_view* values_;
  uint64_t hash_;
  std::array<uint64_t, N == 0 ? 1 : N * kWordsPerValue> words_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_RAW_KEY_H_
