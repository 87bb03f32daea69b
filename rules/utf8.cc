// SPDX-License-Identifier: Apache-2.0
//
// utf8.cc: the second byte carries all special cases (overlong, surrogate, too large), so its bounds depend on the
// first one; every further byte is 80..BF.
#include "rules/utf8.h"

#include <cstdint>
#include <cstring>

namespace seriesguard {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

uint64_t Load8(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Returns the offset of the first byte at or after `offset` that may be non-ASCII; text.size() if there is none.
size_t SkipAscii(std::string_view text, size_t offset) {
  const char* data = text.data();
  while (text.size() - offset >= 16 && ((Load8(data + offset) | Load8(data + offset + 8)) & kHighBits) == 0) {
    offset += 16;
  }
  if (text.size() - offset >= 8 && (Load8(data + offset) & kHighBits) == 0) offset += 8;
  while (offset < text.size() && static_cast<unsigned char>(data[offset]) < 0x80) ++offset;
  return offset;
}

bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// Returns the length that a lead byte announces, 1 for ASCII and for bytes that lead nothing.
size_t AnnouncedLength(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 1;
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text, size_t offset) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data()) + offset;
  const size_t left = text.size() - offset;
  const unsigned char first = bytes[0];
  if (first < 0x80) return {first, 1};

  const size_t length = AnnouncedLength(first);
  if (length == 1 || left < length) return {};
  unsigned char low = 0x80, high = 0xBF;
  if (first == 0xE0) low = 0xA0;   // overlong
  if (first == 0xED) high = 0x9F;  // surrogate
  if (first == 0xF0) low = 0x90;   // overlong
  if (first == 0xF4) high = 0x8F;  // above U+10FFFF
  if (bytes[1] < low || bytes[1] > high) return {};

  char32_t value = first & (0x7Fu >> length);
  value = value << 6 | (bytes[1] & 0x3Fu);
  for (size_t i = 2; i < length; ++i) {
    if (!IsContinuation(bytes[i])) return {};
    value = value << 6 | (bytes[i] & 0x3Fu);
  }
  return {value, length};
}

size_t ValidUtf8PrefixLength(std::string_view text) {
  size_t offset = 0;
  while ((offset = SkipAscii(text, offset)) < text.size()) {
    // A text that left ASCII mostly stays outside for some characters: no look for ASCII between them.
    do {
      const CodePoint point = DecodeUtf8(text, offset);
      if (!point.is_valid()) return offset;
      offset += point.length_bytes;
    } while (offset < text.size() && static_cast<unsigned char>(text[offset]) >= 0x80);
  }
  return offset;
}

bool IsValidUtf8(std::string_view text) { return ValidUtf8PrefixLength(text) == text.size(); }

void AppendUtf8(char32_t value, std::string* out) {
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6);
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18);
    put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

std::string_view TruncateUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  // The lead byte of the sequence that the cut would hit is at most three bytes before it.
  for (size_t back = 0; back <= 3 && back <= max_bytes; ++back) {
    const size_t start = max_bytes - back;
    if (IsContinuation(static_cast<unsigned char>(text[start]))) continue;
    const size_t length = AnnouncedLength(static_cast<unsigned char>(text[start]));
    return text.substr(0, start + length > max_bytes ? start : max_bytes);
  }
  return text.substr(0, max_bytes);
}

}  // namespace seriesguard
