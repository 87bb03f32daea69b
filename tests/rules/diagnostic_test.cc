// SPDX-License-Identifier: Apache-2.0
//
// diagnostic_test.cc: the printed form, the cut around the caret, and hostile lines.
#include "rules/diagnostic.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

Diagnostic At(int line, int column, const std::string& hint = "") {
  return {Severity::kError, "unknown_key", {line, column}, "the message", hint};
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t start = 0;
  for (size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    lines.push_back(text.substr(start, end - start));
  }
  return lines;
}

TEST(FormatDiagnostic, PrintsPlaceMessageLineCaretAndHint) {
  EXPECT_EQ(FormatDiagnostic(At(12, 3, "did you mean \"b\"?"), "p.yaml", "a: x", 80),
            "p.yaml:12:3: error: the message\n"
            "  a: x\n"
            "    ^\n"
            "  did you mean \"b\"?\n");
}

TEST(FormatDiagnostic, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(FormatDiagnostic(At(0, 0), "p.yaml", "", 80), "p.yaml: error: the message\n");
  EXPECT_EQ(FormatDiagnostic(At(3, 0), "p.yaml", "abc", 80), "p.yaml:3: error: the message\n  abc\n");
  Diagnostic warning = At(1, 1);
  warning.severity = Severity::kWarning;
  EXPECT_EQ(FormatDiagnostic(warning, "-", "", 80), "-:1:1: warning: the message\n");
  warning.severity = Severity::kNote;
  EXPECT_EQ(FormatDiagnostic(warning, "-", "", 80), "-:1:1: note: the message\n");
}

TEST(FormatDiagnostic, EscapesThePathAndTheLineAndKeepsTheCaretBelowItsByte) {
  EXPECT_EQ(FormatDiagnostic(At(1, 4), "a\nb", "\x1b[1mX\r", 80),
            "a\\nb:1:4: error: the message\n"
            "  \\x1B[1mX\n"
            "        ^\n");
}

TEST(FormatDiagnostic, PutsTheCaretBelowAWholeCharacter) {
  // Column 3 is the second byte of the second letter.
  const std::vector<std::string> lines = Lines(FormatDiagnostic(At(1, 3), "p", "aéb", 80));
  EXPECT_EQ(lines[1], "  aéb");
  EXPECT_EQ(lines[2], "   ^");
}

TEST(FormatDiagnostic, PutsTheCaretBehindTheLastByte) {
  EXPECT_EQ(Lines(FormatDiagnostic(At(1, 4), "p", "abc", 80))[2], "     ^");
  EXPECT_EQ(Lines(FormatDiagnostic(At(1, 4000), "p", "abc", 80))[2], "     ^");
}

TEST(FormatDiagnostic, CutsALongLineOnBothSides) {
  const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
  const std::vector<std::string> lines = Lines(FormatDiagnostic(At(1, 501), "p", line, 40));
  EXPECT_EQ(lines[1], "  \u2026" + std::string(21, 'a') + "X" + std::string(14, 'b') + "\u2026");
  EXPECT_EQ(DisplayColumns(lines[1]), 40u);
  EXPECT_EQ(lines[2], std::string(24, ' ') + "^");
}

// Random bytes, columns and widths: the line fits, the caret stands within it, and below the byte that it names.
TEST(FormatDiagnostic, FitsIntoTheWidthForAnyBytes) {
  std::mt19937 random(7);
  const std::string alphabet[] = {"a", "\xFF", "é", "\x1b", "\u4e2d", "\u0301", "\\", "\t", "\u202e", "\U0001F600"};
  for (int i = 0; i < 20000; ++i) {
    std::string line;
    for (size_t n = random() % 80; n > 0; --n) line += alphabet[random() % std::size(alphabet)];
    const int column = static_cast<int>(random() % 100) + 1;
    const size_t width = random() % 100;
    const std::vector<std::string> lines = Lines(FormatDiagnostic(At(1, column), "p", line, width));
    const size_t columns = width == 0 ? 1000 : std::max<size_t>(width, 20);
    ASSERT_EQ(lines.size(), line.empty() ? 1u : 3u) << SafeText(line) << " column " << column << " width " << width;
    if (line.empty()) continue;
    EXPECT_LE(DisplayColumns(lines[1]), columns) << SafeText(line) << " column " << column << " width " << width;
    EXPECT_LE(lines[2].size(), columns) << SafeText(line) << " column " << column << " width " << width;
    EXPECT_LE(lines[2].size(), DisplayColumns(lines[1]) + 1);
  }
}

TEST(FormatDiagnostic, CostsNoMoreForAVeryLongLine) {
  const std::string line(256 * 1024 * 1024, 'x');
  const std::string printed = FormatDiagnostic(At(1, 200'000'000), "p", line, 80);
  EXPECT_LT(printed.size(), 400u);
}

TEST(LineOfText, FindsEachLine) {
  EXPECT_EQ(LineOfText("a\nb\r\nc", 1), "a");
  EXPECT_EQ(LineOfText("a\nb\r\nc", 2), "b\r");
  EXPECT_EQ(LineOfText("a\nb\r\nc", 3), "c");
  EXPECT_EQ(LineOfText("a\nb\r\nc", 4), "");
  EXPECT_EQ(LineOfText("a\n", 2), "");
  EXPECT_EQ(LineOfText("a", 0), "");
}

}  // namespace
}  // namespace seriesguard
