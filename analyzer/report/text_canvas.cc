// SPDX-License-Identifier: Apache-2.0
//
// text_canvas.cc: padding is measured before a colour is put around the text, so that escapes never count as columns.
#include "analyzer/report/text_canvas.h"

#include <algorithm>

#include "rules/safe_text.h"

namespace seriesguard {
namespace {

std::string_view InkStart(Ink ink) {
  switch (ink) {
    case Ink::kBold: return "\x1b[1m";
    case Ink::kDim: return "\x1b[2m";
    case Ink::kGood: return "\x1b[1;32m";
    case Ink::kWarn: return "\x1b[1;33m";
    case Ink::kBad: return "\x1b[1;31m";
    case Ink::kPlain: break;
  }
  return "";
}

constexpr std::string_view kInkEnd = "\x1b[0m";

}  // namespace

TextCanvas::TextCanvas(size_t columns, bool colour) : columns_(std::max(columns, kMinColumns)), colour_(colour) {}

void TextCanvas::Put(std::string_view safe, Ink ink) {
  if (safe.empty()) return;
  const bool inked = colour_ && ink != Ink::kPlain;
  if (inked) out_.append(InkStart(ink));
  out_.append(safe);
  if (inked) out_.append(kInkEnd);
  position_ += DisplayColumns(safe);
}

void TextCanvas::PutBlanks(size_t count) {
  out_.append(count, ' ');
  position_ += count;
}

void TextCanvas::PutLeft(std::string_view safe, size_t width, Ink ink) {
  const size_t used = DisplayColumns(safe);
  Put(safe, ink);
  if (used < width) PutBlanks(width - used);
}

void TextCanvas::PutRight(std::string_view safe, size_t width, Ink ink) {
  const size_t used = DisplayColumns(safe);
  if (used < width) PutBlanks(width - used);
  Put(safe, ink);
}

void TextCanvas::EndLine() {
  while (!out_.empty() && out_.back() == ' ') out_.pop_back();
  out_.push_back('\n');
  position_ = 0;
}

void TextCanvas::Line(std::string_view safe, Ink ink) {
  Put(safe, ink);
  EndLine();
}

void TextCanvas::PutWrapped(std::string_view safe, size_t indent) {
  bool first_of_line = true;
  while (!safe.empty()) {
    const size_t end = std::min(safe.find(' '), safe.size());
    const std::string_view word = safe.substr(0, end);
    safe.remove_prefix(std::min(end + 1, safe.size()));
    if (word.empty()) continue;
    const size_t blank = first_of_line ? 0 : 1;
    if (!first_of_line && position_ + blank + DisplayColumns(word) > columns_) {
      EndLine();
      PutBlanks(indent);
      first_of_line = true;
    }
    if (!first_of_line) PutBlanks(1);
    Put(word);
    first_of_line = false;
  }
}

std::string SafeMessage(std::string_view text) {
  std::string safe = SafeText(text);
  if (text.find('\\') == std::string_view::npos) return safe;
  std::string with_backslashes_doubled;
  for (const char byte : text) with_backslashes_doubled.append(byte == '\\' ? 2 : 1, byte);
  if (safe == with_backslashes_doubled) return std::string(text);
  return safe;
}

}  // namespace seriesguard
