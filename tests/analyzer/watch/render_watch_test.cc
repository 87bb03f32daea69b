// SPDX-License-Identifier: Apache-2.0
//
// A watch as text and as JSON: what is there, and what a hostile service can do to neither.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/diff/change.h"
#include "analyzer/diff/diff_schema.h"
#include "analyzer/report/report_schema.h"
#include "analyzer/watch/json_watch.h"
#include "analyzer/watch/text_watch.h"
#include "analyzer/watch/watch.h"
#include "analyzer/watch/watch_schema.h"
#include "gtest/gtest.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"
#include "tests/analyzer/report/sample_report.h"
#include "tests/analyzer/report/schema_check.h"

namespace seriesguard {
namespace {

constexpr int64_t kNsOfSecond = 1'000'000'000;

MetricChange Grown(const std::string& name, const std::string& label, uint64_t added) {
  MetricChange metric;
  metric.name = name;
  metric.is_before = metric.is_after = true;
  metric.type_before = metric.type_after = MetricType::kCounter;
  metric.before = 10;
  metric.after = 10 + added;
  metric.added = added;
  metric.gone = 0;
  metric.added_causes = {{ChangeCause::kValue, {label}, added}};
  LabelChange change;
  change.name = label;
  change.values_before = 10;
  change.values_after = 10 + added;
  change.added.values = added;
  change.added.top = {{"v\x1b[31m", 1}};
  change.added.other_values = change.added.other_series = added - 1;
  metric.labels = {change};
  return metric;
}

Watch SampleWatch() {
  Watch watch;
  watch.tool = "seriesguard 0.1.0";
  watch.server = "prometheus3";
  watch.names = {"http://host:1/metrics", "http://host:1/other"};
  watch.every_ns = 15 * kNsOfSecond;
  watch.for_ns = 600 * kNsOfSecond;
  watch.scrapes = {{0, "", 40, 0, 0, 0, 0},
                   {15 * kNsOfSecond, "no answer", 0, 0, 0, 0, 0},
                   {30 * kNsOfSecond, "", 1'240, 1'201, 1, 1'201, 1}};
  watch.failed = 1;
  watch.came = 1'201;
  watch.went = 1;
  Diff diff;
  diff.tool = watch.tool;
  diff.server = watch.server;
  diff.before.inputs = diff.after.inputs = {{"http://host:1/metrics", "text-0.0.4"}};
  diff.before.series = 40;
  diff.before.metrics = diff.after.metrics = diff.metrics_on_both = 5;
  diff.after.series = 1'240;
  diff.added = 1'201;
  diff.gone = 1;
  diff.metrics = {Grown("small_total", "a", 200), Grown("large_total", "tenant", 1'000), Grown("one_total", "b", 1)};
  MetricChange shrunk = Grown("shrunk_total", "c", 1);
  shrunk.added = 0;
  shrunk.gone = 1;
  shrunk.gone_causes = std::move(shrunk.added_causes);
  shrunk.added_causes.clear();
  diff.metrics.push_back(shrunk);
  diff.unchanged = {1, 10, 10, 0, 0};
  SumCauses(&diff);
  watch.diff = diff;
  return watch;
}

std::string Member(const std::string& json, const std::string& key) {
  const size_t begin = json.find("\"" + key + "\":") + key.size() + 3;
  const size_t end = key == "diff" ? json.find(",\n\"report\":", begin) : json.rfind("\n}");
  return json.substr(begin, end - begin);
}

TEST(RenderWatch, JsonIsWhatItsSchemaSays) {
  Watch watch = SampleWatch();
  const std::string without = RenderJsonWatch(watch);
  EXPECT_EQ(SchemaViolations(WatchSchema(), without), std::vector<std::string>());
  EXPECT_NE(without.find("\n\"report\":null\n}\n"), std::string::npos);
  EXPECT_NE(without.find("{\"at_seconds\":15,\"failure\":\"no answer\"},\n"), std::string::npos) << without;
  EXPECT_EQ(SchemaViolations(DiffSchema(), Member(without, "diff")), std::vector<std::string>());
  watch.report = SampleCheckReport();
  const std::string with = RenderJsonWatch(watch);
  EXPECT_EQ(SchemaViolations(WatchSchema(), with), std::vector<std::string>());
  EXPECT_EQ(SchemaViolations(ReportSchema(), Member(with, "report")), std::vector<std::string>());
  watch.diff.reset();
  watch.report.reset();
  EXPECT_EQ(SchemaViolations(WatchSchema(), RenderJsonWatch(watch)), std::vector<std::string>());
}

TEST(RenderWatch, EveryEndHasItsName) {
  Watch watch = SampleWatch();
  for (const WatchEnd end : {WatchEnd::kTime, WatchEnd::kBudget, WatchEnd::kInterrupted, WatchEnd::kFailures}) {
    watch.end = end;
    EXPECT_EQ(SchemaViolations(WatchSchema(), RenderJsonWatch(watch)), std::vector<std::string>());
  }
}

TEST(RenderWatch, ALineHasWhatGrewMostFirst) {
  const Watch watch = SampleWatch();
  const std::string line = RenderWatchLine(watch.scrapes[2], &*watch.diff, TextWatchStyle());
  EXPECT_EQ(
      line,
      "    30s       1,240   +1,201       -1   +1,201       -1  large_total +1,000 (new value of tenant: "
      "\"v\\x1B[31m\" and 999 more); small_total +200 (new value of a: \"v\\x1B[31m\" and 199 more); one_total +1 "
      "(new value of b: \"v\\x1B[31m\")\n");
  EXPECT_EQ(RenderWatchLine(watch.scrapes[0], &*watch.diff, TextWatchStyle()).substr(0, 19), "     0s          40");
}

TEST(RenderWatch, LinesAreCutToTheTerminalAndNotElsewhere) {
  Watch watch = SampleWatch();
  watch.scrapes[1].failure = "HTTP status 500 \xc3\xa4\xc3\xb6\xc3\xbc " + std::string(500, 'x');
  const std::string whole = RenderWatchLine(watch.scrapes[1], nullptr, TextWatchStyle());
  EXPECT_NE(whole.find(watch.scrapes[1].failure), std::string::npos);
  for (size_t columns = 40; columns < 130; ++columns) {
    TextWatchStyle style;
    style.line_columns = columns;
    for (const std::string& line :
         {RenderWatchLine(watch.scrapes[1], nullptr, style), RenderWatchLine(watch.scrapes[2], &*watch.diff, style)}) {
      EXPECT_LE(DisplayColumns(line.substr(0, line.size() - 1)), std::max<size_t>(columns, 70)) << line;
      EXPECT_EQ(line.find('\n'), line.size() - 1);
      EXPECT_TRUE(IsValidUtf8(line)) << line;
    }
  }
}

TEST(RenderWatch, TheSummarySaysWhatWasSeen) {
  Watch watch = SampleWatch();
  watch.end = WatchEnd::kInterrupted;
  const std::string text = RenderWatchSummary(watch, TextWatchStyle());
  for (const char* part : {"3 scrapes, 1 of them not read, in 30s; in all 1,201 series came and 1 went; interrupted",
                           "* most by new value of tenant in large_total: +1,000 series", "TOTAL"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  watch.report = SampleCheckReport();
  watch.report->command = "check";
  watch.report->verdict = ReportVerdict::kOverBudget;
  EXPECT_NE(RenderWatchSummary(watch, TextWatchStyle()).find("FAIL"), std::string::npos);
}

TEST(RenderWatch, TheHeadingCountsAddressesBeyondTheFirst) {
  const std::string text = RenderWatchHeading(SampleWatch());
  EXPECT_EQ(text.substr(0, text.find('\n')), "watching http://host:1/metrics and 1 more, every 15s for 10m");
}

}  // namespace
}  // namespace seriesguard
