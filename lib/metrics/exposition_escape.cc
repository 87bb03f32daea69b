// SPDX-License-Identifier: Apache-2.0
//
// exposition_escape.cc: names by their alphabet, texts by their escapes.
#include "lib/metrics/exposition_escape.h"

#include <charconv>
#include <cstddef>
#include <set>

#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool IsLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

// Says whether `c` may stand in a classic name; a digit not in front.
bool IsClassic(char32_t c, bool is_first, bool colon) {
  return IsLetter(c) || c == '_' || (colon && c == ':') || (IsDigit(c) && !is_first);
}

bool IsClassicName(std::string_view name, bool colon) {
  for (size_t i = 0; i < name.size(); ++i) {
    if (!IsClassic(static_cast<unsigned char>(name[i]), i == 0, colon)) return false;
  }
  return !name.empty();
}

void AppendEscapedCodePoint(char32_t c, bool is_first, bool colon, NameEscaping escaping, std::string* out) {
  if (escaping != NameEscaping::kUnderscores && c == '_') {
    out->append("__");
  } else if (escaping == NameEscaping::kDots && c == '.') {
    out->append("_dot_");
  } else if (IsClassic(c, is_first, colon)) {
    out->push_back(static_cast<char>(c));
  } else if (escaping == NameEscaping::kUnderscores) {
    out->push_back('_');
  } else if (escaping == NameEscaping::kDots) {
    out->append("__");
  } else {
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof(digits), static_cast<uint32_t>(c), 16).ptr;
    out->push_back('_');
    out->append(digits, static_cast<size_t>(end - digits));
    out->push_back('_');
  }
}

std::string EscapeName(std::string_view name, bool colon, NameEscaping escaping) {
  if (escaping == NameEscaping::kAllowUtf8 || IsClassicName(name, colon)) return std::string(name);
  std::string out;
  if (escaping == NameEscaping::kValues) out = "U__";
  for (size_t offset = 0; offset < name.size();) {
    const CodePoint point = DecodeUtf8(name, offset);
    // Behind U__ a digit in front would be legal; the scheme escapes it all the same.
    AppendEscapedCodePoint(point.is_valid() ? point.value : U'\uFFFD', offset == 0, colon, escaping, &out);
    offset += point.is_valid() ? point.length_bytes : 1;
  }
  return out;
}

// Calls `append` with `text`, or with its well-formed parts where something is not UTF-8.
template <typename Append>
void AppendWellFormed(std::string_view text, std::string* out, const Append& append) {
  for (;;) {
    const size_t valid = ValidUtf8PrefixLength(text);
    append(text.substr(0, valid));
    if (valid == text.size()) return;
    out->append(kReplacement);
    text.remove_prefix(valid + 1);
  }
}

absl::Status BadName(std::string_view what, std::string_view name, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(std::string(what), " name \"", SafeTextTruncated(name, 100), "\" ", std::string(why)));
}

absl::Status CheckQuotable(std::string_view what, std::string_view name) {
  if (name.empty()) return BadName(what, name, "is empty");
  if (!IsValidUtf8(name)) return BadName(what, name, "is not UTF-8");
  if (!IsQuotableName(name)) return BadName(what, name, "holds a NUL, which ends a server's reading");
  return absl::OkStatus();
}

}  // namespace

bool IsClassicMetricName(std::string_view name) { return IsClassicName(name, /*colon=*/true); }
bool IsClassicLabelName(std::string_view name) { return IsClassicName(name, /*colon=*/false); }

bool IsQuotableName(std::string_view name) {
  return !name.empty() && name.find('\0') == std::string_view::npos && IsValidUtf8(name);
}

absl::Status CheckMetricName(std::string_view name) { return CheckQuotable("metric", name); }

absl::Status CheckLabelNames(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const absl::Status status = CheckQuotable("label", name);
    if (!status.ok()) return status;
    if (name.compare(0, 2, "__") == 0)
      return BadName("label", name, "begins with __, which Prometheus keeps for itself");
  }
  for (const NameEscaping escaping :
       {NameEscaping::kAllowUtf8, NameEscaping::kUnderscores, NameEscaping::kDots, NameEscaping::kValues}) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
      const std::string written = EscapeLabelName(name, escaping);
      if (written == "__name__")
        return BadName("label", name, "is written as __name__ to a server that asks for no UTF-8");
      if (seen.insert(written).second) continue;
      if (escaping == NameEscaping::kAllowUtf8) return BadName("label", name, "occurs twice");
      return BadName("label", name, "and another one are both \"" + written + "\" to a server that asks for no UTF-8");
    }
  }
  return absl::OkStatus();
}

std::string EscapeMetricName(std::string_view name, NameEscaping escaping) {
  return EscapeName(name, /*colon=*/true, escaping);
}

std::string EscapeLabelName(std::string_view name, NameEscaping escaping) {
  return EscapeName(name, /*colon=*/false, escaping);
}

void AppendQuotedText(std::string_view value, std::string* out) {
  AppendWellFormed(value, out, [out](std::string_view part) { AppendEscapedLabelValue(part, out); });
}

void AppendTextHelp(std::string_view help, std::string* out) {
  AppendWellFormed(help, out, [out](std::string_view part) { out->append(EscapeHelpText(part)); });
}

void AppendOpenMetricsHelp(std::string_view help, std::string* out) { AppendQuotedText(help, out); }

}  // namespace seriesguard
