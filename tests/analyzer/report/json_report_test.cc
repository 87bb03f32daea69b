// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/json_report.h"

#include <clocale>
#include <locale>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analyzer/report/finding_rule.h"
#include "analyzer/report/report_schema.h"
#include "analyzer/report/text_report.h"
#include "tests/analyzer/report/sample_report.h"
#include "tests/analyzer/report/schema_check.h"

namespace seriesguard {
namespace {

using Violations = std::vector<std::string>;

TEST(JsonReport, IsWhatItsSchemaSays) {
  for (const Report& report : {SampleTopReport(), SampleCheckReport(), SampleExplainReport()}) {
    EXPECT_EQ(SchemaViolations(ReportSchema(), RenderJsonReport(report)), Violations()) << report.command;
  }
}

TEST(JsonReport, WouldNotPassAnotherSchema) {
  nlohmann::json document = nlohmann::json::parse(RenderJsonReport(SampleCheckReport()));
  document["metrics"][0].erase("series");
  document["findings"][0]["rule"] = "nonsense";
  document["verdict"] = 3;
  document["total"]["bytes"] = -1;
  document["unknown"] = true;
  EXPECT_EQ(SchemaViolations(ReportSchema(), document.dump()).size(), 5u);
}

TEST(JsonReport, NamesEveryRuleThatTheProgramHas) {
  const nlohmann::json schema = nlohmann::json::parse(ReportSchema());
  const nlohmann::json& names = schema["definitions"]["finding"]["properties"]["rule"]["enum"];
  ASSERT_EQ(names.size(), kFindingRuleNames.size());
  for (size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i].get<std::string>(), kFindingRuleNames[i]);
}

TEST(JsonReport, ClosesItsSums) {
  const nlohmann::json document = nlohmann::json::parse(RenderJsonReport(SampleTopReport()));
  for (const char* column : {"series", "samples"}) {
    uint64_t sum = document["others"][column];
    for (const nlohmann::json& metric : document["metrics"]) sum += metric[column].get<uint64_t>();
    EXPECT_EQ(sum, document["total"][column].get<uint64_t>()) << column;
  }
  uint64_t bytes = document["others"]["bytes"].get<uint64_t>() + document["total"]["comment_bytes"].get<uint64_t>();
  for (const nlohmann::json& metric : document["metrics"]) bytes += metric["bytes"].get<uint64_t>();
  EXPECT_EQ(bytes, document["total"]["bytes"].get<uint64_t>());
  for (const nlohmann::json& metric : document["metrics"]) {
    for (const nlohmann::json& label : metric["labels"]) {
      uint64_t series = label.contains("others") ? label["others"]["series"].get<uint64_t>() : 0;
      uint64_t values = label.contains("others") ? label["others"]["rows"].get<uint64_t>() : 0;
      for (const nlohmann::json& value : label["top"]) series += value["series"].get<uint64_t>();
      EXPECT_EQ(series, label["series_with"].get<uint64_t>()) << metric["name"] << " " << label["name"];
      EXPECT_EQ(values + label["top"].size(), label["values"].get<uint64_t>()) << label["name"];
    }
  }
}

TEST(JsonReport, WritesNullForWhatWasNotComputed) {
  const nlohmann::json document = nlohmann::json::parse(RenderJsonReport(SampleTopReport()));
  EXPECT_TRUE(document["policy"].is_null());
  EXPECT_TRUE(document["total"]["union_series"].is_null());
  EXPECT_TRUE(document["metrics"][0]["labels"][0]["series_without"].is_null());
  EXPECT_EQ(document["verdict"], "not_judged");
}

TEST(JsonReport, LeavesOutAProductThatNoReaderKeepsExact) {
  Report report = SampleTopReport();
  report.metrics[0].count.product = (uint64_t{1} << 53) - 1;
  report.metrics[1].count.product = uint64_t{1} << 53;
  report.metrics[2].count.product.reset();
  report.metrics[2].count.product_log10 = 40.5;
  const nlohmann::json document = nlohmann::json::parse(RenderJsonReport(report));
  EXPECT_EQ(document["metrics"][0]["product"], 9007199254740991u);
  EXPECT_TRUE(document["metrics"][1]["product"].is_null());
  EXPECT_TRUE(document["metrics"][2]["product"].is_null());
  EXPECT_EQ(document["metrics"][2]["product_log10"], 40.5);
}

TEST(JsonReport, PutsTheErrorBesideASketchedNumber) {
  Report report = SampleTopReport();
  report.estimated = true;
  report.metrics[0].count.relative_error = 0.016;
  report.metrics[0].count.labels[4].values_estimated = true;
  const std::string text = RenderJsonReport(report);
  const nlohmann::json document = nlohmann::json::parse(text);
  EXPECT_EQ(document["metrics"][0]["error"], 0.016);
  EXPECT_EQ(document["metrics"][0]["labels"][4]["error"], 0.016);
  EXPECT_FALSE(document["metrics"][0]["labels"][0].contains("error"));
  EXPECT_FALSE(document["metrics"][1].contains("error"));
  EXPECT_EQ(SchemaViolations(ReportSchema(), text), Violations());
}

TEST(JsonReport, HoldsOneMetricALine) {
  const std::string text = RenderJsonReport(SampleTopReport());
  size_t lines = 0;
  for (size_t at = text.find("\n{\"name\":"); at != std::string::npos; at = text.find("\n{\"name\":", at + 1)) ++lines;
  EXPECT_EQ(lines, 3u);
  EXPECT_EQ(text.back(), '\n');
}

TEST(JsonReport, MarksBrokenUtf8BesideIt) {
  Report report = SampleCheckReport();
  report.findings[0].values = {"ok",
                               "a\xFF"
                               "b"};
  report.skipped = {{"\xFE.prom", 3, 1, "\xFFrubbish", "expected a metric name"}};
  report.skipped_lines = 1;
  const std::string text = RenderJsonReport(report);
  const nlohmann::json document = nlohmann::json::parse(text);
  EXPECT_EQ(document["findings"][0]["values"][1], "a\\xFFb");
  EXPECT_EQ(document["findings"][0]["escaped"], true);
  EXPECT_FALSE(document["findings"][1].contains("escaped"));
  EXPECT_EQ(document["skipped"][0]["text"], "\\xFFrubbish");
  EXPECT_EQ(document["skipped"][0]["escaped"], true);
  EXPECT_EQ(SchemaViolations(ReportSchema(), text), Violations());
}

TEST(JsonReport, SaysHowManyFindingsWereCut) {
  Report report = SampleCheckReport();
  report.findings.resize(1);
  const std::string text = RenderJsonReport(report);
  EXPECT_EQ(nlohmann::json::parse(text)["findings_others"]["rows"], 3);
  EXPECT_EQ(SchemaViolations(ReportSchema(), text), Violations());
}

// A locale with a comma as decimal point and points between thousands, as de_DE has, whatever the machine has installed.
class GermanNumbers : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(JsonReport, IsTheSameInAnyLocale) {
  const std::string json = RenderJsonReport(SampleCheckReport());
  const std::string text = RenderTextReport(SampleCheckReport(), TextOptions());
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new GermanNumbers));
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "tr_TR.UTF-8", "C.UTF-8", "C"}) {
    std::setlocale(LC_ALL, name);  // a machine without it keeps what it has; the facet above is always there
    EXPECT_EQ(RenderJsonReport(SampleCheckReport()), json) << name;
    EXPECT_EQ(RenderTextReport(SampleCheckReport(), TextOptions()), text) << name;
  }
  std::locale::global(before);
  std::setlocale(LC_ALL, "C");
}

}  // namespace
}  // namespace seriesguard
