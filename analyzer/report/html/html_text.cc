// SPDX-License-Identifier: Apache-2.0
//
// html_text.cc: SafeText first, so that nothing invisible is left, then the five characters that mean something to HTML.
#include "analyzer/report/html/html_text.h"

#include <charconv>

#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// Characters that end a tag, a quoted attribute or a reference.
std::string_view EntityOf(char byte) {
  switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return "";
  }
}

void AppendEntities(std::string_view safe, std::string* out) {
  for (size_t i = 0; i < safe.size();) {
    if (static_cast<unsigned char>(safe[i]) < 0x80) {
      const std::string_view entity = EntityOf(safe[i]);
      if (entity.empty()) {
        out->push_back(safe[i]);
      } else {
        out->append(entity);
      }
      ++i;
      continue;
    }
    const CodePoint point = DecodeUtf8(safe, i);
    if (!point.is_valid()) {  // SafeText leaves none
      out->push_back('?');
      ++i;
      continue;
    }
    char digits[8];
    const auto result = std::to_chars(digits, digits + sizeof(digits), static_cast<uint32_t>(point.value), 16);
    out->append("&#x").append(digits, static_cast<size_t>(result.ptr - digits)).push_back(';');
    i += point.length_bytes;
  }
}

void AppendUnit(uint32_t unit, std::string* out) {
  out->append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out->push_back(kHexDigits[unit >> shift & 15]);
}

}  // namespace

HtmlWriter& HtmlWriter::Text(std::string_view untrusted, size_t max_columns) {
  AppendEntities(SafeTextTruncated(untrusted, max_columns), out_);
  return *this;
}

HtmlWriter& HtmlWriter::Message(std::string_view message) {
  AppendEntities(SafeMessage(message), out_);
  return *this;
}

HtmlWriter& HtmlWriter::Number(uint64_t value) {
  out_->append(WithThousands(value));
  return *this;
}

HtmlWriter& HtmlWriter::Digits(uint64_t value) {
  out_->append(std::to_string(value));
  return *this;
}

std::string ScriptJson(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  for (size_t i = 0; i < json.size();) {
    const unsigned char byte = static_cast<unsigned char>(json[i]);
    if (byte < 0x80) {
      if (byte == '<' || byte == '>' || byte == '&' || byte == 0x7F) {
        AppendUnit(byte, &out);
      } else {
        out.push_back(json[i]);
      }
      ++i;
      continue;
    }
    const CodePoint point = DecodeUtf8(json, i);
    if (!point.is_valid()) {  // not UTF-8 after all: a mark, never a byte that could mean something
      AppendUnit(0xFFFD, &out);
      ++i;
      continue;
    }
    const uint32_t value = static_cast<uint32_t>(point.value);
    if (value < 0x10000) {
      AppendUnit(value, &out);
    } else {
      AppendUnit(0xD800 + ((value - 0x10000) >> 10), &out);
      AppendUnit(0xDC00 + ((value - 0x10000) & 0x3FF), &out);
    }
    i += point.length_bytes;
  }
  return out;
}

}  // namespace seriesguard
