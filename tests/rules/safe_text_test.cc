// SPDX-License-Identifier: Apache-2.0
//
// safe_text_test.cc: nothing dangerous comes out, and nothing is lost. The checker and the reader below are written
// apart from the code that they judge.
#include "rules/safe_text.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "rules/code_point_class.h"
#include "tests/rules/slow_utf8.h"

namespace seriesguard {
namespace {

bool IsForbidden(uint32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;                             // C0, DEL, C1
  if (c == 0x061C || c == 0x200E || c == 0x200F) return true;                       // bidirectional marks
  if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) return true;    // embeddings, isolates
  if ((c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF) return true;      // zero width
  if (c == 0x2028 || c == 0x2029) return true;                                      // separators
  if (c >= 0xD800 && c <= 0xDFFF) return true;                                      // surrogates
  if ((c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000) return true;                    // private use
  if ((c >= 0xFDD0 && c <= 0xFDEF) || c % 0x10000 >= 0xFFFE) return true;           // noncharacters
  if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF)) return true;  // variation selectors, tags
  return c == 0xA0 || c == 0xAD || c == 0x3000 || (c >= 0x2000 && c <= 0x200A);     // looks like a space or nothing
}

// Returns what is wrong with `safe`, or "".
std::string Fault(const std::string& safe) {
  uint32_t scalar = 0;
  for (size_t i = 0; i < safe.size();) {
    const size_t length = SlowDecode(std::string_view(safe).substr(i), &scalar);
    if (length == 0) return "not UTF-8 at byte " + std::to_string(i);
    if (IsForbidden(scalar)) return "forbidden code point " + std::to_string(scalar);
    i += length;
  }
  return "";
}

// Reads the form back; nothing where it is not that form.
std::optional<std::string> Unescape(const std::string& safe) {
  std::string out;
  for (size_t i = 0; i < safe.size(); ++i) {
    if (safe[i] != '\\') {
      out += safe[i];
      continue;
    }
    if (++i == safe.size()) return std::nullopt;
    const std::string two = "\\\\n\nt\tr\r";
    const size_t simple = two.find(safe[i]);
    if (simple != std::string::npos && simple % 2 == 0) {
      out += two[simple + 1];
    } else if (safe[i] == 'x' && i + 2 < safe.size()) {
      out += static_cast<char>(std::stoi(safe.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else if (safe[i] == 'u' && i + 1 < safe.size() && safe[i + 1] == '{') {
      const size_t close = safe.find('}', i);
      if (close == std::string::npos) return std::nullopt;
      out += SlowEncode(static_cast<uint32_t>(std::stoul(safe.substr(i + 2, close - i - 2), nullptr, 16)));
      i = close;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

void CheckSafe(const std::string& text) {
  const std::string safe = SafeText(text);
  ASSERT_EQ(Fault(safe), "") << safe;
  ASSERT_EQ(Unescape(safe), text) << safe;
}

TEST(SafeText, ShowsWhatIsHarmlessAndEscapesTheRest) {
  EXPECT_EQ(SafeText(""), "");
  EXPECT_EQ(SafeText("GET /api \"x\" {a=b}"), "GET /api \"x\" {a=b}");
  EXPECT_EQ(SafeText("a\\b"), "a\\\\b");
  EXPECT_EQ(SafeText("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(SafeText("\x1b[31mred\x07"), "\\x1B[31mred\\x07");
  EXPECT_EQ(SafeText(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(SafeText("\xff\xc3"), "\\xFF\\xC3");
  EXPECT_EQ(SafeText("\xed\xa0\x80"), "\\xED\\xA0\\x80") << "a surrogate is three invalid bytes";
  EXPECT_EQ(SafeText("\xc2\x85\xe2\x80\xae"), "\\u{0085}\\u{202E}");
  EXPECT_EQ(SafeText("\xf3\xa0\x81\x81"), "\\u{E0041}");
  EXPECT_EQ(SafeText("\xf4\x8f\xbf\xbf"), "\\u{10FFFF}");
  EXPECT_EQ(SafeText("caf\xc3\xa9 \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x98\x80"),
            "caf\xc3\xa9 \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x98\x80");
}

TEST(SafeText, EscapesMarksThatHaveNoBaseOrAreTooMany) {
  const std::string acute = "\xcc\x81";
  EXPECT_EQ(SafeText("e" + acute), "e" + acute);
  EXPECT_EQ(SafeText(acute + "e"), "\\u{0301}e");
  EXPECT_EQ(SafeText("\n" + acute), "\\n\\u{0301}") << "it would be drawn over the n of the escape";
  std::string pile = "e";
  for (int i = 0; i < 9; ++i) pile += acute;
  EXPECT_EQ(SafeText(pile), pile.substr(0, 1 + 8 * 2) + "\\u{0301}");
}

TEST(SafeText, HoldsForAllBytesAndAllPairs) {
  for (int first = 0; first < 256; ++first) {
    CheckSafe(std::string(1, static_cast<char>(first)));
    for (int second = 0; second < 256; ++second) {
      CheckSafe({static_cast<char>(first), static_cast<char>(second)});
      if (HasFatalFailure()) return;
    }
  }
}

TEST(SafeText, HoldsForAllScalarsAndMostAreShown) {
  int shown = 0;
  for (uint32_t scalar = 0; scalar <= 0x10FFFF; ++scalar) {
    const std::string text = "a" + SlowEncode(scalar);
    CheckSafe(text);
    if (HasFatalFailure()) return;
    shown += SafeText(text) == text;
  }
  EXPECT_GT(shown, 200'000) << "a form that escapes everything would be safe and useless";
}

TEST(SafeText, HoldsForRandomTexts) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 1'000'000; ++i) {
    CheckSafe(RandomText(&random, 6));
    if (HasFatalFailure()) return;
  }
}

TEST(SafeTextTruncated, NeverExceedsItsColumnsNorCutsInsideAnEscape) {
  EXPECT_EQ(SafeTextTruncated("abc", 3), "abc");
  EXPECT_EQ(SafeTextTruncated("abcd", 3), "ab\xE2\x80\xA6");
  EXPECT_EQ(SafeTextTruncated("abcd", 1), "\xE2\x80\xA6");
  EXPECT_EQ(SafeTextTruncated("abcd", 0), "");
  EXPECT_EQ(SafeTextTruncated("a\x1b", 5), "a\\x1B");
  EXPECT_EQ(SafeTextTruncated("a\x1bz", 5), "a\xE2\x80\xA6") << "no column is left behind the escape";
}

TEST(SafeTextTruncated, KeepsWholeUnitsOnly) {
  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 300'000; ++i) {
    const std::string text = RandomText(&random, 6);
    const std::string whole = SafeText(text);
    const size_t max_columns = random() % 40;
    const std::string cut = SafeTextTruncated(text, max_columns);
    ASSERT_LE(DisplayColumns(cut), max_columns);
    ASSERT_EQ(Fault(cut), "");
    if (DisplayColumns(whole) <= max_columns) {
      ASSERT_EQ(cut, max_columns == 0 ? "" : whole);
      continue;
    }
    if (max_columns == 0) {
      ASSERT_EQ(cut, "");
      continue;
    }
    ASSERT_GE(cut.size(), 3u);
    const std::string kept = cut.substr(0, cut.size() - 3);
    ASSERT_EQ(cut.substr(kept.size()), "\xE2\x80\xA6");
    ASSERT_EQ(whole.substr(0, kept.size()), kept);
    const std::optional<std::string> read_back = Unescape(kept);
    ASSERT_TRUE(read_back.has_value()) << cut;
    ASSERT_EQ(text.substr(0, read_back->size()), *read_back);
    ASSERT_EQ(SafeText(*read_back), kept);
    ASSERT_GE(DisplayColumns(cut) + 10, max_columns) << "more was left out than the longest unit: " << cut;
  }
}

TEST(DisplayColumns, CountsWideAsTwoAndMarksAsNone) {
  EXPECT_EQ(DisplayColumns(""), 0u);
  EXPECT_EQ(DisplayColumns("abc"), 3u);
  EXPECT_EQ(DisplayColumns("caf\xc3\xa9"), 4u);
  EXPECT_EQ(DisplayColumns("cafe\xcc\x81"), 4u);
  EXPECT_EQ(DisplayColumns("\xe6\x9d\xb1\xe4\xba\xac"), 4u);
  EXPECT_EQ(DisplayColumns("\xf0\x9f\x98\x80"), 2u);
  EXPECT_EQ(DisplayColumns("\xef\xbc\xa1"), 2u) << "full-width A";
  EXPECT_EQ(DisplayColumns("\xea\xb0\x80"), 2u) << "a Hangul syllable";
  EXPECT_EQ(DisplayColumns("\xd7\xa9\xd6\xb7"), 1u) << "a Hebrew letter with its point";
  EXPECT_EQ(DisplayColumns("\xE2\x80\xA6"), 1u);
}

TEST(JsonText, PassesUtf8AndWritesOtherBytesAsText) {
  bool escaped = true;
  EXPECT_EQ(JsonText("a\\b\n\xc3\xa9", &escaped), "a\\b\n\xc3\xa9");
  EXPECT_FALSE(escaped);
  EXPECT_EQ(JsonText("a\xff", &escaped), "a\\xFF");
  EXPECT_TRUE(escaped);
  EXPECT_EQ(JsonText("a\\b\xff\xc3\xa9\xc3", &escaped), "a\\\\b\\xFF\xc3\xa9\\xC3");
  EXPECT_TRUE(escaped);

  SCOPED_TRACE(TestSeed());
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = RandomText(&random, 6);
    const std::string json = JsonText(text, &escaped);
    ASSERT_EQ(SlowValidPrefix(json), json.size());
    ASSERT_EQ(escaped, SlowValidPrefix(text) != text.size());
    // Where bytes were written as text, the only escapes are \\ and \xNN: the reader gets all bytes back.
    if (escaped) {
      ASSERT_EQ(Unescape(json), text);
    }
  }
}

TEST(EscapeLabelValue, EscapesWhatTheTextFormatsEscapeAndNothingElse) {
  EXPECT_EQ(EscapeLabelValue("a\\b\"c\nd\te\r"), "a\\\\b\\\"c\\nd\te\r");
  EXPECT_EQ(EscapeLabelValue(""), "");
  std::string out = "x=";
  AppendEscapedLabelValue("\"", &out);
  EXPECT_EQ(out, "x=\\\"");
  EXPECT_EQ(EscapeHelpText("a\\b\"c\nd"), "a\\\\b\"c\\nd");
}

// Spot checks of the tables against the Unicode Character Database, a few on both sides of each kind of border.
TEST(CodePointClass, KnowsHiddenMarksAndWide) {
  for (const char32_t hidden : {0x00,   0x1F,   0x7F,   0x9F,   0xA0,   0xAD,   0x34F,   0x61C,   0x115F,  0x180E,
                                0x2000, 0x200F, 0x2028, 0x202F, 0x205F, 0x2065, 0x206F,  0x3000,  0x3164,  0xD800,
                                0xE000, 0xFDD0, 0xFE0F, 0xFEFF, 0xFFF9, 0xFFFE, 0x1D173, 0xE0001, 0xE0100, 0x10FFFD}) {
    EXPECT_TRUE(IsHidden(hidden)) << hidden;
  }
  for (const char32_t shown :
       {0x20,   0x7E,   0xA1,   0xAE,   0x300,  0x350,  0x61B,  0x2010, 0x2027,  0x2030,  0x2070,
        0x3001, 0x4E00, 0xD7A3, 0xF900, 0xFDCF, 0xFE10, 0xFFFC, 0xFFFD, 0x1F600, 0x20000, 0x3134A}) {
    EXPECT_FALSE(IsHidden(shown)) << shown;
  }
  for (const char32_t mark : {0x300, 0x36E, 0x483, 0x20D0, 0x3099, 0x1D167}) EXPECT_EQ(ColumnsOf(mark), 0) << mark;
  for (const char32_t wide : {0x1100, 0x2E80, 0x3042, 0xAC00, 0xFF01, 0x1F600, 0x20000}) {
    EXPECT_EQ(ColumnsOf(wide), 2) << wide;
  }
  for (const char32_t narrow : {0x41, 0x2FF, 0x370, 0x10FF, 0x2CF4, 0xFF61, 0xFFE8}) {
    EXPECT_EQ(ColumnsOf(narrow), 1) << narrow;
  }
}

}  // namespace
}  // namespace seriesguard
