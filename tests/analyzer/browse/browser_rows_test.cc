// SPDX-License-Identifier: Apache-2.0
//
// The keys that change which rows stand on the screen, in which order and with what beside them: sort, search, what-if.
#include <string>
#include <utility>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browser.h"
#include "analyzer/browse/row_order.h"
#include "gtest/gtest.h"
#include "tests/analyzer/browse/browser_view.h"

namespace seriesguard {
namespace {

using Names = std::vector<std::string>;

TEST(BrowserKeys, SGoesThroughTheSortsOfTheListAndKeepsTheRow) {
  BrowserView view;
  view.Press("down");
  EXPECT_EQ(view.page().sort, RowSort::kSeries);
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kValues);
  EXPECT_EQ(view.Names(), (Names{"requests_total", "up", "build_info"}));  // 3, 2 and 0 values
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kBytes);
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kName);
  EXPECT_EQ(view.Names(), (Names{"build_info", "requests_total", "up"}));
  EXPECT_EQ(view.Under(), "up");
  EXPECT_TRUE(view.Shows("by name"));
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kSeries);

  view.Press("home enter");
  const std::vector<std::pair<RowSort, Names>> kLabels = {{RowSort::kLeft, {"path", "code", "method"}},
                                                          {RowSort::kValues, {"path", "method", "code"}},
                                                          {RowSort::kSeries, {"method", "path", "code"}},
                                                          {RowSort::kName, {"code", "method", "path"}}};
  for (const auto& [sort, names] : kLabels) {
    EXPECT_EQ(view.page().sort, sort);
    EXPECT_EQ(view.Names(), names) << RowSortName(sort);
    view.Press("s");
  }
  view.Press("home enter");  // the values of path
  EXPECT_EQ(view.Press("s").Names(), (Names{"/a", "/b", "/c"}));
  EXPECT_EQ(view.page().sort, RowSort::kName);
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kFound);
  view.Press("enter");
  EXPECT_EQ(view.page().sort, RowSort::kFound);
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kName);
  EXPECT_EQ(view.Press("s").page().sort, RowSort::kFound);
}

TEST(BrowserKeys, RTurnsTheOrderRoundAndBack) {
  BrowserView view;
  EXPECT_EQ(view.Press("r").Names(), (Names{"build_info", "up", "requests_total"}));
  EXPECT_EQ(view.Under(), "requests_total");
  EXPECT_TRUE(view.Shows("by series, turned round"));
  EXPECT_EQ(view.Press("r").Names(), (Names{"requests_total", "up", "build_info"}));
  // Another sort begins in its own direction.
  EXPECT_FALSE(view.Press("r s").page().is_reversed);
}

TEST(BrowserKeys, SlashKeepsOnlyRowsWithTheLettersAndCountsTheOthers) {
  BrowserView view;
  EXPECT_EQ(view.Press("/ u").Names(), (Names{"requests_total", "up", "build_info"}));
  EXPECT_TRUE(view.browser().is_typing());
  EXPECT_EQ(view.Press("p").Names(), (Names{"up"}));  // a letter here, not the key p
  EXPECT_FALSE(view.browser().shows_personal());
  EXPECT_TRUE(view.Shows("1 of 3 metrics: 2 series; the others have 10"));
  EXPECT_TRUE(view.Shows("/up_"));
  EXPECT_EQ(view.Press("backspace").Names(), (Names{"requests_total", "up", "build_info"}));
  EXPECT_EQ(view.Press("ctrl-u I N F").Names(), Names());  // a capital letter means itself
  EXPECT_TRUE(view.Shows("0 of 3 metrics: 0 series; the others have 12"));
  EXPECT_EQ(view.Press("ctrl-u i n f").Names(), (Names{"build_info"}));
  view.Press("enter");
  EXPECT_FALSE(view.browser().is_typing());
  EXPECT_EQ(view.Names(), (Names{"build_info"}));
  EXPECT_EQ(view.Press("esc").Names(), (Names{"requests_total", "up", "build_info"}));
  EXPECT_EQ(view.Under(), "build_info");
  EXPECT_EQ(view.kind(), LevelKind::kMetrics);
}

