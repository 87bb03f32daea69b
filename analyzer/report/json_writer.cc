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

// By byte: does it stand in a JSON string as it is?
constexpr std::array<bool, 256> PlainBytes() {
  std::array<bool, 256> plain{};
  for (size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}

constexpr std::array<bool, 256> kPlain = PlainBytes();

bool IsPlain(char byte) { return kPlain[static_cast<unsigned char>(byte)]; }

void AppendUnit(unsigned unit, std::string* out) {
  const char escape[] = {'\\',
                         'u',
                         kHexDigits[unit >> 12 & 15],
                         kHexDigits[unit >> 8 & 15],
                         kHexDigits[unit >> 4 & 15],
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

bool IsAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

// ASCII needs no decoding, and is always UTF-8.
void AppendQuotedAscii(std::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && IsPlain(text[plain])) ++plain;
    out->append(text.substr(0, plain));
    if (plain < text.size()) AppendAscii(text[plain++], out);
    text.remove_prefix(plain);
  }
  out->push_back('"');
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

void JsonWriter::Flush() {
  out_->append(buffer_.data(), used_);
  used_ = 0;
}

void JsonWriter::PutLong(std::string_view bytes) {
  Flush();
  if (bytes.size() > buffer_.size()) {
    out_->append(bytes);
  } else {
    Put(bytes);
  }
}

void JsonWriter::Open(char bracket, Layout layout) {
  assert(depth_ < kMaxDepth);
  BeforeValue();
  PutByte(bracket);
  levels_[depth_] = Level{layout, bracket == '[', false, false};
  ++depth_;
}

void JsonWriter::Close(char bracket) {
  assert(depth_ > 0);
  const Level& level = levels_[depth_ - 1];
  if (level.layout == Layout::kLines && level.has_elements) PutByte('\n');
  // A string inside an array belongs to the object around it.
  const bool pass_on = level.is_array && level.escaped;
  --depth_;
  if (pass_on && depth_ > 0) levels_[depth_ - 1].escaped = true;
  PutByte(bracket);
  AfterValue();
}

void JsonWriter::EndObject() {
  if (levels_[depth_ - 1].escaped) {
    Key("escaped");
    Bool(true);
  }
  Close('}');
}

void JsonWriter::String(std::string_view untrusted) {
  BeforeValue();
  size_t plain = 0;
  while (plain < untrusted.size() && IsPlain(untrusted[plain])) ++plain;
  if (plain == untrusted.size()) {
    PutByte('"');
    Put(untrusted);
    PutByte('"');
    return AfterValue();
  }
  bool escaped = false;
  std::string quoted;
  if (IsAscii(untrusted)) {
    AppendQuotedAscii(untrusted, &quoted);
  } else {
    AppendQuotedUtf8(JsonText(untrusted, &escaped), &quoted);
  }
  Put(quoted);
  if (escaped && depth_ > 0) levels_[depth_ - 1].escaped = true;
  AfterValue();
}

void JsonWriter::Unsigned(uint64_t value) {
  BeforeValue();
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof(digits), value);
  Put(std::string_view(digits, static_cast<size_t>(result.ptr - digits)));
  AfterValue();
}

void JsonWriter::Signed(int64_t value) {
  BeforeValue();
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof(digits), value);
  Put(std::string_view(digits, static_cast<size_t>(result.ptr - digits)));
  AfterValue();
}

void JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof(digits), value);
  Put(std::string_view(digits, static_cast<size_t>(result.ptr - digits)));
  AfterValue();
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  Put(value ? "true" : "false");
  AfterValue();
}

void JsonWriter::Null() {
  BeforeValue();
  Put("null");
  AfterValue();
}

void JsonWriter::Document(std::string_view json) {
  BeforeValue();
  Put(json);
  AfterValue();
}

void JsonWriter::OptionalUnsigned(const std::optional<uint64_t>& value) {
  if (value) {
    Unsigned(*value);
  } else {
    Null();
  }
}

void JsonWriter::OptionalDouble(const std::optional<double>& value) {
  if (value) {
    Double(*value);
  } else {
    Null();
  }
}

void JsonWriter::StringOrNull(std::string_view untrusted) {
  if (untrusted.empty()) {
    Null();
  } else {
    String(untrusted);
  }
}

void JsonWriter::Strings(const std::vector<std::string>& untrusted) {
  BeginArray();
  for (const std::string& text : untrusted) String(text);
  EndArray();
}

}  // namespace seriesguard
