// SPDX-License-Identifier: Apache-2.0
//
// personal_parts.cc: see the header.
#include "analyzer/patterns/personal_parts.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "analyzer/patterns/byte_profile.h"
#include "analyzer/patterns/classify_value.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::string_view kDelimiters = " \t\r\n\"'`()<>{},;=?&|/\\";
constexpr size_t kShownOfToken = 3;
constexpr size_t kLeastTokenPart = 16;
constexpr size_t kLeastPart = 2;  // ::, the shortest that can be personal, is nobody's; 1::

constexpr std::array<bool, 256> MakeDelimiters() {
  std::array<bool, 256> is_delimiter{};
  for (const char c : kDelimiters) is_delimiter[static_cast<unsigned char>(c)] = true;
  return is_delimiter;
}
constexpr std::array<bool, 256> kIsDelimiter = MakeDelimiters();

// The bytes of the first character of `text`.
size_t FirstCharacter(std::string_view text) {
  size_t bytes = text.empty() ? 0 : 1;
  while (bytes < text.size() && bytes < 4 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
  return bytes;
}

// Where the address behind user:password@ begins in a part of a URL.
size_t BehindUser(std::string_view part) {
  const size_t at = part.rfind('@');
  return at == std::string_view::npos ? 0 : at + 1;
}

// Whether a part that begins at `begin` is user:password@host of a URL.
bool IsUserInfo(std::string_view value, size_t begin, std::string_view part) {
  const size_t at = part.rfind('@');
  return at != std::string_view::npos && part.substr(0, at).find(':') != std::string_view::npos && begin >= 3 &&
         value.substr(begin - 3, 3) == "://";
}

// Masks one part that is personal as a whole.
void AppendMasked(std::string_view part, const ValueClass& what, std::string* out) {
  if ((what.personal & kPersonalEmail) != 0) {
    const size_t at = part.rfind('@');
    out->append(part.substr(0, FirstCharacter(part))).append(kMask).append("@");
    out->append(part.substr(at + 1, FirstCharacter(part.substr(at + 1)))).append(kMask);
    return;
  }
  if ((what.personal & kPersonalIp) != 0) {
    const size_t first = part.find_first_of(".:", part.front() == '[' ? 1 : 0);
    out->append(part.substr(0, first + 1)).append(kMask);
    if (part.front() == '[') out->push_back(']');
    if (what.pattern == ValuePattern::kHostPort) out->append(part.substr(part.rfind(':')));
    return;
  }
  constexpr std::string_view kBearer = "bearer ", kBasic = "basic ";
  size_t scheme = part.find(' ');
  scheme = scheme == kBearer.size() - 1 || scheme == kBasic.size() - 1 ? scheme + 1 : 0;
  out->append(part.substr(0, scheme + kShownOfToken)).append(kMask);
}

// Whether a part of these bytes can be an address or a secret; most parts cannot.
bool MayBePersonal(size_t bytes, uint32_t kinds, size_t dots, size_t colons) {
  if ((kinds & kAtByte) != 0) return true;
  if ((kinds & kDigitByte) != 0 && (dots >= 3 || bytes >= kLeastTokenPart)) return true;
  return colons >= 2 && bytes > kLeastPart;
}

// Calls visit(begin, end, class) for each personal part, in order.
template <typename Visit>
void ForEachPersonalPart(std::string_view value, const Visit& visit) {
  for (size_t begin = 0; begin < value.size();) {
    size_t end = begin, dots = 0, colons = 0;
    uint32_t kinds = 0;
    for (; end < value.size() && !kIsDelimiter[static_cast<unsigned char>(value[end])]; ++end) {
      kinds |= KindOf(value[end]);
      dots += value[end] == '.' ? 1 : 0;
      colons += value[end] == ':' ? 1 : 0;
    }
    if (MayBePersonal(end - begin, kinds, dots, colons)) {
      std::string_view part = value.substr(begin, end - begin);
      size_t from = begin;
      // A sentence ends behind an address; a scheme stands before one.
      while (!part.empty() && std::string_view(".:!").find(part.back()) != std::string_view::npos)
        part.remove_suffix(1);
      ValueClass what = ClassifyWhole(part);
      if (what.personal != kPersonalEmail && IsUserInfo(value, begin, part)) {
        const size_t user = part.rfind('@');
        visit(begin, begin + user, {ValuePattern::kToken, kPersonalToken});
        from += user;
        part.remove_prefix(user);
        what = {};
      }
      if (what.personal == kPersonalNone && (StartsWith(part, "mailto:") || BehindUser(part) > 0)) {
        const size_t skipped = StartsWith(part, "mailto:") ? 7 : BehindUser(part);
        part.remove_prefix(skipped);
        from += skipped;
        what = ClassifyWhole(part);
      }
      if (what.personal == kPersonalNone && !part.empty() && part.find('[') == std::string_view::npos) {
        // key:address
        const size_t colon = part.find(':');
        if (colon != std::string_view::npos && part.find(':', colon + 1) == std::string_view::npos) {
          const ValueClass behind = ClassifyWhole(part.substr(colon + 1));
          if (behind.personal != kPersonalNone) {
            part.remove_prefix(colon + 1);
            from += colon + 1;
            what = behind;
          }
        }
      }
      if (what.personal != kPersonalNone) visit(from, from + part.size(), what);
    }
    begin = end + 1;
  }
}

}  // namespace

PersonalKinds PersonalOfParts(std::string_view value) {
  PersonalKinds kinds = kPersonalNone;
  ForEachPersonalPart(value, [&kinds](size_t, size_t, const ValueClass& what) {
    kinds = static_cast<PersonalKinds>(kinds | what.personal);
  });
  return kinds;
}

std::string MaskPersonal(std::string_view value) {
  std::string masked;
  const ValueClass whole = ClassifyWhole(value);
  if (whole.personal != kPersonalNone) {
    AppendMasked(value, whole, &masked);
    return masked;
  }
  size_t copied = 0;
  ForEachPersonalPart(value, [&](size_t begin, size_t end, const ValueClass& what) {
    masked.append(value.substr(copied, begin - copied));
    AppendMasked(value.substr(begin, end - begin), what, &masked);
    copied = end;
  });
  return masked.append(value.substr(copied));
}

std::string MaskSeries(std::string_view series) {
  std::string masked;
  size_t copied = 0;
  for (size_t at = series.find("=\""); at != std::string_view::npos; at = series.find("=\"", at)) {
    at += 2;
    std::string raw;
    size_t end = at;
    while (end < series.size() && series[end] != '"') {
      if (series[end] == '\\' && end + 1 < series.size()) {
        ++end;
        raw.push_back(series[end] == 'n' ? '\n' : series[end]);
      } else {
        raw.push_back(series[end]);
      }
      ++end;
    }
    masked.append(series.substr(copied, at - copied)).append(EscapeLabelValue(MaskPersonal(raw)));
    copied = end;
    at = end;
  }
  return masked.append(series.substr(copied));
}

std::string PersonalKindNames(PersonalKinds kinds) {
  std::string names;
  for (const auto& [kind, name] : {std::pair<PersonalKinds, std::string_view>(kPersonalEmail, "email"),
                                   std::pair<PersonalKinds, std::string_view>(kPersonalIp, "ip"),
                                   std::pair<PersonalKinds, std::string_view>(kPersonalToken, "token")}) {
    if ((kinds & kind) == 0) continue;
    if (!names.empty()) names.append(", ");
    names.append(name);
  }
  return names;
}

}  // namespace seriesguard
