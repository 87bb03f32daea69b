// SPDX-License-Identifier: Apache-2.0
//
// text_hash.cc: see the header.
#include "rules/reading/text_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace seriesguard {

std::string TextHash(std::string_view text) {
  const XXH64_hash_t hash = XXH3_64bits(text.data(), text.size());
  std::string digits(16, '0');
  for (int i = 0; i < 16; ++i) digits[15 - i] = "0123456789abcdef"[(hash >> (4 * i)) & 0xF];
  return digits;
}

}  // namespace seriesguard
