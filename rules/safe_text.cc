// SPDX-License-Identifier: Apache-2.0
//
// safe_text.cc: a text is a sequence of units (a run's character, or an escape); the same steps through them serve the
// whole and the cut form.
#include "rules/safe_text.h"

#include "rules/code_point_class.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr int kMaxMarksOfOneBase = 8;
constexpr char kHexDigits[] = "0123456789ABCDEF";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";  // U+2026

bool IsPlain(char byte) { return byte >= 0x20 && byte < 0x7F && byte != '\\'; }

void AppendByteEscape(unsigned char byte, std::string* out) {
  const char escape[] = {'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
  out->append(escape, sizeof(escape));
}

void AppendCodePointEscape(char32_t value, std::string* out) {
  out->append("\\u{");
  int digits = 4;
  while (digits < 6 && (value >> (4 * digits)) != 0) ++digits;
  for (int i = digits - 1; i >= 0; --i) out->push_back(kHexDigits[value >> (4 * i) & 15]);
  out->push_back('}');
}

void AppendAsciiEscape(char byte, std::string* out) {
  switch (byte) {
    case '\\': out->append("\\\\"); break;
    case '\n': out->append("\\n"); break;
    case '\t': out->append("\\t"); break;
    case '\r': out->append("\\r"); break;
    default: AppendByteEscape(static_cast<unsigned char>(byte), out);
  }
}

// Steps through a text; each step appends one unit to the output and tells its columns.
class Escaper {
 public:
  explicit Escaper(std::string_view text) : text_(text) {}

  bool done() const { return offset_ == text_.size(); }

  // Requires: !done(). Appends the next unit to `*out` and returns its columns (0 for a mark over its base).
  size_t Step(std::string* out) {
    const char byte = text_[offset_];
    if (IsPlain(byte)) {
      marks_left_ = kMaxMarksOfOneBase;
      out->push_back(byte);
      ++offset_;
      return 1;
    }
    const size_t before = out->size();
    if (static_cast<unsigned char>(byte) < 0x80) {
      AppendAsciiEscape(byte, out);
      ++offset_;
    } else {
      const CodePoint point = DecodeUtf8(text_, offset_);
      if (point.is_valid() && IsShown(point.value)) {
        const int columns = ColumnsOf(point.value);
        marks_left_ = columns == 0 ? marks_left_ - 1 : kMaxMarksOfOneBase;
        out->append(text_.substr(offset_, point.length_bytes));
        offset_ += point.length_bytes;
        return static_cast<size_t>(columns);
      }
      if (point.is_valid()) {
        AppendCodePointEscape(point.value, out);
        offset_ += point.length_bytes;
      } else {
        AppendByteEscape(static_cast<unsigned char>(byte), out);
        ++offset_;
      }
    }
    marks_left_ = 0;
    return out->size() - before;  // an escape is ASCII
  }

  // Appends the run of plain characters that starts here, if any.
  void CopyPlainRun(std::string* out) {
    const size_t start = offset_;
    while (offset_ < text_.size() && IsPlain(text_[offset_])) ++offset_;
    if (offset_ == start) return;
    out->append(text_.substr(start, offset_ - start));
    marks_left_ = kMaxMarksOfOneBase;
  }

 private:
  bool IsShown(char32_t value) const { return !IsHidden(value) && (marks_left_ > 0 || !IsMark(value)); }

  std::string_view text_;
  size_t offset_ = 0;
  int marks_left_ = 0;  // how many more marks the last character may carry
};

// Appends `text` with each byte of `special` as an escape of two characters.
void AppendWithEscapes(std::string_view text, std::string_view special, std::string* out) {
  size_t start = 0;
  for (size_t hit; (hit = text.find_first_of(special, start)) != std::string_view::npos; start = hit + 1) {
    out->append(text.substr(start, hit - start));
    out->push_back('\\');
    out->push_back(text[hit] == '\n' ? 'n' : text[hit]);
  }
  out->append(text.substr(start));
}

}  // namespace

std::string SafeText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  Escaper escaper(text);
  for (;;) {
    escaper.CopyPlainRun(&out);
    if (escaper.done()) return out;
    escaper.Step(&out);
  }
}

std::string SafeTextTruncated(std::string_view text, size_t max_columns) {
  if (max_columns == 0) return "";
  std::string out;
  Escaper escaper(text);
  // Most names are short and plain: a byte is a column then.
  if (text.size() <= max_columns) escaper.CopyPlainRun(&out);
  if (escaper.done()) return out;
  size_t columns = out.size();
  size_t cut = 0;  // out.size() before the first unit that leaves no column for the ellipsis
  bool has_cut = false;
  while (!escaper.done()) {
    const size_t before = out.size();
    columns += escaper.Step(&out);
    if (!has_cut && columns >= max_columns) {
      cut = before;
      has_cut = true;
    }
    if (columns > max_columns) {
      out.resize(cut);
      out.append(kEllipsis);
      return out;
    }
  }
  return out;
}

size_t DisplayColumns(std::string_view safe) {
  size_t columns = 0;
  for (size_t offset = 0; offset < safe.size();) {
    const CodePoint point = DecodeUtf8(safe, offset);
    columns += point.is_valid() ? static_cast<size_t>(ColumnsOf(point.value)) : 1;
    offset += point.is_valid() ? point.length_bytes : 1;
  }
  return columns;
}

std::string JsonText(std::string_view text, bool* escaped) {
  size_t valid = ValidUtf8PrefixLength(text);
  *escaped = valid != text.size();
  if (!*escaped) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) {
    AppendWithEscapes(text.substr(0, valid), "\\", &out);
    text.remove_prefix(valid);
    if (text.empty()) break;
    AppendByteEscape(static_cast<unsigned char>(text[0]), &out);
    text.remove_prefix(1);
    valid = ValidUtf8PrefixLength(text);
  }
  return out;
}

void AppendEscapedLabelValue(std::string_view value, std::string* out) { AppendWithEscapes(value, "\\\"\n", out); }

std::string EscapeLabelValue(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  AppendEscapedLabelValue(value, &out);
  return out;
}

std::string EscapeHelpText(std::string_view help) {
  std::string out;
  out.reserve(help.size());
  AppendWithEscapes(help, "\\\n", &out);
  return out;
}

}  // namespace seriesguard
