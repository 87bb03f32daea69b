// SPDX-License-Identifier: Apache-2.0
//
// Random keys and sizes of the terminal, thousands of them: what browser.h and screen_image.h promise holds after each.
#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/browser.h"
#include "analyzer/browse/draw_browser.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/key_table.h"
#include "analyzer/browse/row_order.h"
#include "analyzer/browse/screen_image.h"
#include "analyzer/census/census.h"
#include "gtest/gtest.h"
#include "rules/safe_text.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

// Names and values that want out: escapes, bidirectional marks, wide characters, piles of marks, long texts.
const char* const kHostile[] = {"\x1b[31mred",
                                "\xE2\x80\xAE"
                                "evil",
                                "\xE4\xB8\xAD\xE6\x96\x87",
                                "e\xCC\x81\xCC\x81",
                                "jane@example.com",
                                "back\\\\slash",
                                "\xC2\x9B"
                                "31m",
                                "plain",
                                "\xF0\x9F\x98\x80",
                                "203.0.113.7",
                                "tab\there and \x07 and \x7F"};

std::string RandomDump(std::mt19937_64* random) {
  std::string text;
  const int metrics = static_cast<int>((*random)() % 30);
  for (int metric = 0; metric < metrics; ++metric) {
    const std::string name = "metric_" + std::to_string(metric);
    if ((*random)() % 4 == 0) text += "# TYPE " + name + " histogram\n";
    const int series = static_cast<int>(1 + (*random)() % 40);
    for (int i = 0; i < series; ++i) {
      text += name + ((*random)() % 4 == 0 ? "_bucket{le=\"" + std::to_string((*random)() % 5) + "\"," : "{");
      text += "i=\"" + std::to_string((*random)() % 50) + "\",";
      if ((*random)() % 3 != 0) text += std::string("odd=\"") + kHostile[(*random)() % std::size(kHostile)] + "\",";
      if ((*random)() % 3 != 0) text += "long=\"" + std::string((*random)() % 300, 'x') + "\",";
      text += "} 1\n";
    }
  }
  return text;
}

KeyPress AnyKey(std::mt19937_64* random) {
  const uint64_t draw = (*random)() % 100;
  if (draw < 80) {
    const std::vector<KeyRow>& rows = AllKeys();
    const KeyRow& row = rows[(*random)() % rows.size()];
    return row.keys[(*random)() % row.keys.size()];
  }
  if (draw < 85) return {Key::kClearLine, {}};
  if (draw < 90) return {Key::kText, kHostile[(*random)() % std::size(kHostile)]};
  return {Key::kText, std::string(1, static_cast<char>('a' + (*random)() % 26))};
}

// Any key but the one that ends the walk, which has a test of its own.
KeyPress RandomKey(std::mt19937_64* random) {
  const KeyPress key = AnyKey(random);
  return key.text == "q" ? KeyPress{Key::kDown, {}} : key;
}

void CheckState(const Browser& browser) {
  const std::vector<BrowserPage>& pages = browser.pages();
  ASSERT_FALSE(pages.empty());
  for (size_t i = 0; i < pages.size(); ++i) {
    ASSERT_EQ(static_cast<size_t>(pages[i].level->kind), i);
  }
  const BrowserPage& page = browser.page();
  const BrowseLevel& level = *page.level;
  ASSERT_EQ(page.order.size(), level.rows.size());
  std::vector<uint32_t> sorted = page.order;
  std::sort(sorted.begin(), sorted.end());
  for (uint32_t i = 0; i < sorted.size(); ++i) ASSERT_EQ(sorted[i], i);
  size_t matching = 0;
  for (const BrowseRow& row : level.rows) matching += MatchesSearch(row.name, page.search) ? 1 : 0;
  ASSERT_EQ(page.shown.size(), matching);
  size_t at = 0;
  uint64_t series = 0;
  for (const uint32_t index : page.shown) {
    while (at < page.order.size() && page.order[at] != index) ++at;
    ASSERT_LT(at, page.order.size());
    ASSERT_TRUE(MatchesSearch(level.rows[index].name, page.search));
    series += level.rows[index].series;
  }
  ASSERT_EQ(page.shown_series, series);
  const bool adds_up = level.kind == LevelKind::kMetrics || level.kind == LevelKind::kValues;
  if (page.search.empty()) {
    ASSERT_EQ(page.shown.size(), page.order.size());
    if (adds_up) {
      ASSERT_EQ(page.shown_series, level.total_series);
    }
  }
  const size_t rows = browser.layout().rows;
  if (page.shown.empty()) {
    ASSERT_EQ(page.cursor, 0u);
    ASSERT_EQ(page.top, 0u);
  } else {
    ASSERT_LT(page.cursor, page.shown.size());
    ASSERT_LE(page.top, page.cursor);
    ASSERT_LT(page.cursor, page.top + rows);
  }
  for (const auto& [family, marks] : browser.marks()) {
    ASSERT_FALSE(marks.empty());
    ASSERT_TRUE(std::is_sorted(marks.begin(), marks.end()));
  }
}

void CheckImage(const Browser& browser) {
  const ScreenImage image = DrawBrowser(browser);
  ASSERT_EQ(image.lines.size(), browser.lines());
  size_t cursors = 0;
  for (const ScreenLine& line : image.lines) {
    size_t end = 0;
    for (const ScreenPiece& piece : line.pieces) {
      ASSERT_GE(piece.column, end);
      end = piece.column + DisplayColumns(piece.text);
      ASSERT_LE(end, browser.columns()) << piece.text;
      // Whatever safe_text would escape has been escaped: only backslashes differ.
      std::string once = SafeText(piece.text), plain;
      for (const char c : piece.text) plain.append(c == '\\' ? 2 : 1, c);
      ASSERT_EQ(once, plain);
    }
    cursors += line.is_cursor ? 1 : 0;
  }
  const bool has_cursor = browser.fits() && browser.overlay() == Overlay::kNone && !browser.page().shown.empty();
  ASSERT_EQ(cursors, has_cursor ? 1u : 0u);
}

TEST(BrowserProperty, HoldsAfterEveryKeyOfALongRandomWalk) {
  const uint64_t first = NumberFromEnvironment("SERIESGUARD_TEST_SEED", 1);
  for (uint64_t seed = first; seed < first + CasesToRun(20); ++seed) {
    SCOPED_TRACE("SERIESGUARD_TEST_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    const Census census = CensusFromText("first_metric 1\n" + RandomDump(&random));
    BrowseFacts facts;
    facts.report.inputs = census.inputs();
    BrowseModel model(census, std::move(facts));
    Browser browser(&model, false);
    browser.Resize(24, 80);
    for (int step = 0; step < 2000; ++step) {
      if (random() % 20 == 0) {
        browser.Resize(1 + random() % 60, 1 + random() % 200);
      } else {
        browser.Press(RandomKey(&random));
      }
      CheckState(browser);
      CheckImage(browser);
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "step " << step;
      ASSERT_FALSE(browser.is_done());
    }
  }
}

}  // namespace
}  // namespace seriesguard
