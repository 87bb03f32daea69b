// SPDX-License-Identifier: Apache-2.0
//
// utf8.h: is this text UTF-8, and which code point stands where.
//
// Use:      by parsers (a label value must be UTF-8), by safe_text, by whoever cuts a text.
// Threads:  pure functions.
// Errors:   none; what is not UTF-8 is an answer.
// Cost:     ASCII runs are checked 16 bytes at a time; other text costs one table-free decode a code point.
// Source:   Unicode 15, table 3-7 (well-formed byte sequences); the same verdict as utf8.Valid of Go, which a
//           Prometheus server asks: no surrogates, no overlong forms, nothing above U+10FFFF.
#ifndef SERIESGUARD_RULES_UTF8_H_
#define SERIESGUARD_RULES_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace seriesguard {

// Says whether all of `text` is well-formed. The empty text is.
bool IsValidUtf8(std::string_view text);

// Returns the length in bytes of the longest well-formed beginning of `text`; text.size() when all of it is.
size_t ValidUtf8PrefixLength(std::string_view text);

// What stands at one place of a text.
struct CodePoint {
  char32_t value = 0;
  size_t length_bytes = 0;  // 1 to 4; 0 = not well-formed here
  bool is_valid() const { return length_bytes != 0; }
};

// Decodes the code point that starts at `text[offset]`.
//
// Requires:  offset < text.size().
// Returns:   length_bytes 0 where no well-formed sequence starts; a caller then takes one byte as invalid and goes on.
CodePoint DecodeUtf8(std::string_view text, size_t offset);

// Appends the UTF-8 form of `value` to `*out`.
//
// Requires:  `value` is a scalar: at most U+10FFFF and no surrogate.
void AppendUtf8(char32_t value, std::string* out);

// Returns the longest beginning of `text` that has at most `max_bytes` bytes and does not end inside a sequence.
//
// Text that is not UTF-8 is cut at `max_bytes`, but never between a lead byte and the bytes that belong to it.
// Lifetime:  views the bytes of `text`.
std::string_view TruncateUtf8(std::string_view text, size_t max_bytes);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_UTF8_H_
