// SPDX-License-Identifier: Apache-2.0
//
// quoted_text.cc: what SafeText would escape is written as a code point; the rest stays readable.
#include "rules/export/quoted_text.h"

#include "absl/strings/str_format.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

// YAML and Go read \u and \U alike; \x is a code point in YAML and a byte in Go, so that it is not used.
std::string QuotedWithCodePoints(std::string_view text) {
  std::string quoted = "\"";
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = DecodeUtf8(text, at);
    const size_t length = point.is_valid() ? point.length_bytes : 1;
    const std::string_view bytes = text.substr(at, length);
    at += length;
    if (bytes == "\"" || bytes == "\\") {
      quoted.append("\\").append(bytes);
    } else if (!point.is_valid()) {
      quoted += "\\uFFFD";
    } else if (SafeText(bytes) == bytes) {
      quoted.append(bytes);
    } else if (point.value < 0x10000) {
      quoted += absl::StrFormat("\\u%04X", static_cast<unsigned>(point.value));
    } else {
      quoted += absl::StrFormat("\\U%08X", static_cast<unsigned>(point.value));
    }
  }
  return quoted + '"';
}

}  // namespace

std::string QuotedForYaml(std::string_view text) { return QuotedWithCodePoints(text); }

std::string QuotedForPromql(std::string_view text) { return QuotedWithCodePoints(text); }

std::string QuotedForRegex(std::string_view text) {
  std::string quoted;
  for (const char byte : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(byte) != std::string_view::npos) quoted += '\\';
    quoted += byte;
  }
  return quoted;
}

std::string AnyOfRegex(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : "|") + QuotedForRegex(text);
  return joined;
}

// Each brace by itself: the text may end with one, and what follows may begin with the next.
std::string QuotedForTemplate(std::string_view text) {
  std::string quoted;
  for (const char byte : text) {
    if (byte == '{') {
      quoted += "{{\"{\"}}";
    } else {
      quoted += byte;
    }
  }
  return quoted;
}

std::string ForComment(std::string_view text) { return SafeText(text); }

}  // namespace seriesguard
