// SPDX-License-Identifier: Apache-2.0
//
// diagnostic.cc: cutting a line of any length around its caret.
//
// The part before the caret gets up to three fifths of the columns (more, where the part after it is short): what an
// error is about mostly starts at the caret, but what led there is the context.
#include "rules/diagnostic.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kIndent = "  ";
constexpr std::string_view kCut = "\u2026";
constexpr size_t kLeastWidth = 20;
constexpr size_t kMostWidth = 1000;
constexpr size_t kMaxBytesPerCodePoint = 4;

// Moves `offset` back to the start of the well-formed sequence that it points into, so that the caret does not cut it.
size_t StartOfCodePoint(std::string_view text, size_t offset) {
  if (offset >= text.size()) return text.size();
  const size_t earliest = offset < kMaxBytesPerCodePoint ? 0 : offset - (kMaxBytesPerCodePoint - 1);
  for (size_t start = offset;; --start) {
    const CodePoint code_point = DecodeUtf8(text, start);
    if (code_point.is_valid() && start + code_point.length_bytes > offset) return start;
    if (start == earliest) return offset;
  }
}

// Returns the end of `text` that takes at most `max_columns`, with a mark in front where something was cut away.
std::string SafeTail(std::string_view text, size_t max_columns) {
  const size_t window_bytes = std::min(text.size(), max_columns * kMaxBytesPerCodePoint);
  size_t offset = StartOfCodePoint(text, text.size() - window_bytes);
  std::vector<std::pair<size_t, size_t>> pieces;  // offset and columns of each code point in the window
  size_t columns = 0;
  while (offset < text.size()) {
    const size_t length_bytes = std::max<size_t>(1, DecodeUtf8(text, offset).length_bytes);
    pieces.emplace_back(offset, DisplayColumns(SafeText(text.substr(offset, length_bytes))));
    columns += pieces.back().second;
    offset += length_bytes;
  }
  const bool is_whole = pieces.empty() || pieces.front().first == 0;
  if (is_whole && columns <= max_columns) return SafeText(text);
  size_t first = 0;
  while (first < pieces.size() && columns + 1 > max_columns) columns -= pieces[first++].second;
  const size_t start = first < pieces.size() ? pieces[first].first : text.size();
  return std::string(kCut) + SafeText(text.substr(start));
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kNote: break;
  }
  return "note";
}

bool HasError(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
}

std::string FormatDiagnostic(const Diagnostic& diagnostic, std::string_view path, std::string_view line_text,
                             size_t width) {
  std::string out = SafeText(path);
  if (diagnostic.location.line > 0) {
    out += ':' + std::to_string(diagnostic.location.line);
    if (diagnostic.location.column > 0) out += ':' + std::to_string(diagnostic.location.column);
  }
  out += ": ";
  out += SeverityName(diagnostic.severity);
  out += ": " + diagnostic.message + '\n';

  if (!line_text.empty() && line_text.back() == '\r') line_text.remove_suffix(1);
  if (!line_text.empty()) {
    width = width == 0 ? kMostWidth : std::clamp(width, kLeastWidth, kMostWidth);
    const size_t columns = width - kIndent.size();
    const bool has_caret = diagnostic.location.column > 0;
    const size_t caret =
        has_caret ? StartOfCodePoint(line_text, static_cast<size_t>(diagnostic.location.column) - 1) : 0;
    const std::string_view before = line_text.substr(0, caret);
    const std::string_view after = line_text.substr(caret);
    // The caret itself needs a column even where it stands behind the last byte.
    const size_t after_columns =
        std::max<size_t>(1, DisplayColumns(SafeTextTruncated(after, columns - columns * 3 / 5)));
    const std::string shown_before = SafeTail(before, columns - after_columns);
    const size_t before_columns = DisplayColumns(shown_before);
    out += kIndent;
    out += shown_before;
    out += SafeTextTruncated(after, columns - before_columns);
    out += '\n';
    if (has_caret) out += std::string(kIndent.size() + before_columns, ' ') + "^\n";
  }
  if (!diagnostic.hint.empty()) {
    out += kIndent;
    out += diagnostic.hint;
    out += '\n';
  }
  return out;
}

std::string_view LineOfText(std::string_view text, int line) {
  if (line < 1) return {};
  for (int current = 1; current < line; ++current) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace seriesguard
