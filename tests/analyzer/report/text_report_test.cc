// SPDX-License-Identifier: Apache-2.0
#include "analyzer/report/text_report.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "rules/safe_text.h"
#include "rules/utf8.h"
#include "tests/analyzer/report/sample_report.h"

namespace seriesguard {
namespace {

std::string Render(const Report& report, size_t columns = 100, bool colour = false, SortBy by = SortBy::kSeries) {
  TextOptions options;
  options.columns = columns;
  options.colour = colour;
  options.sort_by = by;
  return RenderTextReport(report, options);
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST(TextTop, ShowsTheCulpritAndAddsUp) {
  EXPECT_EQ(Render(SampleTopReport()),
            R"(shop.prom (text-0.0.4)
48,213 series in 166 metrics, 48,215 samples, 4.39 MiB (29.3 KiB of it comments)

#  SERIES    SHARE  METRIC
1  28,944   60.0 %  http_request_duration_seconds histogram, 5.7 % of 42,140 combinations
                    * path 1,204, method 7, code 5, le 10, 1 constant
2  12,000   24.9 %  orders_total counter, all 12,000 combinations
                    * tenant 4,000, state 3
3       1   <0.1 %  process_open_fds gauge
    7,268   15.1 %  (163 others)
   48,213  100.0 %  TOTAL

* the label with the most values; --what-if counts what its removal saves

warning: 2 samples repeat a series at the same time stamp; a server keeps one of them
    shop.prom:230 repeats line 17: http_request_duration_seconds_bucket{code="200",le="0.005"}
    shop.prom:231 repeats line 18: http_request_duration_seconds_bucket{code="200",le="+Inf"}
)");
}

TEST(TextTop, PutsTheColumnOfItsOrderFirst) {
  const std::string text = Render(SampleTopReport(), 100, false, SortBy::kBytes);
  EXPECT_TRUE(Contains(text, "#      BYTES  SERIES    SHARE  METRIC\n")) << text;
  EXPECT_TRUE(Contains(text, "      30,000                   (comments and metadata)\n")) << text;
  EXPECT_TRUE(Contains(text, "   4,600,000  48,213  100.0 %  TOTAL\n")) << text;
}

TEST(TextTop, SaysWhatMetricFilteredAway) {
  Report report = SampleTopReport();
  report.metric_filter = "^http_";
  report.filtered_metrics = 160;
  EXPECT_TRUE(Contains(Render(report), "(163 others, 160 not matched by --metric)"));
}

TEST(TextCheck, ShowsFindingsWorstFirstAndEndsWithTheVerdict) {
  const std::string text = Render(SampleCheckReport());
  EXPECT_TRUE(Contains(text, R"(error: http_request_duration_seconds: 28,944 series, limit 4,000 [series_limit]
    culprit    path
    values     "/api/orders/1", "/api/orders/2", "/api/orders/3", "/api/orders/4", "/api/orders/5"
               and 1,199 more
    owner      team-edge
    policy     seriesguard.yaml:12:5
)")) << text;
  EXPECT_EQ(Lines(text).back(), "FAIL with 2 errors and 1 warning, 9 of 12 rules saw series, 3 saw none");
  const size_t series = text.find("[series_limit]");
  const size_t projected = text.find("[total_limit_projected]");
  const size_t unused = text.find("[rule_unused]");
  EXPECT_LT(series, projected);
  EXPECT_LT(projected, unused);
}

TEST(TextCheck, NamesEveryVerdict) {
  Report report = SampleCheckReport();
  report.findings.clear();
  report.verdict = ReportVerdict::kWithinBudget;
  EXPECT_EQ(Lines(Render(report)).back(), "PASS, 9 of 12 rules saw series, 3 saw none");
  report.coverage = RuleCoverage{1, 1};
  EXPECT_EQ(Lines(Render(report)).back(), "PASS, 1 of 1 rule saw series");
  report.verdict = ReportVerdict::kUndecided;
  report.undecided_reason = "3 lines skipped, --allow-skipped 0";
  EXPECT_EQ(Lines(Render(report)).back(), "UNDECIDED, 3 lines skipped, --allow-skipped 0, 1 of 1 rule saw series");
}

TEST(TextCheck, SaysHowManyFindingsItLeavesOut) {
  TextOptions options;
  options.max_findings = 1;
  const std::string text = RenderTextReport(SampleCheckReport(), options);
  EXPECT_TRUE(Contains(text, "(3 more findings, --limit 0 shows all)\n")) << text;
  EXPECT_EQ(Lines(text).back(), "FAIL with 2 errors and 1 warning, 9 of 12 rules saw series, 3 saw none");
}

TEST(TextExplain, ShowsWhatEachLabelCosts) {
  const std::string text = Render(SampleExplainReport());
  EXPECT_TRUE(Contains(text,
                       "* path     1,204  28,944      420  98.5 %  aggregate\n"
                       "  le          10  24,120        -       -  essential\n"))
      << text;
  EXPECT_TRUE(Contains(text, "  path -> job\n  path -> code, but for 12 of 28,946 samples (<0.1 %)\n")) << text;
  EXPECT_TRUE(
      Contains(text, "Series left without several labels together\n  60  without method, path (saves 99.8 %)\n"))
      << text;
  EXPECT_TRUE(
      Contains(text,
               "  fixed by other labels: job; without them there are 42,140 combinations, to which production can\n"
               "  grow\n"
               "  of the 8,428 combinations of method and path only 1,300 occur\n"))
      << text;
  EXPECT_FALSE(Contains(text, "can grow to all of them")) << text;
}

TEST(TextReport, FitsTheWidth) {
  for (const Report& report : {SampleTopReport(), SampleCheckReport(), SampleExplainReport()}) {
    for (const size_t columns : {80, 100, 132, 200}) {
      for (const std::string& line : Lines(Render(report, columns))) {
        // A word that is longer than the line has one for itself.
        if (line.find(' ', line.find_first_not_of(' ')) == std::string::npos) continue;
        EXPECT_LE(DisplayColumns(line), columns) << report.command << ": " << line;
      }
    }
  }
}

TEST(TextReport, HasNoEscapesWithoutColourAndTheSameTextWithIt) {
  for (const Report& report : {SampleTopReport(), SampleCheckReport(), SampleExplainReport()}) {
    const std::string plain = Render(report);
    EXPECT_EQ(plain.find('\x1b'), std::string::npos);
    std::string coloured = Render(report, 100, true);
    EXPECT_NE(coloured.find('\x1b'), std::string::npos);
    for (size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
      coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    EXPECT_EQ(coloured, plain);
  }
}

// Whatever stands in a name, a value, a path or a message: one line stays one line, and nothing reaches the terminal.
TEST(TextReport, EscapesHostileBytesEverywhere) {
  const std::string hostile = "\x1b]0;x\x07\r\n\xE2\x80\xAE\xC2\x9B\xFF\"|evil";
  std::vector<Report> reports = {SampleTopReport(), SampleCheckReport(), SampleExplainReport()};
  for (Report& report : reports) {
    const size_t lines_before = Lines(Render(report, 400)).size();
    report.inputs[0].path = hostile;
    for (MetricRow& metric : report.metrics) {
      metric.name = hostile;
      for (std::string& example : metric.examples) example = hostile;
      for (Dependency& dependency : metric.dependencies) dependency.determinant = dependency.dependent = hostile;
      if (metric.label_sets) metric.label_sets->sets[0].labels = {hostile};
      if (metric.product_gap) metric.product_gap->determined = metric.product_gap->pair = {hostile, hostile};
      for (PartCount& part : metric.count.parts) part.name = hostile;
      for (LabelCount& label : metric.count.labels) {
        if (label.name != "le") label.name = hostile;  // whose verdict is another line
        for (ValueCount& value : label.top) value.value = hostile;
      }
    }
    for (Finding& finding : report.findings) {
      if (!finding.input.empty()) finding.input = hostile;
      if (!finding.metric.empty()) finding.metric = hostile;
      if (!finding.label.empty()) finding.label = hostile;
      if (!finding.owner.empty()) finding.owner = hostile;
      for (std::string& value : finding.values) value = hostile;
      if (!finding.location.file.empty()) finding.location.file = hostile;
      finding.message = hostile;
      if (!finding.remedy.empty()) finding.remedy = hostile;
    }
    if (report.policy) report.policy->path = hostile;
    for (DuplicateRow& row : report.duplicates) row.input = row.series = hostile;
    const std::string text = Render(report, 400);
    EXPECT_TRUE(IsValidUtf8(text));
    for (const char byte : text) EXPECT_TRUE(byte == '\n' || static_cast<unsigned char>(byte) >= 0x20) << text;
    EXPECT_FALSE(Contains(text, "\xE2\x80\xAE")) << text;
    EXPECT_FALSE(Contains(text, "\xC2\x9B")) << text;
    EXPECT_FALSE(Contains(text, "\x7f")) << text;
    EXPECT_EQ(Lines(text).size(), lines_before) << text;
  }
}

TEST(TextReport, MarksEstimates) {
  Report report = SampleTopReport();
  report.estimated = true;
  report.metrics[0].count.relative_error = 0.016;
  const std::string text = Render(report);
  EXPECT_TRUE(Contains(text, "~48,213 series")) << text;
  EXPECT_TRUE(Contains(text, "~28,944")) << text;
  EXPECT_TRUE(Contains(text, "(standard error 1.6 %)")) << text;
}

}  // namespace
}  // namespace seriesguard
