// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/dump_findings.h"

#include <gtest/gtest.h>

#include "tests/analyzer/report/sample_report.h"

namespace seriesguard {
namespace {

TEST(AddDumpFindings, WarnsOfDuplicatesAndSkippedLines) {
  Report report = SampleTopReport();
  report.skipped_lines = 1;
  report.skipped = {{"shop.prom", 9, 4, "x{", "expected a label name"}};
  AddDumpFindings(/*strict=*/false, &report);
  ASSERT_EQ(report.findings.size(), 2u);
  for (const Finding& finding : report.findings) {
    EXPECT_EQ(finding.severity, Severity::kWarning);
    EXPECT_EQ(finding.input, "shop.prom");
  }
  EXPECT_EQ(report.findings[0].rule, FindingRule::kDuplicateSamples);
  EXPECT_EQ(report.findings[0].observed, 2u);
  EXPECT_EQ(report.findings[0].location.line, 230);
  EXPECT_EQ(report.findings[1].rule, FindingRule::kSkippedLines);
  EXPECT_EQ(report.findings[1].location.column, 4);
  EXPECT_FALSE(HasInvalidInput(report));
}

TEST(AddDumpFindings, MakesErrorsOfThemWhenStrict) {
  Report report = SampleTopReport();
  Finding syntax;
  syntax.rule = FindingRule::kOpenMetricsSyntax;
  syntax.severity = Severity::kWarning;
  Finding unused;
  unused.rule = FindingRule::kRuleUnused;
  unused.severity = Severity::kWarning;
  report.findings = {syntax, unused};
  AddDumpFindings(/*strict=*/true, &report);
  ASSERT_EQ(report.findings.size(), 3u);
  EXPECT_EQ(CountSeverity(report.findings, Severity::kError), 2u);
  EXPECT_EQ(report.findings.back().rule, FindingRule::kRuleUnused);
  EXPECT_TRUE(HasInvalidInput(report));
}

TEST(AddDumpFindings, SaysNothingOfACleanDump) {
  Report report = SampleTopReport();
  report.total.duplicate_samples = 0;
  report.duplicates.clear();
  AddDumpFindings(/*strict=*/true, &report);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_FALSE(HasInvalidInput(report));
}

TEST(HasInvalidInput, DoesNotTakeABudgetForIt) { EXPECT_FALSE(HasInvalidInput(SampleCheckReport())); }

}  // namespace
}  // namespace seriesguard
