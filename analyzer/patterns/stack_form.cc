// SPDX-License-Identifier: Apache-2.0
//
// stack_form.cc: each mark of a frame is sought where it can stand, and then read to its end.
#include <algorithm>
#include <cstddef>
#include <string_view>

#include "analyzer/patterns/byte_profile.h"
#include "analyzer/patterns/code_form.h"

namespace seriesguard {
namespace {

constexpr size_t kMostFrameBytes = 512;
constexpr size_t kLeastBytes = 10;

// Ends in :12 or :12:34.
bool IsPlace(std::string_view text) {
  if (text == "Native Method" || text == "Unknown Source" || text == "<anonymous>" || text == "native") return true;
  size_t end = text.size();
  while (end > 0 && IsDigit(text[end - 1])) --end;
  return end < text.size() && end > 1 && text[end - 1] == ':' && text.find(' ') == std::string_view::npos;
}

std::string_view LineOf(std::string_view text) {
  size_t end = std::min(text.find_first_of("\r\n"), text.find("\\n"));
  end = std::min(end, kMostFrameBytes);
  return text.substr(0, end);
}

bool HasNumberAfter(std::string_view line, std::string_view mark) {
  const size_t found = line.find(mark);
  return found != std::string_view::npos && found + mark.size() < line.size() && IsDigit(line[found + mark.size()]);
}

// What stands behind "at ".
bool IsAtFrame(std::string_view line) {
  if (HasNumberAfter(line, ":line ") && line.find(" in ") != std::string_view::npos) return true;
  for (const std::string_view word : {"async ", "new "}) {
    if (StartsWith(line, word)) line.remove_prefix(word.size());
  }
  const size_t open = line.find('(');
  const size_t blank = line.find(' ');
  if (open == std::string_view::npos || (blank != std::string_view::npos && blank + 1 < open)) {
    return IsPlace(line.substr(0, blank));  // at file.js:1:2
  }
  const size_t close = line.find(')', open);
  return open > 0 && close != std::string_view::npos && IsPlace(line.substr(open + 1, close - open - 1));
}

// What stands behind "#12 ".
bool IsNumberedFrame(std::string_view line) {
  if (StartsWith(line, "0x")) return true;
  const size_t open = line.find('(');
  if (open == std::string_view::npos || open == 0) return false;
  if (line[0] == '/') return HasNumberAfter(line.substr(open), "(");
  const size_t at = line.find(" at ", open);
  return at != std::string_view::npos && IsPlace(line.substr(at + 4));
}

// Whether a frame can begin at `at`: at the start, or behind a blank or an escape for one (\n, \t).
bool IsStart(std::string_view text, size_t at) {
  if (at == 0 || IsBlank(text[at - 1])) return true;
  return at >= 2 && text[at - 2] == '\\' && (text[at - 1] == 'n' || text[at - 1] == 't');
}

bool HasFrameBehind(std::string_view text, std::string_view mark, bool (*is_frame)(std::string_view line)) {
  for (size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    if (IsStart(text, at) && is_frame(LineOf(text.substr(at + mark.size())))) return true;
  }
  return false;
}

bool IsPythonFrame(std::string_view line) { return HasNumberAfter(line, "\", line "); }

bool IsGoroutine(std::string_view line) {
  size_t digits = 0;
  while (digits < line.size() && IsDigit(line[digits])) ++digits;
  return digits > 0 && StartsWith(line.substr(digits), " [");
}

// A mark behind a file name: `.go:12 +0x1d`, `.rb:12:in `.
bool HasPlaceThen(std::string_view text, std::string_view ending, std::string_view then) {
  for (size_t at = text.find(ending); at != std::string_view::npos; at = text.find(ending, at + 1)) {
    size_t end = at + ending.size();
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end > at + ending.size() && StartsWith(text.substr(end), then)) return true;
  }
  return false;
}

bool HasNumberedFrame(std::string_view text) {
  for (size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    size_t end = at + 1;
    while (end < text.size() && end < at + 5 && IsDigit(text[end])) ++end;
    if (end == at + 1 || end >= text.size() || text[end] != ' ' || !IsStart(text, at)) continue;
    while (end < text.size() && text[end] == ' ') ++end;
    if (IsNumberedFrame(LineOf(text.substr(end)))) return true;
  }
  return false;
}

}  // namespace

bool HasStackFrame(std::string_view value) {
  if (value.size() < kLeastBytes) return false;
  if (value.find("Traceback (most recent call last)") != std::string_view::npos) return true;
  return HasFrameBehind(value, "at ", IsAtFrame) || HasFrameBehind(value, "File \"", IsPythonFrame) ||
         HasFrameBehind(value, "goroutine ", IsGoroutine) || HasPlaceThen(value, ".go:", " +0x") ||
         HasPlaceThen(value, ".rb:", ":in ") || HasNumberedFrame(value);
}

}  // namespace seriesguard