TEST(BrowserKeys, WhileSearchingEscapeBringsBackWhatWasAndArrowsStillMove) {
  BrowserView view;
  view.Press("/ u p enter / x");
  EXPECT_TRUE(view.Names().empty());
  EXPECT_EQ(view.Press("esc").Names(), (Names{"up"}));
  view.Press("esc home / b");
  EXPECT_EQ(view.Under(), "build_info");
  EXPECT_EQ(view.Press("esc").Under(), "requests_total");
  BrowserView many(ManyMetrics(50), 14);
  many.Press("/ m down down");
  EXPECT_EQ(many.Under(), "m102");
  EXPECT_EQ(many.Press("page-down").Under(), "m109");
  EXPECT_EQ(many.Press("page-up up").Under(), "m101");
  EXPECT_EQ(many.Press("left right home end").Under(), "m101");
  EXPECT_EQ(many.Press("backspace backspace").browser().is_typing(), false);
}

TEST(BrowserKeys, SearchFindsCharactersBeyondAsciiAndTakesThemBackWhole) {
  BrowserView view("a{x=\"caf\xC3\xA9\"} 1\na{x=\"cafe\"} 1\n");
  view.Press("enter enter / \xC3\xA9");
  EXPECT_EQ(view.Names(), (Names{"caf\xC3\xA9"}));
  EXPECT_EQ(view.Press("backspace").Names().size(), 2u);
  EXPECT_EQ(view.page().search, "");
}

TEST(BrowserKeys, SpaceMarksLabelsAndCountsWhatIsLeftWithoutAllOfThem) {
  BrowserView view;
  view.Press("enter");
  EXPECT_TRUE(view.Shows("path is to blame") || view.Shows("* is to blame: path"));
  view.Press("space");
  EXPECT_EQ(view.browser().MarksOf(view.page().level->family), (Names{"path"}));
  EXPECT_EQ(view.Under(), "code");  // the next row
  EXPECT_TRUE(view.Shows("what-if: 3 of 9 series left (66.7 % less) without path")) << view.Screen();
  view.Press("space");
  EXPECT_TRUE(view.Shows("what-if: 2 of 9 series left (77.8 % less) without code, path"));
  // Each other label: what is left when it goes as well.
  EXPECT_EQ(view.browser().LeftOf(*view.page().level, view.page().level->rows[1]), 1u);
  view.Press("up space");
  EXPECT_EQ(view.browser().MarksOf(view.page().level->family), (Names{"path"}));
  view.Press("home space");
  EXPECT_TRUE(view.browser().marks().empty());
  EXPECT_FALSE(view.Shows("what-if:"));
  // Elsewhere there is nothing to mark.
  view.Press("enter space");
  EXPECT_TRUE(view.Shows("labels are what can be marked"));
}

TEST(BrowserKeys, SpaceDoesNotMarkWhatBelongsToTheType) {
  BrowserView view(
      "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"
      "h_bucket{le=\"1\",x=\"y\"} 1\nh_bucket{le=\"+Inf\",x=\"y\"} 1\nh_sum{x=\"y\"} 1\nh_count{x=\"y\"} 1\n");
  view.Press("enter / l e enter");
  ASSERT_EQ(view.Under(), "le");
  view.Press("space");
  EXPECT_TRUE(view.browser().marks().empty());
  EXPECT_TRUE(view.Shows("explain --buckets"));
}

TEST(BrowserKeys, WShowsWhatMetricsWouldBeWithoutTheirMarksOrTheLabelToBlame) {
  BrowserView view;
  EXPECT_FALSE(view.Shows("LEFT"));
  view.Press("w");
  EXPECT_TRUE(view.Shows("LEFT"));
  EXPECT_TRUE(view.Shows("without path")) << view.Screen();
  EXPECT_EQ(view.browser().LeftOf(*view.page().level, view.page().level->rows[1]), 3u);
  view.Press("enter down space left");  // code
  EXPECT_EQ(view.browser().LeftOf(*view.page().level, view.page().level->rows[1]), 6u);
  EXPECT_TRUE(view.Shows("without code"));
  EXPECT_TRUE(view.Shows("what-if: 9 of 12 series left (25.0 % less) without 1 marked label")) << view.Screen();
  view.Press("w");
  EXPECT_FALSE(view.Shows("LEFT"));
  EXPECT_FALSE(view.Shows("what-if:"));
  // The marks are kept, and without what-if each label stands for itself.
  view.Press("enter");
  EXPECT_EQ(view.browser().LeftOf(*view.page().level, view.page().level->rows[2]), 3u);  // path
  view.Press("w");
  EXPECT_EQ(view.browser().LeftOf(*view.page().level, view.page().level->rows[2]), 2u);  // and code
}

}  // namespace
}  // namespace seriesguard
