// SPDX-License-Identifier: Apache-2.0
//
// screen_image.h: what stands on a screen, line by line, before any terminal is asked to show it.
//
// Use:      made by DrawBrowser, shown by TerminalScreen, compared as text by tests.
// Threads:  plain data.
// Units:    columns of a terminal (DisplayColumns), not bytes.
//
// Invariants
//   1. Every text is safe (rules/safe_text), and no piece ends beyond `columns`.
//   2. Pieces of a line stand in ascending order and do not overlap.
#ifndef SERIESGUARD_ANALYZER_BROWSE_SCREEN_IMAGE_H_
#define SERIESGUARD_ANALYZER_BROWSE_SCREEN_IMAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/text_canvas.h"

namespace seriesguard {

struct ScreenPiece {
  size_t column = 0;
  std::string text;
  Ink ink = Ink::kPlain;
};

struct ScreenLine {
  std::vector<ScreenPiece> pieces;
  bool is_cursor = false;  // shown in reverse over the whole width
};

struct ScreenImage {
  size_t columns = 0;
  std::vector<ScreenLine> lines;
};

// Writes one line from left to right; what passes the last column is cut with U+2026 in the last place.
class LineWriter {
 public:
  explicit LineWriter(size_t columns) : columns_(columns) {}

  // Requires:  `safe` has passed safe_text or is our own.
  LineWriter& Put(std::string_view safe, Ink ink = Ink::kPlain);
  // In a field of `width` columns; a longer text is cut to it.
  LineWriter& PutLeft(std::string_view safe, size_t width, Ink ink = Ink::kPlain);
  LineWriter& PutRight(std::string_view safe, size_t width, Ink ink = Ink::kPlain);
  LineWriter& Blanks(size_t count);

  size_t position() const { return position_; }
  size_t room() const { return columns_ - position_; }
  ScreenLine Take() { return std::move(line_); }

 private:
  size_t columns_;
  size_t position_ = 0;
  ScreenLine line_;
};

// Returns `safe` where it takes at most `columns`, else its beginning with U+2026 after it. Never cuts a character.
std::string CutToColumns(std::string_view safe, size_t columns);

// The image as text, blanks at the ends of lines left out.
std::string ImageText(const ScreenImage& image);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_SCREEN_IMAGE_H_
