// SPDX-License-Identifier: Apache-2.0
//
// What a state looks like: whole screens as text, narrow ones, and bytes that want to be more than text.
#include "analyzer/browse/draw_browser.h"

#include <string>
#include <utility>

#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/browser.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/screen_image.h"
#include "analyzer/census/census.h"
#include "gtest/gtest.h"
#include "rules/safe_text.h"
#include "tests/analyzer/browse/browse_keys.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

std::string ScreenOf(const std::string& text, std::string_view keys, size_t lines, size_t columns) {
  const Census census = CensusFromText(text);
  BrowseFacts facts;
  facts.report.inputs = census.inputs();
  BrowseModel model(census, std::move(facts));
  Browser browser(&model, false);
  browser.Resize(lines, columns);
  for (const KeyPress& key : KeysOf(keys)) browser.Press(key);
  const ScreenImage image = DrawBrowser(browser);
  for (const ScreenLine& line : image.lines) {
    for (const ScreenPiece& piece : line.pieces) EXPECT_LE(piece.column + DisplayColumns(piece.text), columns);
  }
  return ImageText(image);
}

constexpr char kText[] =
    "# TYPE hits_total counter\n"
    "hits_total{path=\"/a\",code=\"200\"} 1\nhits_total{path=\"/b\",code=\"200\"} "
    "1\nhits_total{path=\"/c\",code=\"500\"} 1\n"
    "# TYPE up gauge\nup 1\n";

TEST(DrawBrowser, ShowsTheMetrics) {
  EXPECT_EQ(ScreenOf(kText, "", 12, 90),
            "seriesguard browse: dump.prom                                        4 series in 2 metrics\n"
            "metrics                                                                          by series\n"
            "4 samples, 152 B\n"
            "\n"
            "   SERIES   SHARE                VALUES  BYTES  METRIC\n"
            ">       3  75.0 %  [########  ]       3  105 B  hits_total  counter\n"
            "        1  25.0 %  [###       ]       0    5 B  up  gauge\n"
            "\n\n\n"
            "2 metrics: 4 series                                                                    1/2\n"
            "? help  q quit  enter in  left back  / search  s sort  r reverse  w what-if\n");
}

TEST(DrawBrowser, ShowsTheLabelsWithWhatIsLeftWithoutEach) {
  const std::string screen = ScreenOf(kText, "enter", 12, 90);
  EXPECT_NE(screen.find("   VALUES  WITH  LEFT   SAVES                LABEL\n"), std::string::npos) << screen;
  EXPECT_NE(screen.find(">*      3     3     2  33.3 %  [###       ]  path  aggregate\n"), std::string::npos) << screen;
  EXPECT_NE(screen.find("        2     3     3   0.0 %  [          ]  code  redundant\n"), std::string::npos) << screen;
}

TEST(DrawBrowser, LeavesColumnsOutBeforeTheName) {
  const std::string narrow = ScreenOf(kText, "", 12, 40);
  EXPECT_NE(narrow.find("hits_total"), std::string::npos) << narrow;
  EXPECT_EQ(narrow.find("[##"), std::string::npos) << narrow;
  const std::string narrowest = ScreenOf(kText, "", 5, 20);
  EXPECT_NE(narrowest.find("hits_total"), std::string::npos) << narrowest;
  EXPECT_NE(narrowest.find("2 metrics: 4 series"), std::string::npos) << narrowest;
}

TEST(DrawBrowser, SaysSoWhereTheTerminalIsTooSmall) {
  EXPECT_EQ(ScreenOf(kText, "", 4, 80), "too small: 20x5\nq quits\n\n\n");
  EXPECT_EQ(ScreenOf(kText, "", 24, 19).substr(0, 16), "too small: 20x5\n");
  EXPECT_EQ(ScreenOf(kText, "", 1, 3), "to\xE2\x80\xA6\n");
  EXPECT_EQ(ScreenOf(kText, "", 0, 0), "");
}

TEST(DrawBrowser, CutsWideCharactersByTheirColumns) {
  std::string wide;
  for (int i = 0; i < 60; ++i) wide += "\xE4\xB8\xAD";
  const std::string screen = ScreenOf("m{x=\"" + wide + "\"} 1\n", "enter enter", 12, 80);
  EXPECT_NE(screen.find("\xE4\xB8\xAD\xE2\x80\xA6\n"), std::string::npos) << screen;
}

TEST(DrawBrowser, LetsNoByteOfADumpThroughThatIsMoreThanText) {
  const std::string hostile =
      "m{esc=\"\x1b]0;owned\x07\x1b[2J\",bidi=\"\xE2\x80\xAE"
      "drowssap\",c1=\"\xC2\x9B"
      "31m\",cr=\"over\rwritten\"} 1\n";
  for (const std::string keys : {"", "enter", "enter enter", "enter enter enter", "enter enter enter p",
                                 "enter down enter enter", "enter end enter enter", "enter / \x1b \xE2\x80\xAE"}) {
    const std::string screen = ScreenOf(hostile, keys, 20, 200);
    for (const char c : screen) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << keys;
    EXPECT_EQ(screen.find('\x7F'), std::string::npos);
    EXPECT_EQ(screen.find("\xC2\x9B"), std::string::npos);
    EXPECT_EQ(screen.find("\xE2\x80\xAE"), std::string::npos);
  }
  const std::string values = ScreenOf(hostile, "enter / e s c enter enter", 20, 200);
  EXPECT_NE(values.find("\\x1B]0;owned\\x07\\x1B[2J"), std::string::npos) << values;
}

TEST(CutToColumns, KeepsCharactersWhole) {
  EXPECT_EQ(CutToColumns("abc", 3), "abc");
  EXPECT_EQ(CutToColumns("abcd", 3), "ab\xE2\x80\xA6");
  EXPECT_EQ(CutToColumns("\xE4\xB8\xAD\xE6\x96\x87", 3), "\xE4\xB8\xAD\xE2\x80\xA6");
  EXPECT_EQ(CutToColumns("\xE4\xB8\xAD\xE6\x96\x87", 2), "\xE2\x80\xA6");
  EXPECT_EQ(CutToColumns("e\xCC\x81"
                         "e\xCC\x81"
                         "e",
                         2),
            "e\xCC\x81\xE2\x80\xA6");
  EXPECT_EQ(CutToColumns("abc", 0), "");
}

}  // namespace
}  // namespace seriesguard
