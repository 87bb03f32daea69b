// SPDX-License-Identifier: Apache-2.0
//
// slow_utf8.h: UTF-8 the obvious way, written apart from rules/utf8, and random texts that come near its edges.
//
// Use:      tests only.
// Threads:  pure functions; RandomText changes the generator that it is given.
// Source:   RFC 3629, section 4: a text is well-formed when each piece is the shortest form of a scalar.
#ifndef SERIESGUARD_TESTS_RULES_SLOW_UTF8_H_
#define SERIESGUARD_TESTS_RULES_SLOW_UTF8_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/test_cases.h"

namespace seriesguard {

// Encodes by arithmetic, without bit operations; "" for what is not a scalar.
inline std::string SlowEncode(uint32_t scalar) {
  if (scalar > 0x10FFFF || (scalar >= 0xD800 && scalar < 0xE000)) return "";
  if (scalar < 128) return std::string(1, static_cast<char>(scalar));
  const int continuations = scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3;
  std::string tail;
  for (int i = 0; i < continuations; ++i) {
    tail.insert(tail.begin(), static_cast<char>(128 + scalar % 64));
    scalar /= 64;
  }
  const int lead[] = {0, 192, 224, 240};
  return static_cast<char>(lead[continuations] + static_cast<int>(scalar)) + tail;
}

// Decodes the scalar at the front of `text`; its length in bytes, or 0. Tries each length and encodes the guess again.
inline size_t SlowDecode(std::string_view text, uint32_t* scalar) {
  for (size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    const unsigned lead_base[] = {0, 192, 224, 240};
    const unsigned lead = static_cast<unsigned char>(text[0]);
    if (lead < lead_base[length - 1]) continue;
    uint32_t guess = lead - lead_base[length - 1];
    bool ok = true;
    for (size_t i = 1; i < length; ++i) {
      const unsigned byte = static_cast<unsigned char>(text[i]);
      ok = ok && byte >= 128 && byte < 192;
      guess = guess * 64 + (byte - 128);
    }
    if (ok && SlowEncode(guess) == text.substr(0, length)) {
      *scalar = guess;
      return length;
    }
  }
  return 0;
}

inline size_t SlowValidPrefix(std::string_view text) {
  size_t offset = 0;
  uint32_t scalar = 0;
  while (offset < text.size()) {
    const size_t length = SlowDecode(text.substr(offset), &scalar);
    if (length == 0) break;
    offset += length;
  }
  return offset;
}

// A text of up to `max_pieces` pieces: letters, escapes, controls, scalars of all planes, broken and single bytes.
inline std::string RandomText(std::mt19937_64* random, int max_pieces) {
  static const std::vector<std::string> kNasty = {"\\",
                                                  "\\n",
                                                  "\\x41",
                                                  "\n",
                                                  "\r",
                                                  "\t",
                                                  "\x1b[31m",
                                                  "\x7f",
                                                  "\xc2\x85",
                                                  "\xe2\x80\xae",
                                                  "\xe2\x80\x8b",
                                                  "\xe2\x80\xa8",
                                                  "\xe2\x80\xa6",
                                                  "\xef\xbb\xbf",
                                                  "\xcc\x81",
                                                  "\xed\xa0\x80",
                                                  "\xf4\x90\x80\x80",
                                                  "\xc0\x80",
                                                  "\xe4\xbd\xa0",
                                                  "\xf0\x9f\x98\x80",
                                                  "\xef\xb8\x8f",
                                                  std::string(1, '\0'),
                                                  "\"",
                                                  "\\u{41}"};
  std::string text;
  const int pieces = static_cast<int>((*random)() % static_cast<unsigned>(max_pieces + 1));
  for (int i = 0; i < pieces; ++i) {
    const uint64_t draw = (*random)();
    switch (draw % 5) {
      case 0: text += kNasty[(draw >> 8) % kNasty.size()]; break;
      case 1: text += SlowEncode(static_cast<uint32_t>((draw >> 8) % 0x110000)); break;
      case 2: text += SlowEncode(static_cast<uint32_t>((draw >> 8) % 0x3100)); break;
      case 3: text += static_cast<char>(draw >> 8 & 255); break;
      default: text.append((draw >> 8) % 20, static_cast<char>('a' + (draw >> 16) % 26));
    }
  }
  return text;
}

// The seed of a random test: SERIESGUARD_SEED, or a fixed one. Tests print it with SCOPED_TRACE.
inline uint64_t TestSeed() { return NumberFromEnvironment("SERIESGUARD_SEED", 20240601); }

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_RULES_SLOW_UTF8_H_
