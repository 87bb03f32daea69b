// SPDX-License-Identifier: Apache-2.0
//
// html_report_test.cc: pages read back: well made, complete, bounded, and the same numbers as the report.
#include "analyzer/report/html/html_report.h"

#include <algorithm>
#include <string>

#include "analyzer/report/html/page_assets.h"
#include "analyzer/report/html/page_parts.h"
#include "analyzer/report/html/sha256.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "rules/safe_text.h"
#include "tests/analyzer/report/formats/hostile_report.h"
#include "tests/analyzer/report/html/page_reader.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

uint64_t NumberOf(const std::string& cell) {
  std::string digits;
  for (const char byte : cell) {
    if (byte >= '0' && byte <= '9') digits.push_back(byte);
  }
  return digits.empty() ? 0 : std::stoull(digits);
}

Report MakeReport(size_t metrics) {
  Report report;
  report.command = "top";
  report.tool = "seriesguard 0.0.0";
  report.inputs.resize(1);
  report.inputs[0].path = "shop.prom";
  for (size_t i = 0; i < metrics; ++i) {
    MetricRow metric;
    metric.name = "metric_" + std::to_string(i);
    metric.type = MetricType::kCounter;
    metric.count.series = 100'000 - i;
    metric.count.bytes = 2'048 + i;
    LabelCount label;
    label.name = "tenant";
    label.values = 7;
    label.series_with = metric.count.series;
    label.series_without = 3;
    metric.count.labels = {label};
    report.total.series += metric.count.series;
    report.total.bytes += metric.count.bytes;
    report.metrics.push_back(metric);
  }
  report.total.metrics = metrics;
  report.total.comment_bytes = 11;
  report.total.bytes += 11;
  return report;
}

// The column `cell` of the body and the foot without its last row must add up to the last row.
void ExpectColumnAddsUp(const std::vector<TableRow>& rows, size_t cell) {
  uint64_t sum = 0;
  for (size_t i = 1; i + 1 < rows.size(); ++i) sum += NumberOf(rows[i].cells[cell]);
  EXPECT_EQ(sum, NumberOf(rows.back().cells[cell]));
}

TEST(HtmlReport, IsWellMadeWhateverTheReportHolds) {
  for (uint32_t seed = 0; seed < CasesToRun(200); ++seed) {
    const Report report = HostileReport(seed);
    const ReadPageResult page = ReadPage(RenderHtmlReport(report, 0));
    ASSERT_EQ(page.error, "") << "seed " << seed;
    EXPECT_EQ(page.title, "seriesguard check");
    EXPECT_EQ(page.script, PageScript());
    EXPECT_EQ(page.style, PageStyle());
    EXPECT_TRUE(nlohmann::json::accept(page.data)) << "seed " << seed;
    const auto& rows = page.tables.at("metrics");
    const auto is_body = [](const TableRow& row) { return row.part == "tbody"; };
    EXPECT_EQ(static_cast<size_t>(std::count_if(rows.begin(), rows.end(), is_body)), report.metrics.size());
    if (report.findings.empty()) continue;
    EXPECT_EQ(page.tables.at("findings").size(), report.findings.size() + 1);
  }
}

TEST(HtmlReport, AllowsItsOwnScriptAndStyleAndNothingElse) {
  const ReadPageResult page = ReadPage(RenderHtmlReport(MakeReport(2), 0));
  EXPECT_EQ(page.policy, "default-src 'none'; script-src 'sha256-" + Sha256Base64(page.script) +
                             "'; style-src 'sha256-" + Sha256Base64(page.style) +
                             "'; base-uri 'none'; form-action 'none'");
}

