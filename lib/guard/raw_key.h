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
// How a value becomes words: up to 16 bytes are padded with zeros to two words; of 17 to 32 bytes the first and the last
// 16 make four words (they overlap), so that the words and the size together are the value. Of a longer one the words
// are its first 16 bytes, its XXH3 and its size; only then must the bytes themselves be compared too. The sizes stand
// before all that, 16 bits each, so that equal words are equal sizes as well (of a value that is not long).
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
inline constexpr size_t kHashedBytes = 8192;  // of a longer value; what follows is compared, but tells no slot apart

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

// Writes the two words of a value of at most 16 bytes to `words`, and returns them.
//
// Reads up to 15 bytes behind the value, but never beyond its page, where nothing can fault; what was read there is
// masked away.
inline void LoadShort(const char* bytes, size_t size, uint64_t* words, uint64_t* first, uint64_t* second) {
  // An empty view may point nowhere, or behind the last byte of a page.
  if (size == 0) bytes = reinterpret_cast<const char*>(kKeepMask);
  asm("" : "+r"(bytes));  // or a compiler that knows the object takes the rest of the load for undefined, and warns
  __m128i value;
  if (__builtin_expect((reinterpret_cast<uintptr_t>(bytes) & 4095) <= 4096 - 16, 1)) {
    const __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kKeepMask + 16 - size));
    value = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)), mask);
  } else {
    alignas(16) char padded[16] = {};
    std::memcpy(padded, bytes, size);
    value = _mm_load_si128(reinterpret_cast<const __m128i*>(padded));
  }
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words), value);
  *first = static_cast<uint64_t>(_mm_cvtsi128_si64(value));
  *second = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(value, value)));
}

// Two words in one store: a processor cannot hand two small stores on to the wide load of a comparison, and would wait.
inline void StorePair(uint64_t first, uint64_t second, uint64_t* words) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words),
                   _mm_set_epi64x(static_cast<int64_t>(second), static_cast<int64_t>(first)));
}
#else
inline void StorePair(uint64_t first, uint64_t second, uint64_t* words) {
  words[0] = first;
  words[1] = second;
}

inline void LoadShort(const char* bytes, size_t size, uint64_t* words, uint64_t* first, uint64_t* second) {
  words[0] = words[1] = 0;
  if (size > 0) std::memcpy(words, bytes, size);
  *first = words[0];
  *second = words[1];
}
#endif

// The high and the low half of a 128-bit product, added up: as good as the sum of both for telling inputs apart.
inline void Accumulate(uint64_t a, uint64_t b, uint64_t* low, uint64_t* high) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  *low += static_cast<uint64_t>(product);
  *high += static_cast<uint64_t>(product >> 64);
}

}  // namespace raw_key_internal

// A RawKey whatever its number of labels is.
class AnyRawKey {
 public:
  AnyRawKey(const AnyRawKey&) = delete;
  AnyRawKey& operator=(const AnyRawKey&) = delete;

  uint64_t hash() const { return hash_; }
  const std::string_view* values() const { return values_; }
  size_t value_count() const { return value_count_; }
  // An even number of them.
  const uint64_t* words() const { return words_.data(); }
  size_t word_count() const { return word_count_; }
  bool has_long_value() const { return has_long_value_; }

 protected:
  AnyRawKey(const std::string_view* values, size_t value_count)
      : values_(values), value_count_(static_cast<uint16_t>(value_count)) {}

  const std::string_view* values_;
  uint64_t hash_;
  size_t word_count_;
  uint16_t value_count_;
  bool has_long_value_ = false;
  // As many as the most labels can need; what is not used is never touched.
  std::array<uint64_t, (kMaxGuardedLabels + 7) / 8 * 2 + kMaxGuardedLabels * kWordsPerValue> words_;
};

template <size_t N>
class RawKey : public AnyRawKey {
 public:
  static_assert(N <= kMaxGuardedLabels);
  static constexpr size_t kSizeWords = (N + 7) / 8 * 2;  // even, so that words can be compared by twos

  // Lifetime: `values` must outlive the key.
  RawKey(const KeySecret& secret, const std::string_view* values) : AnyRawKey(values, N) {
    uint64_t low = 0, high = 0;
    uint64_t sizes[kSizeWords + 1] = {};
    uint64_t* out = words_.data() + kSizeWords;
#pragma GCC unroll 16
    for (size_t i = 0; i < N; ++i) {
      const std::string_view value = values[i];
      const size_t k = i * kWordsPerValue;
      sizes[i / 4] |= static_cast<uint64_t>(value.size() & 0xffff) << (i % 4 * 16);
      uint64_t first, second;
      if (value.size() <= 16) {
        raw_key_internal::LoadShort(value.data(), value.size(), out, &first, &second);
        out += 2;
      } else {
        std::memcpy(out, value.data(), 16);
        if (value.size() <= kInlineValueBytes) {
          std::memcpy(out + 2, value.data() + value.size() - 16, 16);
        } else {
          out[2] = secret.key()(value.substr(0, kHashedBytes));
          out[3] = value.size();
          has_long_value_ = true;
        }
        raw_key_internal::Accumulate(out[2] + secret.word(k + 2), out[3] + secret.word(k + 3), &low, &high);
        first = out[0];
        second = out[1];
        out += kWordsPerValue;
      }
      // The size belongs to the input: "a" and "a\0" have the same words.
      raw_key_internal::Accumulate(first + secret.word(k), second + secret.word(k + 1) + value.size(), &low, &high);
    }
    for (size_t i = 0; i < kSizeWords; i += 2) raw_key_internal::StorePair(sizes[i], sizes[i + 1], &words_[i]);
    word_count_ = static_cast<size_t>(out - words_.data());
    // A table takes the top bits.
    hash_ = (low ^ high) * 0x9e3779b97f4a7c15u;
  }
};

// Says whether `count` words are equal. Requires: `count` is even.
inline bool EqualWords(const uint64_t* a, const uint64_t* b, size_t count) {
#ifdef SERIESGUARD_WIDE_LOADS
  __m128i difference = _mm_setzero_si128();
  // There are few: what a compiler makes of the loop otherwise costs more than it saves.
#pragma GCC unroll 1
  for (size_t i = 0; i < count; i += 2) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i));
    const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i));
    difference = _mm_or_si128(difference, _mm_xor_si128(x, y));
  }
  return _mm_movemask_epi8(_mm_cmpeq_epi8(difference, _mm_setzero_si128())) == 0xffff;
#else
  return std::memcmp(a, b, count * sizeof(uint64_t)) == 0;
#endif
}

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_RAW_KEY_H_
