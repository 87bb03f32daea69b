// SPDX-License-Identifier: Apache-2.0
//
// mask_report_test.cc: every field that holds bytes of a value, and that neither format shows what was in it.
#include "analyzer/report/mask_report.h"

#include <string>
#include <vector>

#include "analyzer/patterns/value_pattern.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/finding_rule.h"
#include "analyzer/report/json_report.h"
#include "analyzer/report/report.h"
#include "analyzer/report/text_report.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

constexpr char kMail[] = "somebody@example.com";
constexpr char kIp[] = "203.0.113.9";

// A report with something personal in each place that a value can reach.
Report Personal() {
  Report report;
  report.command = "explain";
  report.inputs.resize(1);
  MetricRow metric;
  metric.name = "m";
  metric.count.series = 2;
  LabelCount label;
  label.name = "user";
  label.values = 2;
  label.top = {{kMail, 1}, {"admin", 1}};
  metric.count.labels = {label};
  metric.examples = {std::string("m{user=\"") + kMail + "\"}"};
  metric.patterns.resize(1);
  metric.patterns[0].shares = {{ValuePattern::kEmail, 1, 1}};
  metric.patterns[0].personal = kPersonalEmail;
  report.metrics = {metric};
  report.duplicates = {{"in", 1, 2, std::string("m{ip=\"") + kIp + "\"}"}};
  report.total.duplicate_samples = 1;
  report.skipped = {{"in", 3, 1, std::string("m{user=\"") + kMail + "\"} x", "expected a number"}};
  report.skipped_lines = 1;
  Finding finding;
  finding.rule = FindingRule::kValueLimit;
  finding.values = {kMail, kIp, "admin"};
  report.findings = {finding};
  report.findings_total = 1;
  return report;
}

TEST(MaskReport, LeavesNothingPersonalInAnyFormat) {
  Report report = Personal();
  const std::string before = RenderJsonReport(report);
  EXPECT_NE(before.find(kMail), std::string::npos);
  MaskReport(&report);
  for (const std::string& text : {RenderJsonReport(report), RenderTextReport(report, TextOptions())}) {
    EXPECT_EQ(text.find(kMail), std::string::npos) << text;
    EXPECT_EQ(text.find(kIp), std::string::npos) << text;
    EXPECT_NE(text.find("s***@e***"), std::string::npos) << text;
    EXPECT_NE(text.find("admin"), std::string::npos) << text;
  }
  EXPECT_EQ(report.masked, 6u);
  EXPECT_NE(RenderJsonReport(report).find("\"masked\":6"), std::string::npos);
  EXPECT_NE(RenderTextReport(report, TextOptions()).find("--show-personal"), std::string::npos);
}

TEST(MaskReport, LeavesAReportWithoutPersonalValuesAsItIs) {
  Report report = Personal();
  report.metrics[0].count.labels[0].top = {{"admin", 1}};
  report.metrics[0].examples = {"m{path=\"/a\",address=\"127.0.0.1:80\"}"};
  report.duplicates.clear();
  report.skipped.clear();
  report.findings.clear();
  const std::string before = RenderJsonReport(report);
  MaskReport(&report);
  EXPECT_EQ(report.masked, 0u);
  EXPECT_EQ(RenderJsonReport(report), before);
}

TEST(MaskReport, MasksEveryValueHoweverManyAndHoweverOften) {
  Report report;
  report.findings.resize(3);
  for (Finding& finding : report.findings) {
    for (int i = 0; i < 5000; ++i) finding.values.push_back("a" + std::to_string(i) + "@example.com");
    finding.values.push_back("admin");
  }
  MaskReport(&report);
  EXPECT_EQ(report.masked, 15'000u);
  for (const Finding& finding : report.findings) {
    for (int i = 0; i < 5000; ++i) ASSERT_EQ(finding.values[static_cast<size_t>(i)], "a***@e***");
    EXPECT_EQ(finding.values.back(), "admin");
  }
}

}  // namespace
}  // namespace seriesguard