TEST(HtmlReport, HasEveryColumnWithoutJavaScript) {
  const Report report = MakeReport(3);
  const ReadPageResult page = ReadPage(RenderHtmlReport(report, 0));
  ASSERT_EQ(page.error, "");
  const auto& rows = page.tables.at("metrics");
  ASSERT_EQ(rows.size(), 6u);  // head, three metrics, comments, total
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"#", "Metric", "Type", "Series", "Share", "Bytes",
                                                     "Label to blame", "Values", "Series without it"}));
  EXPECT_EQ(rows[1].cells,
            (std::vector<std::string>{"1", "metric_0", "counter", "100,000", "0.0 %", "2.00 KiB", "tenant", "7", "3"}));
  EXPECT_EQ(rows[1].id, "m0");
  EXPECT_EQ(rows.back().cells[1], "total");
  ExpectColumnAddsUp(rows, 3);
}

TEST(HtmlReport, ShowsLimitAndVerdictOfACheck) {
  Report report = MakeReport(3);
  report.command = "check";
  report.policy = ReportPolicy{"seriesguard.yaml", "00"};
  report.verdict = ReportVerdict::kOverBudget;
  report.target_limit = 5'000;
  report.metrics[0].series_limit = 4'000;
  report.metrics[1].series_limit = 400'000;
  Finding finding;
  finding.metric = "metric_0";
  finding.message = "100,000 series, limit 4,000";
  finding.remedy = "route it";
  finding.owner = "team-edge";
  finding.location = {"seriesguard.yaml", 7, 3};
  report.findings = {finding};
  report.findings_total = 3;
  const ReadPageResult page = ReadPage(RenderHtmlReport(report, 0));
  ASSERT_EQ(page.error, "");
  const auto& rows = page.tables.at("metrics");
  EXPECT_EQ(rows[1].cells[9], "4,000");
  EXPECT_EQ(rows[1].cells[10], "over budget");
  EXPECT_EQ(rows[2].cells[10], "within");
  EXPECT_EQ(rows[3].cells[10], "no limit");
  EXPECT_EQ(page.tables.at("findings")[1].cells,
            (std::vector<std::string>{"error", "metric_0", "100,000 series, limit 4,000Remedy: route it", "",
                                      "team-edge", "seriesguard.yaml:7"}));
  EXPECT_NE(page.text.find("Over budget"), std::string::npos);
  EXPECT_NE(page.text.find("2 more findings not shown here."), std::string::npos);
  EXPECT_NE(page.text.find("series granted5,000"), std::string::npos);
}

TEST(HtmlReport, CountsWhatHasNoRow) {
  Report report = MakeReport(kMostTableRows + 500);
  report.total.metrics += 4;
  report.total.series += 1'000;
  report.total.bytes += 2'000;
  const ReadPageResult page = ReadPage(RenderHtmlReport(report, 0));
  ASSERT_EQ(page.error, "");
  const auto& rows = page.tables.at("metrics");
  EXPECT_EQ(rows.size(), 1 + kMostTableRows + 3);
  EXPECT_EQ(rows[kMostTableRows + 1].cells[1], "504 others without a row");
  ExpectColumnAddsUp(rows, 3);
}

TEST(HtmlReport, StaysBelowTwoMegabytes) {
  for (const std::string& text : HostileTexts()) {
    Report report = MakeReport(3'000);
    report.command = "check";
    report.policy = ReportPolicy{text, "00"};
    for (MetricRow& metric : report.metrics) {
      metric.name = text + text + metric.name;
      for (int i = 0; i < 20; ++i) {
        LabelCount label = metric.count.labels[0];
        label.name += text + std::to_string(i);
        label.top = {{text + "1", 5}, {text + "2", 4}};
        metric.count.labels.push_back(label);
      }
      Finding finding;
      finding.metric = metric.name;
      finding.values = {text, text + text};
      finding.message = SafeText(text);
      finding.remedy = SafeText(text);
      report.findings.push_back(finding);
    }
    const std::string html = RenderHtmlReport(report, 0);
    EXPECT_LT(html.size(), 2'000'000u);
    EXPECT_EQ(ReadPage(html).error, "");
  }
}

TEST(HtmlReport, OfOneMetricShowsItsLabels) {
  Report report = MakeReport(1);
  report.command = "explain";
  MetricRow& metric = report.metrics[0];
  metric.count.labels[0].top = {{"<b>acme", 40}, {"globex", 30}};
  metric.examples = {"metric_0{tenant=\"<b>acme\"}"};
  metric.label_sets = LabelSetSearch{{"a", "b"}, {{{"a", "b"}, 12}}};
  const ReadPageResult page = ReadPage(RenderHtmlReport(report, 0));
  ASSERT_EQ(page.error, "");
  const auto& rows = page.tables.at("labels");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"tenant to blame", "7", "100,000", "3", "aggregate",
                                                     "<b>acme 40 globex 30 and 5 more"}));
  EXPECT_NE(page.text.find("without a, b: 12 series"), std::string::npos);
  EXPECT_NE(page.text.find("metric_0{tenant=\"<b>acme\"}"), std::string::npos);
}

