// SPDX-License-Identifier: Apache-2.0
//
// scan.h: the few byte searches that the fast path of the parsers rests on, 16 bytes at a time.
//
// Requires:  every pointer has at least kScanSlack readable bytes after the bytes that are searched (BlockReader's
//            window has); what stands there may be anything, the answers never depend on it beyond "not before here".
// Cost:      SSE2 where the compiler has it (every x86-64), else plain loops. AVX2 gains a fifth (docs/performance.md).
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_SCAN_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_SCAN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace seriesguard {

inline constexpr size_t kScanSlack = 64;

// Returns how many of the first `limit` bytes of `a` and `b` are equal from the start; may stop anywhere at or
// after `limit` when they are equal throughout, so the caller takes the minimum.
inline size_t CommonPrefix(const char* a, const char* b, size_t limit) {
  size_t i = 0;
#if defined(__SSE2__)
  for (; i < limit; i += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i));
    const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i));
    const unsigned equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)));
    if (equal != 0xFFFFu) return i + static_cast<size_t>(__builtin_ctz(~equal));
  }
#else
  while (i < limit && a[i] == b[i]) ++i;
#endif
  return i;
}

// True when the `size` bytes at `a` and `b` are equal.
inline bool EqualBytes(const char* a, const char* b, size_t size) {
#if defined(__SSE2__)
  size_t i = 0;
  for (; i + 16 <= size; i += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i));
    const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)) != 0xFFFF) return false;
  }
  if (i == size) return true;
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i));
  const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i));
  const unsigned equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)));
  const unsigned wanted = (1u << (size - i)) - 1;
  return (equal & wanted) == wanted;
#else
  return std::memcmp(a, b, size) == 0;
#endif
}

// Returns the first byte at or after `p` that a quoted string cannot simply run over: a quote, a backslash, a byte
// below 0x20, or a byte of 0x80 and above. There is always one: the window ends in zero bytes.
inline const char* FindSpecialInQuotes(const char* p) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(0x20);
  for (;; p += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Signed comparison: bytes of 0x80 and above are negative, so they are "below 0x20" as well.
    const __m128i hit =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, backslash)), _mm_cmplt_epi8(x, space));
    const unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (mask != 0) return p + __builtin_ctz(mask);
  }
#else
  for (;; ++p) {
    const unsigned char c = static_cast<unsigned char>(*p);
    if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80) return p;
  }
#endif
}

// Returns the end of the run of digits at `p`; null when it is 16 digits or more.
inline const char* EndOfDigits(const char* p) {
#if defined(__SSE2__)
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i above = _mm_cmpgt_epi8(x, _mm_set1_epi8('9'));
  const __m128i below = _mm_cmplt_epi8(x, _mm_set1_epi8('0'));
  const unsigned other = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(above, below)));
  return other == 0 ? nullptr : p + __builtin_ctz(other);
#else
  const char* q = p;
  while (*q >= '0' && *q <= '9') ++q;
  return q - p < 16 ? q : nullptr;
#endif
}

// Returns the end of the ordinary number at `p`: -? digits (. digits)? (e[+-] two digits)?, each run of digits below
// 16. Such a token is a double for certain. Null when anything else stands there: that goes to ParseGoFloat.
inline const char* EndOfOrdinaryNumber(const char* p) {
  if (*p == '-') ++p;
  const char* q = EndOfDigits(p);
  if (q == nullptr || q == p) return nullptr;
  if (*q == '.') {
    const char* fraction = q + 1;
    q = EndOfDigits(fraction);
    if (q == nullptr || q == fraction) return nullptr;
  }
  if (*q == 'e') {
    if (q[1] != '+' && q[1] != '-') return nullptr;
    const char* exponent = q + 2;
    q = EndOfDigits(exponent);
    if (q == nullptr || q - exponent != 2) return nullptr;
  }
  return q;
}

// Counts the newlines in [begin, end). Reads nothing outside.
inline uint64_t CountNewlineBytes(const char* begin, const char* end) {
  uint64_t count = 0;
#if defined(__SSE2__)
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i zero = _mm_setzero_si128();
  while (end - begin >= 16) {
    // Each of the 16 lanes counts up to 255 hits before the lanes are added up.
    const char* const stop = begin + std::min<ptrdiff_t>((end - begin) / 16, 255) * 16;
    __m128i hits = zero;
    for (; begin != stop; begin += 16) {
      const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
      hits = _mm_sub_epi8(hits, _mm_cmpeq_epi8(x, newline));
    }
    const __m128i sums = _mm_sad_epu8(hits, zero);
    count += static_cast<uint64_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
#endif
  for (; begin != end; ++begin) count += *begin == '\n' ? 1 : 0;
  return count;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_SCAN_H_
