// SPDX-License-Identifier: Apache-2.0
//
// secret_form.cc: see the header.
#include "analyzer/patterns/secret_form.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kLeastTokenBytes = 20, kMostTokenBytes = 512;
constexpr size_t kLeastBase64Bytes = 8;     // with padding
constexpr size_t kLeastUnpaddedBytes = 16;  // without
constexpr size_t kDecodedBytes = 48;        // that are looked at to see whether it is text
constexpr uint32_t kTokenBytes = kAlnumBytes | kDashByte | kUnderscoreByte;
constexpr uint32_t kBase64Bytes = kAlnumBytes | kPlusByte | kSlashByte | kEqualsByte;
constexpr uint32_t kBase64UrlBytes = kAlnumBytes | kDashByte | kUnderscoreByte | kEqualsByte;

// A prefix, and the fewest bytes behind it.
struct Mark {
  std::string_view prefix;
  size_t least = 0;
};
constexpr std::array<Mark, 23> kMarks = {{
    {"ghp_", 30},     {"gho_", 30},     {"ghu_", 30},     {"ghs_", 30},  {"ghr_", 30},    {"github_pat_", 30},
    {"glpat-", 16},   {"xoxb-", 16},    {"xoxp-", 16},    {"xoxa-", 16}, {"xoxs-", 16},   {"sk_live_", 16},
    {"sk_test_", 16}, {"rk_live_", 16}, {"pk_live_", 16}, {"sk-", 32},   {"AKIA", 16},    {"ASIA", 16},
    {"AIza", 30},     {"ya29.", 20},    {"npm_", 30},     {"hvs.", 20},  {"dop_v1_", 40},
}};

bool IsOfToken(std::string_view text) {
  for (const char c : text) {
    if ((KindOf(c) & (kTokenBytes | kDotByte)) == 0) return false;
  }
  return true;
}

bool IsJwt(std::string_view value) {
  if (!StartsWith(value, "eyJ") || value.size() < 30) return false;
  size_t dots = 0;
  for (const char c : value) {
    if (c == '.') {
      ++dots;
    } else if ((KindOf(c) & kTokenBytes) == 0) {
      return false;
    }
  }
  return dots == 2 || dots == 4;
}

bool IsCredentials(std::string_view value, std::string_view scheme) {
  if (value.size() < scheme.size() + 8) return false;
  for (size_t i = 0; i < scheme.size(); ++i) {
    const char c = value[i];
    if ((IsLetter(c) ? c | 0x20 : c) != scheme[i]) return false;
  }
  size_t letters = 0;
  for (const char c : value.substr(scheme.size())) {
    if ((KindOf(c) & (kTokenBytes | kDotByte | kPlusByte | kSlashByte | kEqualsByte)) == 0 && c != '~') return false;
    letters += IsLetter(c) ? 1 : 0;
  }
  return letters > 0;
}

// 0 lower, 1 capital, 2 digit, 3 what is neither.
constexpr std::array<uint8_t, 256> MakeRanks() {
  std::array<uint8_t, 256> ranks{};
  for (size_t c = 0; c < ranks.size(); ++c) {
    const bool is_lower = c >= 'a' && c <= 'z', is_capital = c >= 'A' && c <= 'Z', is_digit = c >= '0' && c <= '9';
    ranks[c] = is_lower ? 0 : is_capital ? 1 : is_digit ? 2 : 3;
  }
  return ranks;
}
constexpr std::array<uint8_t, 256> kRanks = MakeRanks();

// kIsChange[before][now]
constexpr bool kIsChange[4][4] = {
    {false, true, true, false}, {false, false, true, false}, {true, true, false, false}, {false, false, false, false}};

size_t ChangesOfKind(std::string_view text) {
  size_t changes = 0;
  uint8_t before = 3;
  for (const char c : text) {
    const uint8_t rank = kRanks[static_cast<unsigned char>(c)];
    changes += kIsChange[before][rank] ? 1 : 0;
    before = rank;
  }
  return changes;
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : 63;
}

// Whether the first bytes of what `digits` (whole groups, padding taken away) decodes to are printable text.
bool DecodesToText(std::string_view digits) {
  std::array<char, kDecodedBytes> bytes{};
  size_t size = 0;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : digits) {
    bits = bits << 6 | static_cast<uint32_t>(Base64Digit(c));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (size == bytes.size()) break;
    const char byte = static_cast<char>(bits >> held & 0xFF);
    if ((KindOf(byte) & kControlByte) != 0) return false;
    bytes[size++] = byte;
  }
  // A sequence of UTF-8 may be cut at the end of what was looked at.
  for (size_t cut = 0; cut < 4 && cut < size; ++cut) {
    if (IsValidUtf8(std::string_view(bytes.data(), size - cut))) return cut == 0 || size == bytes.size();
  }
  return false;
}

}  // namespace

bool IsMarkedToken(std::string_view value) {
  if (value.size() < 16) return false;
  switch (value[0]) {
    case 'e': return IsJwt(value);
    case 'B':
    case 'b': return IsCredentials(value, "bearer ") || IsCredentials(value, "basic ");
    case 'g':
    case 'x':
    case 's':
    case 'r':
    case 'p':
    case 'A':
    case 'y':
    case 'n':
    case 'h':
    case 'd': break;
    default: return false;
  }
  for (const Mark& mark : kMarks) {
    if (value[0] != mark.prefix[0] || !StartsWith(value, mark.prefix)) continue;
    return value.size() >= mark.prefix.size() + mark.least && IsOfToken(value.substr(mark.prefix.size()));
  }
  return false;
}

bool IsRandomToken(std::string_view value, const ByteProfile& profile) {
  if (value.size() < kLeastTokenBytes || value.size() > kMostTokenBytes || !profile.HasOnly(kTokenBytes)) return false;
  if (profile.digits == 0 || profile.letters == 0 || profile.dashes * 8 > value.size()) return false;
  return ChangesOfKind(value) * 4 >= value.size();
}

Base64Answer ReadBase64(std::string_view value, const ByteProfile& profile) {
  Base64Answer answer;
  const bool is_standard = profile.HasOnly(kBase64Bytes);
  if (value.size() < kLeastBase64Bytes || value.size() % 4 != 0) return answer;
  if (!is_standard && !profile.HasOnly(kBase64UrlBytes)) return answer;
  if (!profile.Has(kLetterBytes)) return answer;
  std::string_view digits = value;
  while (!digits.empty() && digits.back() == '=' && value.size() - digits.size() < 2) digits.remove_suffix(1);
  if (digits.find('=') != std::string_view::npos) return answer;
  const bool is_padded = digits.size() < value.size();
  if (is_padded) {
    // The bits that padding leaves over are zero in what an encoder writes.
    const int last = Base64Digit(digits.back());
    if ((last & (value.size() - digits.size() == 2 ? 15 : 3)) != 0) return answer;
    answer.is_text = DecodesToText(digits);
    answer.is_base64 = true;
    return answer;
  }
  if (!is_standard || value.size() < kLeastUnpaddedBytes) return answer;
  answer.is_text = DecodesToText(digits);
  answer.is_base64 = answer.is_text || (profile.Has(kPlusByte | kSlashByte) && profile.Has(kUpperBytes) &&
                                        profile.Has(kLowerBytes) && ChangesOfKind(value) * 4 >= value.size());
  return answer;
}

}  // namespace seriesguard
