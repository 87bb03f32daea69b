// SPDX-License-Identifier: Apache-2.0
//
// value_key.h: one label value as fixed-size words with a keyed hash: what the tables of named values compare.
//
// Use:      ValueKey key(secret, text); then key.hash, and Is against the words that a value was stored with.
// Threads:  values.
// Cost:     about 2 ns up to 32 bytes; a longer value costs its XXH3 as well.
// Source:   raw_key.h, which makes words of several values in the same way.
#ifndef SERIESGUARD_LIB_GUARD_VALUE_KEY_H_
#define SERIESGUARD_LIB_GUARD_VALUE_KEY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "lib/guard/raw_key.h"

namespace seriesguard {

struct ValueKey {
  // Lifetime: views `value`.
  ValueKey(const KeySecret& secret, std::string_view value) : text(value) {
    uint64_t first, second, low = 0, high = 0;
    words[2] = words[3] = 0;
    if (value.size() <= 16) {
      raw_key_internal::LoadShort(value.data(), value.size(), words, &first, &second);
    } else {
      std::memcpy(words, value.data(), 16);
      if (value.size() <= kInlineValueBytes) {
        std::memcpy(words + 2, value.data() + value.size() - 16, 16);
      } else {
        words[2] = secret.key()(value.substr(0, kHashedBytes));
        words[3] = value.size();
      }
      first = words[0];
      second = words[1];
      raw_key_internal::Accumulate(words[2] + secret.word(2), words[3] + secret.word(3), &low, &high);
    }
    raw_key_internal::Accumulate(first + secret.word(0), second + secret.word(1) + value.size(), &low, &high);
    // Sketches look at every bit.
    const uint64_t mixed = (low ^ high) * 0x9e3779b97f4a7c15u;
    hash = mixed ^ (mixed >> 32);
  }

  // Says whether this is the value that was stored as `other_text`, whose key had `other_words`.
  bool Is(std::string_view other_text, const uint64_t* other_words) const {
    return text.size() == other_text.size() && EqualWords(words, other_words, kWordsPerValue) &&
           (text.size() <= kInlineValueBytes || text == other_text);
  }

  std::string_view text;
  uint64_t hash;
  uint64_t words[kWordsPerValue];
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_VALUE_KEY_H_
