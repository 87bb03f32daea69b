// SPDX-License-Identifier: Apache-2.0
#include "analyzer/baseline/baseline_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/baseline/baseline.h"
#include "analyzer/report/finding_rule.h"
#include "rules/diagnostic.h"

namespace seriesguard {
namespace {

TEST(BaselineReader, ReadsWhatItWritesAndWritesTheSameBytes) {
  const std::string text =
      "# Known violations, each tolerated up to `observed`; written by seriesguard check --update-baseline.\n"
      "version: 1\n"
      "policy: \"abc\"\n"
      "entries:\n"
      "- rule: total_limit\n"
      "  observed: 70000\n"
      "- rule: series_limit\n"
      "  metric: \"a\"\n"
      "  observed: 4812\n"
      "  max_growth: 10%\n"
      "  owner: \"team-edge\"\n"
      "  reason: \"since \\\"3.2\\\": yes\"\n"
      "  expires: \"2026-12-31\"\n"
      "- rule: value_limit\n"
      "  metric: \"a\"\n"
      "  label: \"tenant\"\n"
      "  observed: 12\n"
      "  max_growth: 250\n";
  const BaselineReadResult read = ReadBaseline(text);
  ASSERT_TRUE(read.baseline.has_value()) << (read.diagnostics.empty() ? "" : read.diagnostics[0].message);
  ASSERT_EQ(read.baseline->entries.size(), 3u);
  EXPECT_EQ(read.baseline->policy_hash, "abc");
  EXPECT_EQ(read.baseline->entries[1].subject.rule, FindingRule::kSeriesLimit);
  EXPECT_EQ(read.baseline->entries[1].observed, 4812u);
  EXPECT_EQ(read.baseline->entries[1].reason, "since \"3.2\": yes");
  EXPECT_EQ(read.baseline->entries[1].location.line, 7);
  EXPECT_EQ(WriteBaseline(*read.baseline), text);
}

TEST(BaselineReader, HostileNamesAreWrittenAndReadBack) {
  Baseline baseline;
  BaselineEntry entry;
  entry.subject = {FindingRule::kValueLimit, "a\": b\n- x", "\xE2\x80\xAE#l"};
  entry.reason = "*anchor &x {[";
  baseline.entries = {entry};
  const BaselineReadResult read = ReadBaseline(WriteBaseline(baseline));
  ASSERT_TRUE(read.baseline.has_value());
  EXPECT_TRUE(read.baseline->entries[0].subject == entry.subject);
  EXPECT_EQ(read.baseline->entries[0].reason, entry.reason);
}

TEST(BaselineReader, FindsEveryMistakeInOneRun) {
  const BaselineReadResult read = ReadBaseline(
      "version: 2\n"
      "polcy: x\n"
      "entries:\n"
      "- rule: serie_limit\n"
      "- metric: a\n"
      "- rule: series_limit\n"
      "  observed: -1\n"
      "- rule: series_limit\n"
      "  max_growth: much\n"
      "- rule: series_limit\n"
      "  expires: 2026-02-30\n"
      "- rule: series_limit\n"
      "  metric: b\n"
      "- rule: series_limit\n"
      "  metric: b\n");
  EXPECT_FALSE(read.baseline.has_value());
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : read.diagnostics) {
    found.push_back(std::to_string(diagnostic.location.line) + " " + diagnostic.code);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"1 out_of_range", "2 unknown_key", "4 bad_value", "5 missing_key",
                                             "7 out_of_range", "9 bad_value", "11 bad_value", "14 duplicate_name"}));
}

TEST(BaselineReader, AnEmptyFileIsNoBaseline) {
  EXPECT_FALSE(ReadBaseline("").baseline.has_value());
  EXPECT_TRUE(ReadBaseline("version: 1\n").baseline.has_value());
  EXPECT_EQ(WriteBaseline(Baseline()).substr(WriteBaseline(Baseline()).find('\n') + 1), "version: 1\nentries: []\n");
}

TEST(ParseGrowth, TakesAShareOrANumberAndNothingElse) {
  EXPECT_EQ(ParseGrowth("10%")->share, 0.1);
  EXPECT_EQ(ParseGrowth("250")->absolute, 250u);
  EXPECT_EQ(ParseGrowth("0")->absolute, 0u);
  for (const char* text : {"", "%", "-1", "1.5%", "ten", "1 %", "9999999%", "99999999999999999999"}) {
    EXPECT_FALSE(ParseGrowth(text).has_value()) << text;
  }
}

TEST(IsDay, KnowsTheCalendar) {
  for (const char* day : {"2026-12-31", "2024-02-29", "2000-02-29"}) EXPECT_TRUE(IsDay(day)) << day;
  for (const char* day : {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "26-12-31",
                          "2026/12/31", "2026-12-3x", ""}) {
    EXPECT_FALSE(IsDay(day)) << day;
  }
}

}  // namespace
}  // namespace seriesguard
