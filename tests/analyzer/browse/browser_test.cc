// SPDX-License-Identifier: Apache-2.0
//
// The keys of the terminal view that move, go in and out and open pages, one at a time, and what stands on the screen
// after each; browser_rows_test.cc has the others.
#include "analyzer/browse/browser.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/browse/browse_model.h"
#include "analyzer/browse/draw_browser.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/key_table.h"
#include "analyzer/browse/screen_image.h"
#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/report.h"
#include "gtest/gtest.h"
#include "rules/diagnostic.h"
#include "tests/analyzer/browse/browse_keys.h"
#include "tests/analyzer/browse/browser_view.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

using Names = std::vector<std::string>;

TEST(Browser, BeginsWithTheMetricsMostSeriesFirst) {
  const BrowserView view;
  EXPECT_EQ(view.kind(), LevelKind::kMetrics);
  EXPECT_EQ(view.Names(), (Names{"requests_total", "up", "build_info"}));
  EXPECT_EQ(view.Under(), "requests_total");
  EXPECT_TRUE(view.Shows("12 series in 3 metrics"));
  EXPECT_TRUE(view.Shows("3 metrics: 12 series"));
}

TEST(BrowserKeys, UpAndDownMoveOneRowAndStopAtTheEnds) {
  for (const auto& [down, up] : {std::pair("down", "up"), std::pair("j", "k")}) {
    BrowserView view;
    EXPECT_EQ(view.Press(down).Under(), "up");
    EXPECT_EQ(view.Press(down).Press(down).Under(), "build_info");
    EXPECT_EQ(view.Press(up).Under(), "up");
    EXPECT_EQ(view.Press(up).Press(up).Under(), "requests_total");
  }
}

TEST(BrowserKeys, PagesMoveByTheRowsOfTheScreen) {
  BrowserView view(ManyMetrics(50), 14);  // 14 lines: 7 rows
  ASSERT_EQ(view.browser().layout().rows, 7u);
  EXPECT_EQ(view.Press("page-down").Under(), "m107");
  EXPECT_EQ(view.page().top, 1u);
  EXPECT_EQ(view.Press("page-down").Under(), "m114");
  EXPECT_EQ(view.Press("page-up").Under(), "m107");
  EXPECT_EQ(view.Press("page-up page-up").Under(), "m100");
  EXPECT_EQ(view.page().top, 0u);
}

TEST(BrowserKeys, HomeAndEndGoToTheEnds) {
  for (const auto& [last, first] : {std::pair("end", "home"), std::pair("G", "g")}) {
    BrowserView view(ManyMetrics(50), 14);
    EXPECT_EQ(view.Press(last).Under(), "m149");
    EXPECT_EQ(view.page().top, 43u);
    EXPECT_EQ(view.Press(first).Under(), "m100");
    EXPECT_EQ(view.page().top, 0u);
  }
}

TEST(BrowserKeys, GoingInWalksFromMetricToLabelToValueToSeries) {
  for (const std::string in : {"right", "enter", "l"}) {
    BrowserView view;
    EXPECT_EQ(view.Press(in).kind(), LevelKind::kLabels);
    EXPECT_EQ(view.Names(), (Names{"path", "code", "method"}));  // fewest left first: 3, then 6 twice by series
    EXPECT_EQ(view.Press("down " + in).kind(), LevelKind::kValues);
    EXPECT_EQ(view.Names(), (Names{"(absent)", "200", "500"}));
    EXPECT_TRUE(view.Shows("3 values: 9 series"));
    EXPECT_EQ(view.Press("down " + in).kind(), LevelKind::kSeries);
    EXPECT_EQ(view.Names(), (Names{"requests_total{code=\"200\",method=\"GET\",path=\"/a\"}",
                                   "requests_total{code=\"200\",method=\"GET\",path=\"/b\"}",
                                   "requests_total{code=\"200\",method=\"GET\",path=\"/c\"}"}));
    EXPECT_TRUE(view.Shows("metrics > requests_total > code = 200"));
    EXPECT_EQ(view.Press(in).kind(), LevelKind::kSeries);
    EXPECT_TRUE(view.Shows("nothing below"));
  }
}

TEST(BrowserKeys, GoingInWhereTheLabelIsAbsentShowsSeriesWithoutIt) {
  BrowserView view;
  view.Press("enter down enter enter");
  EXPECT_EQ(view.Names(),
            (Names{"requests_total{method=\"PUT\",path=\"/a\"}", "requests_total{method=\"PUT\",path=\"/b\"}",
                   "requests_total{method=\"PUT\",path=\"/c\"}"}));
}

