// SPDX-License-Identifier: Apache-2.0
//
// text_canvas.h: lines of text for a terminal of known width, with or without colour.
//
// Use:      by the text reports only; what they show of a user's bytes has passed safe_text before it comes here.
// Threads:  one canvas, one thread.
// Units:    widths are columns of a terminal (DisplayColumns), not bytes.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_CANVAS_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_CANVAS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace seriesguard {

// How a piece of text is shown when colour is on; without colour all are the same.
enum class Ink : uint8_t { kPlain, kBold, kDim, kGood, kWarn, kBad };

class TextCanvas {
 public:
  // `columns` below kMinColumns are taken as kMinColumns: no table fits into less.
  TextCanvas(size_t columns, bool colour);

  static constexpr size_t kMinColumns = 40;

  size_t columns() const { return columns_; }

  // Appends to the current line. `safe` has passed safe_text or is our own.
  void Put(std::string_view safe, Ink ink = Ink::kPlain);
  // Appends in a field of `width` columns; a longer text is shown whole.
  void PutLeft(std::string_view safe, size_t width, Ink ink = Ink::kPlain);
  void PutRight(std::string_view safe, size_t width, Ink ink = Ink::kPlain);
  // Ends the current line; blanks at its end are left out.
  void EndLine();
  // A line of its own.
  void Line(std::string_view safe, Ink ink = Ink::kPlain);

  // Appends words to the current line and breaks it at blanks so that no line is wider than the terminal; the lines
  // that follow start at column `indent`. A word that fits nowhere stands alone on its line.
  void PutWrapped(std::string_view safe, size_t indent);

  // Columns used in the current line.
  size_t position() const { return position_; }

  std::string Take() { return std::move(out_); }

 private:
  void PutBlanks(size_t count);

  std::string out_;
  size_t columns_;
  bool colour_;
  size_t position_ = 0;
};

// Returns `text` as it is when SafeText would only double its backslashes, else SafeText(text).
//
// For texts of our own in which untrusted parts have already passed SafeText: a forgotten part is still harmless.
std::string SafeMessage(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_CANVAS_H_
