// SPDX-License-Identifier: Apache-2.0
//
// path_normalizer.cc: the classes of a word's bytes are bits that are joined with `or`; the joined bits say what the
// word is when it ends.
#include "rules/path_normalizer.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace seriesguard {
namespace {

constexpr std::string_view kId = "{id}";
constexpr size_t kMinHexWithDigit = 8;
constexpr size_t kMinHexOfLetters = 16;
constexpr size_t kUuidBytes = 36;

enum Class : uint8_t {
  kSeparator = 0,
  kDigit = 1,
  kHexLetter = 2,
  kLetter = 4,   // not hexadecimal, or above 0x7F
  kPercent = 8,  // a letter where two hexadecimal digits follow, else a separator
  kEnd = 16,     // ? and #
};

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<size_t>(c)] = kDigit;
  for (int c = 'a'; c <= 'z'; ++c) {
    const uint8_t kind = c <= 'f' ? kHexLetter : kLetter;
    classes[static_cast<size_t>(c)] = kind;
    classes[static_cast<size_t>(c - 'a' + 'A')] = kind;
  }
  for (size_t c = 0x80; c < 0x100; ++c) classes[c] = kLetter;
  classes['%'] = kPercent;
  classes['?'] = kEnd;
  classes['#'] = kEnd;
  return classes;
}

constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

uint8_t ClassOf(char c) { return kClasses[static_cast<unsigned char>(c)]; }
bool IsHex(char c) { return (ClassOf(c) & (kDigit | kHexLetter)) != 0; }

bool IsEscape(std::string_view text, size_t at) {
  return at + 2 < text.size() && IsHex(text[at + 1]) && IsHex(text[at + 2]);
}

// Says whether a byte of a word stands at `at`; the end of the text is none.
bool IsWordByte(std::string_view text, size_t at) {
  if (at >= text.size()) return false;
  const uint8_t kind = ClassOf(text[at]);
  return kind == kPercent ? IsEscape(text, at) : (kind & (kDigit | kHexLetter | kLetter)) != 0;
}

// Says whether a UUID starts at `start`, the begin of a word of eight hexadecimal digits, and ends with a word.
bool IsUuid(std::string_view text, size_t start) {
  if (text.size() - start < kUuidBytes) return false;
  for (size_t i = 8; i < kUuidBytes; ++i) {
    const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_hyphen ? text[start + i] != '-' : !IsHex(text[start + i])) return false;
  }
  return !IsWordByte(text, start + kUuidBytes);
}

bool IsIdentifier(unsigned classes, size_t length) {
  if (classes == kDigit) return true;
  if (classes == kHexLetter) return length >= kMinHexOfLetters;
  return classes == (kDigit | kHexLetter) && length >= kMinHexWithDigit;
}

}  // namespace

std::string_view NormalizePath(std::string_view value, std::string* scratch) {
  bool has_changed = false;
  size_t copied = 0;  // value[0, copied) is in *scratch, where something has changed
  size_t at = 0;
  while (at < value.size()) {
    // Words: joined classes of the bytes from `start` on.
    const size_t start = at;
    unsigned classes = 0;
    uint8_t kind = kSeparator;
    for (; at < value.size(); ++at) {
      kind = ClassOf(value[at]);
      if ((kind & (kDigit | kHexLetter | kLetter)) == 0) {
        if (kind != kPercent || !IsEscape(value, at)) break;
        kind = kLetter;
        at += 2;
      }
      classes |= kind;
    }
    const size_t length = at - start;
    bool is_id = IsIdentifier(classes, length);
    if (length == 8 && at < value.size() && value[at] == '-' && (classes & kLetter) == 0 && IsUuid(value, start)) {
      is_id = true;
      at = start + kUuidBytes;
      if (at < value.size()) kind = ClassOf(value[at]);
    }
    if (is_id) {
      if (!has_changed) scratch->clear();
      has_changed = true;
      scratch->append(value.substr(copied, start - copied));
      scratch->append(kId);
      copied = at;
    }
    if (at < value.size() && kind == kEnd) {
      value = value.substr(0, at);
      if (value.empty()) return "/";
      break;
    }
    ++at;  // the separator
  }
  if (!has_changed) return value;
  if (copied < value.size()) scratch->append(value.substr(copied));
  return *scratch;
}

}  // namespace seriesguard