TEST(BrowserKeys, GoingBackReturnsToTheRow) {
  for (const std::string back : {"left", "backspace", "h", "esc"}) {
    BrowserView view;
    view.Press("down enter down enter");
    EXPECT_EQ(view.kind(), LevelKind::kValues);
    EXPECT_EQ(view.Press(back).kind(), LevelKind::kLabels);
    EXPECT_EQ(view.page().cursor, 1u);
    EXPECT_EQ(view.Press(back).kind(), LevelKind::kMetrics);
    EXPECT_EQ(view.Under(), "up");
    EXPECT_EQ(view.Press(back).kind(), LevelKind::kMetrics);
    EXPECT_TRUE(view.Shows("q quits"));
    EXPECT_FALSE(view.browser().is_done());
  }
}

TEST(BrowserKeys, AMetricWithoutLabelsHasNothingToGoInto) {
  BrowserView view;
  EXPECT_EQ(view.Press("end enter").kind(), LevelKind::kLabels);
  EXPECT_TRUE(view.Names().empty());
  EXPECT_EQ(view.Press("enter").kind(), LevelKind::kLabels);
  EXPECT_TRUE(view.Shows("no row to go into"));
  EXPECT_EQ(view.Press("left").Under(), "build_info");
}

TEST(BrowserKeys, PShowsAndMasksWhatIsPersonal) {
  BrowserView view;
  view.Press("down enter / m a i l enter enter");
  EXPECT_TRUE(view.Shows("j***@e***"));
  EXPECT_FALSE(view.Shows("jane@example.com"));
  view.Press("p");
  EXPECT_TRUE(view.Shows("jane@example.com"));
  view.Press("/ j a n e enter p enter");
  EXPECT_FALSE(view.Shows("jane@example.com")) << view.Screen();
  EXPECT_TRUE(view.Shows("mail=\"j***@e***\""));
  EXPECT_TRUE(BrowserView(kShop, 24, true).Press("down enter end enter").browser().shows_personal());
}

TEST(BrowserKeys, FShowsFindingsAndClosesAgain) {
  Census census = CensusFromText(std::string(kShop));
  BrowseFacts facts;
  facts.report.inputs = census.inputs();
  facts.report.policy = ReportPolicy{"p.yaml", "hash"};
  facts.report.verdict = ReportVerdict::kOverBudget;
  Finding finding;
  finding.metric = "requests_total";
  finding.label = "path";
  finding.message = "9 series, limit 4";
  finding.values = {"jane@example.com"};
  facts.report.findings.push_back(finding);
  finding.metric = "up";
  finding.severity = Severity::kWarning;
  finding.message = "nearly full";
  facts.report.findings.push_back(finding);
  facts.limits = {std::nullopt, 4, std::nullopt};
  BrowseModel model(census, std::move(facts));
  Browser browser(&model, false);
  browser.Resize(30, 100);
  const auto screen = [&browser] { return ImageText(DrawBrowser(browser)); };
  const auto press = [&browser](std::string_view keys) {
    for (const KeyPress& key : KeysOf(keys)) browser.Press(key);
  };
  EXPECT_NE(screen().find("FAIL"), std::string::npos);
  EXPECT_NE(screen().find(">! "), std::string::npos) << screen();
  EXPECT_NE(screen().find(" ? "), std::string::npos);
  EXPECT_NE(screen().find("LIMIT"), std::string::npos);
  press("f");
  EXPECT_EQ(browser.overlay(), Overlay::kFindings);
  EXPECT_NE(screen().find("9 series, limit 4"), std::string::npos) << screen();
  EXPECT_NE(screen().find("nearly full"), std::string::npos);
  EXPECT_EQ(screen().find("jane@"), std::string::npos);
  press("p");
  EXPECT_NE(screen().find("jane@"), std::string::npos);
  press("f");
  EXPECT_EQ(browser.overlay(), Overlay::kNone);
  press("down enter");  // up: its own findings only
  EXPECT_NE(screen().find("warning: nearly full"), std::string::npos) << screen();
  press("f");
  EXPECT_EQ(screen().find("limit 4"), std::string::npos) << screen();
  EXPECT_NE(screen().find("nearly full"), std::string::npos);
}

TEST(BrowserKeys, QuestionMarkListsEveryKeyAndAnyWayBackClosesIt) {
  for (const std::string close : {"?", "q", "esc", "left", "backspace", "h", "f"}) {
    BrowserView view(kShop, 60);
    view.Press("?");
    EXPECT_EQ(view.browser().overlay(), Overlay::kHelp);
    for (const KeyRow& row : AllKeys()) EXPECT_TRUE(view.Shows(row.keys_text)) << row.keys_text;
    view.Press(close);
    EXPECT_EQ(view.browser().overlay(), Overlay::kNone) << close;
    EXPECT_FALSE(view.browser().is_done());
  }
}

