// SPDX-License-Identifier: Apache-2.0
//
// screen_image.cc: widths are those of rules/safe_text, so that a cut is the same as in the text reports.
#include "analyzer/browse/screen_image.h"

#include <algorithm>
#include <utility>

#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {

std::string CutToColumns(std::string_view safe, size_t columns) {
  if (DisplayColumns(safe) <= columns) return std::string(safe);
  if (columns == 0) return "";
  size_t end = 0, taken = 0;
  while (end < safe.size()) {
    const size_t length = std::max<size_t>(1, DecodeUtf8(safe, end).length_bytes);
    const size_t width = DisplayColumns(safe.substr(end, length));
    if (taken + width > columns - 1) break;
    taken += width;
    end += length;
  }
  return std::string(safe.substr(0, end)) + "\xE2\x80\xA6";
}

LineWriter& LineWriter::Put(std::string_view safe, Ink ink) {
  std::string text = CutToColumns(safe, room());
  if (text.empty()) return *this;
  const size_t width = DisplayColumns(text);
  line_.pieces.push_back({position_, std::move(text), ink});
  position_ += width;
  return *this;
}

LineWriter& LineWriter::PutLeft(std::string_view safe, size_t width, Ink ink) {
  const size_t end = std::min(columns_, position_ + width);
  Put(CutToColumns(safe, width), ink);
  position_ = std::max(position_, end);
  return *this;
}

LineWriter& LineWriter::PutRight(std::string_view safe, size_t width, Ink ink) {
  const std::string text = CutToColumns(safe, width);
  Blanks(width - std::min(width, DisplayColumns(text)));
  return Put(text, ink);
}

LineWriter& LineWriter::Blanks(size_t count) {
  position_ = std::min(columns_, position_ + count);
  return *this;
}

std::string ImageText(const ScreenImage& image) {
  std::string text;
  for (const ScreenLine& line : image.lines) {
    std::string row;
    size_t at = 0;
    for (const ScreenPiece& piece : line.pieces) {
      row.append(piece.column - std::min(at, piece.column), ' ').append(piece.text);
      at = piece.column + DisplayColumns(piece.text);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text.append(row).push_back('\n');
  }
  return text;
}

}  // namespace seriesguard
