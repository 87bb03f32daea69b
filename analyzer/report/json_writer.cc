// SPDX-License-Identifier: Apache-2.0
//
// json_writer.cc: printable ASCII is copied in runs; only other text is decoded.
#include "analyzer/report/json_writer.h"

#include <cassert>
#include <charconv>
#include <cmath>

#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

bool IsPlain(char byte) { return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\'; }

void AppendUnit(unsigned unit, std::string* out) {
  const char escape[] = {'\\', 'u', kHexDigits[unit >> 12 & 15], kHexDigits[unit >> 8 & 15], kHexDigits[unit >> 4 & 15],
                         kHexDigits[unit & 15]};
  out->append(escape, sizeof(escape));
}

// JSON has UTF-16 escapes: above U+FFFF a pair of surrogates.
void AppendCodePoint(char32_t value, std::string* out) {
  if (value < 0x10000) return AppendUnit(static_cast<unsigned>(value), out);
  const unsigned rest = static_cast<unsigned>(value) - 0x10000;
  AppendUnit(0xD800 + (rest >> 10), out);
  AppendUnit(0xDC00 + (rest & 0x3FF), out);
}

void AppendAscii(char byte, std::string* out) {
  switch (byte) {
    case '"': out->append("\\\""); return;
    case '\\': out->append("\\\\"); return;
    case '\n': out->append("\\n"); return;
    case '\r': out->append("\\r"); return;
    case '\t': out->append("\\t"); return;
    default: AppendUnit(static_cast<unsigned char>(byte), out);
  }
}

// Says whether SafeText would show `character`, one code point, as it is.
bool IsShown(std::string_view character) { return SafeText(character) == character; }

// Says whether SafeText would change something above ASCII.
bool HasHidden(std::string_view text) {
  size_t doubled = 0;  // what SafeText adds for backslashes
  for (const char byte : text) doubled += byte == '\\';
  return SafeText(text).size() != text.size() + doubled;
}

// Requires:  `text` is valid UTF-8.
void AppendQuotedUtf8(std::string_view text, std::string* out) {
  const bool has_hidden = HasHidden(text);
  out->push_back('"');
  for (size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      if (IsPlain(text[i])) {
        out->push_back(text[i]);
      } else {
        AppendAscii(text[i], out);
      }
      ++i;
      continue;
    }
    const CodePoint point = DecodeUtf8(text, i);
    assert(point.is_valid());
    const std::string_view character = text.substr(i, point.length_bytes);
    if (character.empty()) break;  // not UTF-8 after all: never a loop without an end
    if (has_hidden && !IsShown(character)) {
      AppendCodePoint(point.value, out);
    } else {
      out->append(character);
    }
    i += point.length_bytes;
  }
  out->push_back('"');
}

}  // namespace

void JsonWriter::BeforeElement() {
  if (depth_ == 0) return;
  Level& level = levels_[depth_ - 1];
  if (level.has_elements) out_->push_back(',');
  if (level.layout == Layout::kLines) out_->push_back('\n');
  level.has_elements = true;
}

void JsonWriter::BeforeValue() {
  if (depth_ > 0 && levels_[depth_ - 1].is_array) BeforeElement();
}

void JsonWriter::Open(char bracket, Layout layout) {
  assert(depth_ < kMaxDepth);
  BeforeValue();
  out_->push_back(bracket);
  levels_[depth_] = Level{layout, bracket == '[', false, false};
  ++depth_;
}

void JsonWriter::Close(char bracket) {
  assert(depth_ > 0);
  const Level& level = levels_[depth_ - 1];
  if (level.layout == Layout::kLines && level.has_elements) out_->push_back('\n');
  // A string inside an array belongs to the object around it.
  const bool pass_on = level.is_array && level.escaped;
  --depth_;
  if (pass_on && depth_ > 0) levels_[depth_ - 1].escaped = true;
  out_->push_back(bracket);
}

void JsonWriter::EndObject() {
  if (levels_[depth_ - 1].escaped) {
    Key("escaped");
    Bool(true);
  }
  Close('}');
}

void JsonWriter::Key(std::string_view key) {
  BeforeElement();
  out_->push_back('"');
  out_->append(key);
  out_->append("\":");
}

void JsonWriter::String(std::string_view untrusted) {
  BeforeValue();
  size_t plain = 0;
  while (plain < untrusted.size() && IsPlain(untrusted[plain])) ++plain;
  if (plain == untrusted.size()) {
    out_->push_back('"');
    out_->append(untrusted);
    out_->push_back('"');
    return;
  }
  bool escaped = false;
  const std::string text = JsonText(untrusted, &escaped);
  AppendQuotedUtf8(text, out_);
  if (escaped && depth_ > 0) levels_[depth_ - 1].escaped = true;
}

void JsonWriter::Unsigned(uint64_t value) {
  BeforeValue();
  char buffer[20];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out_->append(buffer, static_cast<size_t>(result.ptr - buffer));
}

void JsonWriter::Signed(int64_t value) {
  BeforeValue();
  char buffer[20];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out_->append(buffer, static_cast<size_t>(result.ptr - buffer));
}

void JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out_->append(buffer, static_cast<size_t>(result.ptr - buffer));
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  out_->append(value ? "true" : "false");
}

void JsonWriter::Null() {
  BeforeValue();
  out_->append("null");
}

void JsonWriter::OptionalUnsigned(const std::optional<uint64_t>& value) {
  if (value) {
    Unsigned(*value);
  } else {
    Null();
  }
}

}  // namespace seriesguard