TEST(BrowserKeys, APageOfTextScrollsAndStopsAtItsEnds) {
  BrowserView view(kShop, 8);
  view.Press("? down down up");
  EXPECT_EQ(view.browser().overlay_top(), 1u);
  EXPECT_TRUE(view.Shows("more lines below"));
  view.Press("end");
  const size_t last = view.browser().overlay_top();
  EXPECT_EQ(last + view.browser().overlay_rows(), view.browser().overlay_lines().size());
  EXPECT_EQ(view.Press("page-down down").browser().overlay_top(), last);
  EXPECT_EQ(view.Press("page-up").browser().overlay_top(), last - 6);
  EXPECT_EQ(view.Press("home").browser().overlay_top(), 0u);
  EXPECT_EQ(view.Press("s").browser().overlay(), Overlay::kHelp);  // other keys mean nothing here
}

TEST(BrowserKeys, QQuits) {
  BrowserView view;
  EXPECT_FALSE(view.browser().is_done());
  EXPECT_TRUE(view.Press("q").browser().is_done());
}

TEST(BrowserKeys, EveryActionHasAKeyAndNoKeyHasTwo) {
  std::set<std::pair<int, std::string>> seen;
  for (const KeyRow& row : AllKeys()) {
    EXPECT_FALSE(row.keys.empty());
    for (const KeyPress& key : row.keys) {
      EXPECT_TRUE(seen.insert({static_cast<int>(key.key), key.text}).second) << row.keys_text;
      EXPECT_EQ(ActionOf(key), row.action);
    }
  }
  EXPECT_EQ(ActionOf({Key::kText, "x"}), BrowseAction::kNone);
  BrowserView view;
  const std::string before = view.Screen();
  EXPECT_EQ(view.Press("x Z ctrl-u").Screen(), before);
}

TEST(Browser, SaysBeforehandWhatTakesAWhile) {
  std::string text = "few{v=\"1\"} 1\n";
  for (uint64_t i = 0; i <= Browser::kMostUnannounced; ++i) text += "many{v=\"" + std::to_string(i) + "\"} 1\n";
  BrowserView view(text);
  const auto announces = [&view](std::string_view key) {
    const bool is_long = view.browser().Announce(KeysOf(key)[0]);
    EXPECT_EQ(view.Shows("one moment: 200,00"), is_long) << key;
    view.browser().Press({Key::kText, "x"});  // what does nothing takes the sentence away
    EXPECT_FALSE(view.Shows("one moment"));
    return is_long;
  };
  EXPECT_TRUE(announces("enter"));  // the labels of `many`
  EXPECT_FALSE(announces("down"));
  view.Press("down");
  EXPECT_FALSE(announces("enter"));  // those of `few`
  EXPECT_FALSE(announces("s"));      // two metrics
  EXPECT_TRUE(announces("w"));
  view.Press("up enter");
  EXPECT_TRUE(announces("space"));
  EXPECT_TRUE(announces("enter"));
  view.Press("enter");
  for (const std::string_view key : {"s", "r", "enter"}) EXPECT_TRUE(announces(key)) << key;
  for (const std::string_view key : {"esc", "left", "end", "q", "w", "?"}) EXPECT_FALSE(announces(key)) << key;
  view.Press("/ 1 2 3");
  EXPECT_FALSE(announces("esc"));  // a letter of the search is typed: the line is the search's
  view.Press("enter");
  EXPECT_TRUE(announces("esc"));
  view.Press("?");
  EXPECT_FALSE(announces("enter"));
}

TEST(Browser, AnEstimatedCensusSaysWhatItDoesNotKnow) {
  const std::vector<NamedText> inputs = {{"a.prom", "a{x=\"1\"} 1\n"}, {"b.prom", "a{x=\"1\"} 1\na{x=\"2\"} 1\n"}};
  const Census census = SketchedCensusFromTexts(inputs, 1);
  ASSERT_TRUE(census.estimated());
  BrowseFacts facts;
  facts.report.inputs = census.inputs();
  BrowseModel model(census, std::move(facts));
  Browser browser(&model, false);
  for (const std::string keys : {"enter enter", "space", "w", "left w w", "s s s s"}) {
    for (const KeyPress& key : KeysOf(keys)) browser.Press(key);
    DrawBrowser(browser);
  }
  EXPECT_EQ(browser.pages().size(), 1u);
  for (const KeyPress& key : KeysOf("enter enter")) browser.Press(key);
  EXPECT_EQ(browser.page().level->kind, LevelKind::kLabels);
  EXPECT_NE(browser.message().find("--memory-limit"), std::string::npos);
}

TEST(Browser, OfNothingStillAnswersEveryKey) {
  const Census census = CensusFromTexts({});
  BrowseModel model(census, BrowseFacts());
  Browser browser(&model, false);
  for (const KeyRow& row : AllKeys()) {
    for (const KeyPress& key : row.keys) {
      browser.Press(key);
      DrawBrowser(browser);
    }
  }
}

}  // namespace
}  // namespace seriesguard
