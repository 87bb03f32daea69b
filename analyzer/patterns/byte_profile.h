// SPDX-License-Identifier: Apache-2.0
//
// byte_profile.h: which kinds of bytes a value has, and how many of each, from one pass.
//
// Use:      by the classifier, so that a form is only tried where its bytes occur.
// Threads:  pure functions.
// Cost:     two look-ups a byte: one table of flags that are joined, one of counters that are added, eight at once.
#ifndef SERIESGUARD_ANALYZER_PATTERNS_BYTE_PROFILE_H_
#define SERIESGUARD_ANALYZER_PATTERNS_BYTE_PROFILE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seriesguard {

enum ByteKind : uint32_t {
  kDigitByte = 1u << 0,
  kHexLowerByte = 1u << 1,  // a to f
  kLowerByte = 1u << 2,     // g to z
  kHexUpperByte = 1u << 3,
  kUpperByte = 1u << 4,
  kHighByte = 1u << 5,   // above 0x7F
  kBlankByte = 1u << 6,  // space, tab, line feed, carriage return
  kControlByte = 1u << 7,
  kDotByte = 1u << 8,
  kColonByte = 1u << 9,
  kSlashByte = 1u << 10,
  kDashByte = 1u << 11,
  kUnderscoreByte = 1u << 12,
  kAtByte = 1u << 13,
  kPlusByte = 1u << 14,
  kEqualsByte = 1u << 15,
  kPercentByte = 1u << 16,
  kStarByte = 1u << 17,  // * and #
  kBraceByte = 1u << 18,
  kBracketByte = 1u << 19,
  kCommaByte = 1u << 20,
  kPunctuationByte = 1u << 21,  // any other
};
inline constexpr uint32_t kHexLetterBytes = kHexLowerByte | kHexUpperByte;
inline constexpr uint32_t kHexBytes = kDigitByte | kHexLetterBytes;
inline constexpr uint32_t kLowerBytes = kHexLowerByte | kLowerByte;
inline constexpr uint32_t kUpperBytes = kHexUpperByte | kUpperByte;
inline constexpr uint32_t kLetterBytes = kLowerBytes | kUpperBytes;
inline constexpr uint32_t kAlnumBytes = kDigitByte | kLetterBytes;

// kinds[c] is the kind of the byte c.
extern const std::array<uint32_t, 256> kByteKinds;

inline uint32_t KindOf(char c) { return kByteKinds[static_cast<unsigned char>(c)]; }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsHexDigit(char c) { return (KindOf(c) & kHexBytes) != 0; }
inline bool IsLetter(char c) { return (KindOf(c) & kLetterBytes) != 0; }
inline bool IsAlnum(char c) { return (KindOf(c) & kAlnumBytes) != 0; }
inline bool IsBlank(char c) { return (KindOf(c) & kBlankByte) != 0; }
inline bool StartsWith(std::string_view text, std::string_view head) { return text.substr(0, head.size()) == head; }

struct ByteProfile {
  uint32_t kinds = 0;  // joined
  size_t digits = 0;
  size_t letters = 0;  // high bytes among them
  size_t blanks = 0;
  size_t dots = 0;
  size_t colons = 0;
  size_t slashes = 0;
  size_t dashes = 0;  // _ among them
  size_t signs = 0;   // @

  bool Has(uint32_t some) const { return (kinds & some) != 0; }
  bool HasOnly(uint32_t these) const { return (kinds & ~these) == 0; }
};

ByteProfile ProfileOf(std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_BYTE_PROFILE_H_