TEST(HtmlReport, SaysWhatAReaderHasToKnow) {
  Report report = MakeReport(1);
  report.estimated = true;
  report.skipped_lines = 2;
  report.refused_files = 1;
  report.masked = 4;
  report.metric_filter = "^http<";
  report.filtered_metrics = 9;
  const ReadPageResult page = ReadPage(RenderHtmlReport(report, 0));
  for (const std::string said : {"Counts are estimates", "2 lines skipped.", "1 file refused.", "4 texts masked",
                                 "Only metrics that match ^http<; 9 do not."}) {
    EXPECT_NE(page.text.find(said), std::string::npos) << said;
  }
}

TEST(HtmlReport, HoldsTheSameNumbersInTableAndData) {
  const ReadPageResult page = ReadPage(RenderHtmlReport(MakeReport(40), 0));
  const nlohmann::json tree = nlohmann::json::parse(page.data).at("tree");
  const auto& rows = page.tables.at("metrics");
  ASSERT_EQ(tree.at("children").size(), 40u);
  for (size_t i = 0; i < 40; ++i) {
    const nlohmann::json& node = tree.at("children").at(i);
    EXPECT_EQ(node.at("name"), rows[i + 1].cells[1]);
    EXPECT_EQ(node.at("series"), NumberOf(rows[i + 1].cells[3]));
    EXPECT_EQ(node.at("children").at(0).at("without"), NumberOf(rows[i + 1].cells[8]));
  }
}

TEST(PageAssets, CannotEndTheirElements) {
  for (const std::string_view asset : {PageScript(), PageStyle()}) {
    for (const std::string_view end : {"</", "<!--", "]]>", "\r"})
      EXPECT_EQ(asset.find(end), std::string_view::npos) << end;
    for (const char byte : asset) ASSERT_TRUE((byte >= 0x20 && byte < 0x7F) || byte == '\n');
  }
}

// What a script of ours must never do: parse markup, make code of text, load, store or send.
TEST(PageAssets, HaveNoWayToRunOrLoadAnything) {
  for (const std::string_view word :
       {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "fetch(", "XMLHttp",
        "import(", "localStorage", "setTimeout(\"", "http://", "https://", "location", "srcdoc", "window.open",
        "DOMParser", ".style"}) {
    std::string script(PageScript());
    // The one address is a name space; one aria-current has the value "location".
    for (const std::string_view known : {"http://www.w3.org/2000/svg", "\"aria-current\": \"location\""}) {
      const size_t at = script.find(known);
      ASSERT_NE(at, std::string::npos);
      script.erase(at, known.size());
    }
    EXPECT_EQ(script.find(word), std::string::npos) << word;
  }
  for (const std::string_view word : {"url(", "@import", "expression"}) {
    EXPECT_EQ(PageStyle().find(word), std::string_view::npos) << word;
  }
}

TEST(PageAssets, CarryTheLicenceOfTheLayout) {
  EXPECT_NE(PageScript().find("d3-hierarchy 3.1.3"), std::string_view::npos);
  EXPECT_NE(PageScript().find("Mike Bostock"), std::string_view::npos);
  EXPECT_NE(PageScript().find("THE SOFTWARE IS PROVIDED"), std::string_view::npos);
}

}  // namespace
}  // namespace seriesguard
