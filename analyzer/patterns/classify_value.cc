// SPDX-License-Identifier: Apache-2.0
//
// classify_value.cc: the order of precedence, asked only as far as the bytes that occur allow.
#include "analyzer/patterns/classify_value.h"

#include <cstddef>
#include <cstdint>

#include "analyzer/patterns/byte_profile.h"
#include "analyzer/patterns/code_form.h"
#include "analyzer/patterns/id_form.h"
#include "analyzer/patterns/network_form.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/patterns/secret_form.h"
#include "analyzer/patterns/timestamp_form.h"
#include "rules/builtin_normalizers.h"

namespace seriesguard {
namespace {

constexpr size_t kMostWordBytes = 64;
constexpr size_t kMostDigitRun = 4;  // of a word; more is a number that counts something
constexpr size_t kMostSchemeBytes = 20;
constexpr size_t kMostMethodBytes = 7;
constexpr size_t kLeastSecretBytes = 20;  // of base64 that decodes to no text, so that it may be a key
constexpr size_t kLeastTokenPart = 16;
constexpr size_t kLeastSqlBytes = 8;
constexpr size_t kLeastPodBytes = 7;  // a letter, a hyphen, five that are random
constexpr uint32_t kWordBytes = kAlnumBytes | kHighByte | kUnderscoreByte | kDashByte | kDotByte | kColonByte |
                                kSlashByte | kPlusByte | kStarByte | kAtByte;
// One of them is in every frame of a stack: its place, its number, its brackets.
constexpr uint32_t kFrameBytes = kColonByte | kStarByte | kBracketByte | kPunctuationByte;

using Pattern = ValuePattern;

PersonalKinds PersonalOfIp(std::string_view ip) { return IsNobodysIp(ip) ? kPersonalNone : kPersonalIp; }

bool IsUrl(std::string_view value) {
  const size_t colon = value.find("://");
  if (colon == std::string_view::npos || colon == 0 || colon > kMostSchemeBytes || colon + 3 == value.size())
    return false;
  if (!IsLetter(value[0])) return false;
  for (const char c : value.substr(0, colon)) {
    if (!IsAlnum(c) && c != '+' && c != '-' && c != '.' && c != ':') return false;  // jdbc:mysql://
  }
  return true;
}

bool IsMethodAndPath(std::string_view value) {
  const size_t blank = value.find(' ');
  if (blank == std::string_view::npos || blank < 3 || blank > kMostMethodBytes || blank + 1 >= value.size())
    return false;
  if (value[blank + 1] != '/' || value.find_first_of(" \t\r\n", blank + 1) != std::string_view::npos) return false;
  const std::string_view method = value.substr(0, blank);
  return (KindOf(method[0]) & kUpperBytes) != 0 && NormalizeHttpMethod(method) == method;
}

bool IsInteger(std::string_view value, const ByteProfile& profile) {
  if (profile.digits == value.size()) return true;
  return profile.digits + 1 == value.size() && profile.digits > 0 && (value[0] == '-' || value[0] == '+');
}

// At least two words between blanks, half of the bytes letters.
bool IsText(std::string_view value, const ByteProfile& profile) {
  if (profile.blanks == 0 || profile.letters * 2 + profile.blanks < value.size()) return false;
  size_t words = 0;
  bool is_inside = false;
  for (const char c : value) {
    const bool is_blank = IsBlank(c);
    words += !is_blank && !is_inside ? 1 : 0;
    is_inside = !is_blank;
  }
  return words >= 2;
}

bool IsWord(std::string_view value, const ByteProfile& profile) {
  if (value.size() > kMostWordBytes || !profile.HasOnly(kWordBytes) || profile.letters == 0) return false;
  if (profile.digits <= kMostDigitRun) return true;
  if (profile.digits * 2 > value.size()) return false;
  size_t run = 0;
  for (const char c : value) {
    run = IsDigit(c) ? run + 1 : 0;
    if (run > kMostDigitRun) return false;
  }
  return true;
}

Pattern PatternOfBlanked(std::string_view value, const ByteProfile& profile) {
  const char first = value[0];
  if (profile.digits >= 3 && IsWrittenTimestamp(value)) return Pattern::kTimestamp;
  if ((first | 0x20) == 'b' && IsMarkedToken(value)) return Pattern::kToken;
  if (IsSql(value)) return Pattern::kSql;
  if (profile.Has(kFrameBytes) && HasStackFrame(value)) return Pattern::kStackTrace;
  if (profile.blanks == 1 && profile.slashes > 0 && IsMethodAndPath(value)) return Pattern::kPath;
  return IsText(value, profile) ? Pattern::kText : Pattern::kOther;
}

ValueClass ClassOfSolid(std::string_view value, const ByteProfile& profile) {
  const char first = value[0];
  // Numbers.
  if (IsInteger(value, profile)) {
    return {IsDigit(first) && IsCompactTimestamp(value) ? Pattern::kTimestamp : Pattern::kInteger};
  }
  if (value.size() >= 36 && profile.dashes >= 4 && IsUuid(value)) return {Pattern::kUuid};
  if (IsDigit(first) && profile.digits >= 4) {  // a notation that begins with a letter has blanks
    if (IsCompactTimestamp(value) || IsWrittenTimestamp(value)) return {Pattern::kTimestamp};
  }
  // Machines and people.
  if ((profile.dots >= 3 && IsDigit(first)) || profile.colons >= 2) {
    if (IsIp(value)) return {Pattern::kIp, PersonalOfIp(value)};
  }
  if (profile.signs > 0 && profile.dots > 0 && IsEmail(value)) return {Pattern::kEmail, kPersonalEmail};
  if (IsMarkedToken(value)) return {Pattern::kToken, kPersonalToken};
  if (profile.colons > 0 && profile.slashes >= 2 && IsUrl(value)) return {Pattern::kUrl};
  // A statement without a blank, SELECT(1); a frame of a stack has one in every notation.
  if (profile.Has(kStarByte | kPunctuationByte) && value.size() >= kLeastSqlBytes && IsSql(value))
    return {Pattern::kSql};
  if (first == '/') return {profile.Has(kControlByte) ? Pattern::kOther : Pattern::kPath};
  if (profile.colons > 0 && profile.digits > 0) {
    std::string_view host;
    if (IsHostPort(value, &host)) return {Pattern::kHostPort, IsIp(host) ? PersonalOfIp(host) : kPersonalNone};
  }
  if (profile.dots > 0) {
    if (profile.letters > 0 && IsHost(value)) return {Pattern::kHost};
    if (profile.digits >= 2 && IsVersion(value)) return {Pattern::kVersion};
  }
  // What machines make up.
  if (value.size() >= 6 && IsHexId(value, profile)) return {Pattern::kHexId};
  if ((profile.digits > 0 || value.size() <= 9) && IsNumber(value)) return {Pattern::kNumber};
  if (profile.dashes > 0 && value.size() >= kLeastPodBytes) {
    const Pattern kubernetes = ReadKubernetesName(value).pattern;
    if (kubernetes != Pattern::kOther) return {kubernetes};
  }
  const Base64Answer base64 = ReadBase64(value, profile);
  if (base64.is_base64) {
    const bool may_be_key = !base64.is_text && value.size() >= kLeastSecretBytes;
    return {Pattern::kBase64, may_be_key ? kPersonalToken : kPersonalNone};
  }
  if (IsRandomToken(value, profile)) return {Pattern::kToken, kPersonalToken};
  return {IsWord(value, profile) ? Pattern::kWord : Pattern::kOther};
}

// Whether parts of a value of this pattern may be personal where the whole is not.
bool HasParts(Pattern pattern, const ByteProfile& profile) {
  switch (pattern) {
    case Pattern::kUrl:
    case Pattern::kSql:
    case Pattern::kStackTrace:
    case Pattern::kPath:
    case Pattern::kText:
    case Pattern::kOther:
    case Pattern::kHost:
    case Pattern::kWord:
    case Pattern::kBase64: break;
    default: return false;
  }
  // An e-mail address, an IPv4 or IPv6 address, or a mixed run of a token's length.
  const bool may_be_email = profile.signs > 0 && profile.dots > 0;
  const bool may_be_ip = (profile.dots >= 3 && profile.digits >= 4) || profile.colons >= 2;
  const bool may_be_token = profile.digits > 0 && profile.letters + profile.digits >= kLeastTokenPart;
  return may_be_email || may_be_ip || may_be_token;
}

ValueClass Classify(std::string_view value, bool with_parts) {
  if (value.empty()) return {Pattern::kEmpty};
  const ByteProfile profile = ProfileOf(value);
  ValueClass answer;
  if (profile.blanks == 0) {
    answer = ClassOfSolid(value, profile);
  } else {
    answer.pattern = PatternOfBlanked(value, profile);
    if (answer.pattern == Pattern::kToken) answer.personal = kPersonalToken;
  }
  if (with_parts && answer.personal == kPersonalNone && HasParts(answer.pattern, profile)) {
    answer.personal = PersonalOfParts(value);
  }
  return answer;
}

}  // namespace

ValueClass ClassifyValue(std::string_view value) { return Classify(value, true); }

ValueClass ClassifyWhole(std::string_view value) { return Classify(value, false); }

}  // namespace seriesguard
