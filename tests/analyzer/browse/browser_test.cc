// SPDX-License-Identifier: Apache-2.0
//
// Each key of the terminal view, one at a time, and what stands on the screen after it.
#include "analyzer/browse/browser.h"

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
#include "analyzer/browse/row_order.h"
#include "analyzer/browse/screen_image.h"
#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/report.h"
#include "gtest/gtest.h"
#include "rules/diagnostic.h"
#include "tests/analyzer/browse/browse_keys.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

// requests: 2 methods x 3 paths, and for GET 2 codes: 9 series. up: 2. build_info: 1.
constexpr std::string_view kShop =
    "# TYPE requests_total counter\n"
    "requests_total{method=\"GET\",path=\"/a\",code=\"200\"} 1\n"
    "requests_total{method=\"GET\",path=\"/a\",code=\"500\"} 1\n"
    "requests_total{method=\"GET\",path=\"/b\",code=\"200\"} 1\n"
    "requests_total{method=\"GET\",path=\"/b\",code=\"500\"} 1\n"
    "requests_total{method=\"GET\",path=\"/c\",code=\"200\"} 1\n"
    "requests_total{method=\"GET\",path=\"/c\",code=\"500\"} 1\n"
    "requests_total{method=\"PUT\",path=\"/a\"} 1\n"
    "requests_total{method=\"PUT\",path=\"/b\"} 1\n"
    "requests_total{method=\"PUT\",path=\"/c\"} 1\n"
    "# TYPE up gauge\n"
    "up{mail=\"jane@example.com\",long_name_of_a_label=\"x\"} 1\n"
    "up{mail=\"joe@example.org\",long_name_of_a_label=\"x\"} 1\n"
    "# TYPE build_info gauge\n"
    "build_info 1\n";

// A view of some text, with what is read off it.
class View {
 public:
  explicit View(std::string_view text = kShop, size_t lines = 24, bool show_personal = false)
      : census_(CensusFromText(std::string(text))),
        model_(census_, FactsOf(census_)),
        browser_(&model_, show_personal) {
    browser_.Resize(lines, 100);
  }

  // "j", "enter", "/", "page down" ... (browse_keys.h).
  View& Press(std::string_view keys) {
    for (const KeyPress& key : KeysOf(keys)) browser_.Press(key);
    return *this;
  }

  const Browser& browser() const { return browser_; }
  Browser& browser() { return browser_; }
  const BrowserPage& page() const { return browser_.page(); }
  LevelKind kind() const { return page().level->kind; }

  // Names of the rows shown, in their order; the absent value is "(absent)".
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const uint32_t index : page().shown) {
      const BrowseRow& row = page().level->rows[index];
      names.push_back(row.is_absence ? "(absent)" : std::string(row.name));
    }
    return names;
  }
  std::string Under() const { return page().shown.empty() ? "" : Names()[page().cursor]; }
  std::string Screen() const { return ImageText(DrawBrowser(browser_)); }
  bool Shows(std::string_view text) const { return Screen().find(text) != std::string::npos; }

 private:
  static BrowseFacts FactsOf(const Census& census) {
    BrowseFacts facts;
    facts.report.inputs = census.inputs();
    return facts;
  }

  Census census_;
  BrowseModel model_;
  Browser browser_;
};

using Names = std::vector<std::string>;

TEST(Browser, BeginsWithTheMetricsMostSeriesFirst) {
  const View view;
  EXPECT_EQ(view.kind(), LevelKind::kMetrics);
  EXPECT_EQ(view.Names(), (Names{"requests_total", "up", "build_info"}));
  EXPECT_EQ(view.Under(), "requests_total");
  EXPECT_TRUE(view.Shows("12 series in 3 metrics"));
  EXPECT_TRUE(view.Shows("3 metrics: 12 series"));
}

TEST(BrowserKeys, UpAndDownMoveOneRowAndStopAtTheEnds) {
  for (const auto& [down, up] : {std::pair("down", "up"), std::pair("j", "k")}) {
    View view;
    EXPECT_EQ(view.Press(down).Under(), "up");
    EXPECT_EQ(view.Press(down).Press(down).Under(), "build_info");
    EXPECT_EQ(view.Press(up).Under(), "up");
    EXPECT_EQ(view.Press(up).Press(up).Under(), "requests_total");
  }
}

std::string ManyMetrics(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "m" + std::to_string(100 + i) + " 1\n";
  return text;
}

TEST(BrowserKeys, PagesMoveByTheRowsOfTheScreen) {
  View view(ManyMetrics(50), 14);  // 14 lines: 7 rows
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
    View view(ManyMetrics(50), 14);
    EXPECT_EQ(view.Press(last).Under(), "m149");
    EXPECT_EQ(view.page().top, 43u);
    EXPECT_EQ(view.Press(first).Under(), "m100");
    EXPECT_EQ(view.page().top, 0u);
  }
}

