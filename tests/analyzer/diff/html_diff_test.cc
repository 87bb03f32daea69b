// SPDX-License-Identifier: Apache-2.0
//
// html_diff_test.cc: pages of comparisons read back, and the tree of their picture.
#include "analyzer/diff/html_diff.h"

#include <string>

#include "analyzer/diff/change.h"
#include "analyzer/diff/diff_picture.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "rules/safe_text.h"
#include "tests/analyzer/diff/diff_from_text.h"
#include "tests/analyzer/report/formats/hostile_report.h"
#include "tests/analyzer/report/html/page_reader.h"

namespace seriesguard {
namespace {

std::string Gauge(const std::string& name, int begin, int end) {
  std::string text = "# TYPE " + name + " gauge\n";
  for (int i = begin; i < end; ++i) text += name + "{tenant=\"t" + std::to_string(i) + "\"} 1\n";
  return text;
}

Diff ShopDiff() {
  return DiffOfText(Gauge("carts", 0, 10) + Gauge("old", 0, 4) + Gauge("same", 0, 7),
                    Gauge("carts", 5, 30) + Gauge("fresh", 0, 6) + Gauge("same", 0, 7));
}

uint64_t SumOfChildren(const PictureNode& node) {
  uint64_t sum = 0;
  for (const PictureNode& child : node.children) sum += child.series;
  return sum;
}

void ExpectSums(const PictureNode& node) {
  if (node.children.empty()) return;
  EXPECT_EQ(SumOfChildren(node), node.series) << node.kind << " " << node.name;
  for (const PictureNode& child : node.children) ExpectSums(child);
}

size_t NodesOf(const PictureNode& node) {
  size_t nodes = 1;
  for (const PictureNode& child : node.children) nodes += NodesOf(child);
  return nodes;
}

int64_t NumberOf(const std::string& cell) {
  std::string digits;
  for (const char byte : cell) {
    if ((byte >= '0' && byte <= '9') || byte == '-') digits.push_back(byte);
  }
  return digits.empty() ? 0 : std::stoll(digits);
}

TEST(DiffPicture, CutsEachMetricIntoKeptAddedAndGone) {
  const Diff diff = ShopDiff();
  const PictureNode total = MakeDiffPicture(diff, 100);
  ExpectSums(total);
  EXPECT_EQ(total.series, diff.before.series + *diff.added);
  ASSERT_EQ(total.children.size(), 4u);  // three that changed, and what is unchanged
  const PictureNode& carts = total.children[0];
  EXPECT_EQ(carts.name, "carts");
  EXPECT_EQ(carts.series, 30u);
  EXPECT_EQ(carts.before, 10u);
  EXPECT_EQ(carts.after, 25u);
  ASSERT_EQ(carts.children.size(), 3u);
  EXPECT_EQ(carts.children[0].kind, "kept");
  EXPECT_EQ(carts.children[0].series, 5u);
  EXPECT_EQ(carts.children[1].kind, "added");
  EXPECT_EQ(carts.children[1].name, "new value of tenant");
  EXPECT_EQ(carts.children[1].series, 20u);
  EXPECT_EQ(carts.children[2].kind, "gone");
  EXPECT_EQ(carts.children[2].series, 5u);
  EXPECT_EQ(total.children[3].name, "unchanged");
  EXPECT_EQ(total.children[3].series, 7u);
}

TEST(DiffPicture, HasTheDifferenceWhereOnlyCountsAreKnown) {
  Diff diff;
  diff.by_counts = true;
  MetricChange grown;
  grown.name = "grown";
  grown.is_before = grown.is_after = true;
  grown.before = 10;
  grown.after = 25;
  MetricChange shrunk = grown;
  shrunk.name = "shrunk";
  shrunk.before = 9;
  shrunk.after = 0;
  diff.metrics = {grown, shrunk};
  diff.before.series = 19;
  diff.after.series = 25;
  const PictureNode total = MakeDiffPicture(diff, 100);
  ExpectSums(total);
  ASSERT_EQ(total.children.size(), 2u);
  ASSERT_EQ(total.children[0].children.size(), 2u);
  EXPECT_EQ(total.children[0].children[1].name, "more series");
  EXPECT_EQ(total.children[0].children[1].series, 15u);
  ASSERT_EQ(total.children[1].children.size(), 1u);
  EXPECT_EQ(total.children[1].children[0].name, "fewer series");
}

TEST(DiffPicture, HasAtMostFiveThousandNodes) {
  Diff diff = ShopDiff();
  const MetricChange one = diff.metrics[0];
  for (int i = 0; i < 7'000; ++i) diff.metrics.push_back(one);
  for (const size_t rows : {size_t{10}, size_t{2'000}, size_t{9'000}}) {
    const PictureNode total = MakeDiffPicture(diff, rows);
    ExpectSums(total);
    EXPECT_LE(NodesOf(total), kMostPictureNodes);
    EXPECT_EQ(total.children[std::min(rows, total.children.size() - 2)].kind, "others");
  }
}

TEST(HtmlDiff, HasEveryColumnAndAddsUp) {
  const Diff diff = ShopDiff();
  const ReadPageResult page = ReadPage(RenderHtmlDiff(diff));
  ASSERT_EQ(page.error, "");
  EXPECT_EQ(page.title, "seriesguard diff");
  EXPECT_NE(page.text.find("26 series added, 9 gone"), std::string::npos);
  const auto& rows = page.tables.at("metrics");
  ASSERT_EQ(rows.size(), 6u);  // head, three that changed, unchanged, total
  EXPECT_EQ(rows[0].cells,
            (std::vector<std::string>{"Metric", "Type", "Before", "After", "Added", "Gone", "Change", "Why"}));
  EXPECT_EQ(rows[1].cells[0], "carts");
  EXPECT_EQ(rows[1].cells[6], "+15");
  EXPECT_EQ(rows[1].cells[7].rfind("+20 new value of tenant: ", 0), 0u) << rows[1].cells[7];
  EXPECT_EQ(rows.back().cells[0], "total");
  for (size_t cell = 2; cell <= 6; ++cell) {
    int64_t sum = 0;
    for (size_t i = 1; i + 1 < rows.size(); ++i) sum += NumberOf(rows[i].cells[cell]);
    EXPECT_EQ(sum, NumberOf(rows.back().cells[cell])) << cell;
  }
  EXPECT_EQ(nlohmann::json::parse(page.data).at("tree").at("series"), diff.before.series + *diff.added);
}

TEST(HtmlDiff, IsWellMadeAndBoundedWhateverIsCompared) {
  for (const std::string& text : HostileTexts()) {
    Diff diff = ShopDiff();
    diff.before.inputs = {{text, text}};
    MetricChange change = diff.metrics[0];
    change.name = text + text;
    change.labels.resize(1);
    change.labels[0].name = text;
    change.labels[0].added.top = {{text, 5}};
    change.added_causes = {{ChangeCause::kValue, {text}, 20}};
    diff.culprit = DiffCulprit{text, change.added_causes[0]};
    for (int i = 0; i < 3'000; ++i) diff.metrics.push_back(change);
    const std::string html = RenderHtmlDiff(diff);
    EXPECT_LT(html.size(), 2'000'000u);
    const ReadPageResult page = ReadPage(html);
    EXPECT_EQ(page.error, "") << SafeText(text);
    EXPECT_TRUE(nlohmann::json::accept(page.data));
  }
}

TEST(HtmlDiff, OfTheSameSaysSo) {
  const ReadPageResult page = ReadPage(RenderHtmlDiff(DiffOfText("a 1\n", "a 1\n")));
  EXPECT_EQ(page.error, "");
  EXPECT_NE(page.text.find("The same series"), std::string::npos);
}

}  // namespace
}  // namespace seriesguard