TEST(BrowserKeys, GoingInWalksFromMetricToLabelToValueToSeries) {
  for (const std::string in : {"right", "enter", "l"}) {
    View view;
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
  View view;
  view.Press("enter down enter enter");
  EXPECT_EQ(view.Names(),
            (Names{"requests_total{method=\"PUT\",path=\"/a\"}", "requests_total{method=\"PUT\",path=\"/b\"}",
                   "requests_total{method=\"PUT\",path=\"/c\"}"}));
}

TEST(BrowserKeys, GoingBackReturnsToTheRow) {
  for (const std::string back : {"left", "backspace", "h", "esc"}) {
    View view;
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
  View view;
  EXPECT_EQ(view.Press("end enter").kind(), LevelKind::kLabels);
  EXPECT_TRUE(view.Names().empty());
  EXPECT_EQ(view.Press("enter").kind(), LevelKind::kLabels);
  EXPECT_TRUE(view.Shows("no row to go into"));
  EXPECT_EQ(view.Press("left").Under(), "build_info");
}

TEST(BrowserKeys, SGoesThroughTheSortsOfTheListAndKeepsTheRow) {
  View view;
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
  View view;
  EXPECT_EQ(view.Press("r").Names(), (Names{"build_info", "up", "requests_total"}));
  EXPECT_EQ(view.Under(), "requests_total");
  EXPECT_TRUE(view.Shows("by series, turned round"));
  EXPECT_EQ(view.Press("r").Names(), (Names{"requests_total", "up", "build_info"}));
  // Another sort begins in its own direction.
  EXPECT_FALSE(view.Press("r s").page().is_reversed);
}

TEST(BrowserKeys, SlashKeepsOnlyRowsWithTheLettersAndCountsTheOthers) {
  View view;
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
  View view;
  view.Press("/ u p enter / x");
  EXPECT_TRUE(view.Names().empty());
  EXPECT_EQ(view.Press("esc").Names(), (Names{"up"}));
  view.Press("esc home / b");
  EXPECT_EQ(view.Under(), "build_info");
  EXPECT_EQ(view.Press("esc").Under(), "requests_total");
  View many(ManyMetrics(50), 14);
  many.Press("/ m down down");
  EXPECT_EQ(many.Under(), "m102");
  EXPECT_EQ(many.Press("page-down").Under(), "m109");
  EXPECT_EQ(many.Press("page-up up").Under(), "m101");
  EXPECT_EQ(many.Press("left right home end").Under(), "m101");
  EXPECT_EQ(many.Press("backspace backspace").browser().is_typing(), false);
}

TEST(BrowserKeys, SearchFindsCharactersBeyondAsciiAndTakesThemBackWhole) {
  View view("a{x=\"caf\xC3\xA9\"} 1\na{x=\"cafe\"} 1\n");
  view.Press("enter enter / \xC3\xA9");
  EXPECT_EQ(view.Names(), (Names{"caf\xC3\xA9"}));
  EXPECT_EQ(view.Press("backspace").Names().size(), 2u);
  EXPECT_EQ(view.page().search, "");
}

TEST(BrowserKeys, SpaceMarksLabelsAndCountsWhatIsLeftWithoutAllOfThem) {
  View view;
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
  View view(
      "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"
      "h_bucket{le=\"1\",x=\"y\"} 1\nh_bucket{le=\"+Inf\",x=\"y\"} 1\nh_sum{x=\"y\"} 1\nh_count{x=\"y\"} 1\n");
  view.Press("enter / l e enter");
  ASSERT_EQ(view.Under(), "le");
  view.Press("space");
  EXPECT_TRUE(view.browser().marks().empty());
  EXPECT_TRUE(view.Shows("explain --buckets"));
}

TEST(BrowserKeys, WShowsWhatMetricsWouldBeWithoutTheirMarksOrTheLabelToBlame) {
  View view;
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

TEST(BrowserKeys, PShowsAndMasksWhatIsPersonal) {
  View view;
  view.Press("down enter / m a i l enter enter");
  EXPECT_TRUE(view.Shows("j***@e***"));
  EXPECT_FALSE(view.Shows("jane@example.com"));
  view.Press("p");
  EXPECT_TRUE(view.Shows("jane@example.com"));
  view.Press("/ j a n e enter p enter");
  EXPECT_FALSE(view.Shows("jane@example.com")) << view.Screen();
  EXPECT_TRUE(view.Shows("mail=\"j***@e***\""));
  EXPECT_TRUE(View(kShop, 24, true).Press("down enter end enter").browser().shows_personal());
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
    View view(kShop, 60);
    view.Press("?");
    EXPECT_EQ(view.browser().overlay(), Overlay::kHelp);
    for (const KeyRow& row : AllKeys()) EXPECT_TRUE(view.Shows(row.keys_text)) << row.keys_text;
    view.Press(close);
    EXPECT_EQ(view.browser().overlay(), Overlay::kNone) << close;
    EXPECT_FALSE(view.browser().is_done());
  }
}

TEST(BrowserKeys, APageOfTextScrollsAndStopsAtItsEnds) {
  View view(kShop, 8);
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
  View view;
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
  View view;
  const std::string before = view.Screen();
  EXPECT_EQ(view.Press("x Z ctrl-u").Screen(), before);
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
