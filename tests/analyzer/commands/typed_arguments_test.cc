// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/typed_arguments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/commands/interpret_arguments.h"

namespace seriesguard {
namespace {

using Words = std::vector<std::string>;

TypedArguments Split(const Words& words) {
  const absl::StatusOr<TypedArguments> typed = SplitArguments(*FindCommand("top"), words);
  EXPECT_TRUE(typed.ok()) << typed.status().message();
  return typed.value_or(TypedArguments());
}

std::string Refusal(const Words& words) {
  return std::string(SplitArguments(*FindCommand("top"), words).status().message());
}

TEST(SplitArguments, TakesFlagsAnywhereAndKeepsTheOrderOfTheRest) {
  const TypedArguments typed = Split({"a.prom", "--limit", "3", "-", "--what-if", "b.prom", "--by=bytes"});
  EXPECT_EQ(typed.positionals, Words({"a.prom", "-", "b.prom"}));
  ASSERT_EQ(typed.flags.size(), 3u);
  EXPECT_EQ(typed.flags[0].flag->name, "--limit");
  EXPECT_EQ(typed.flags[0].value, "3");
  EXPECT_EQ(typed.flags[1].value, "bytes");
  EXPECT_EQ(typed.flags[2].flag->name, "--what-if");
}

TEST(SplitArguments, LeavesNamesOfFilesAlone) {
  const Words names = {"[a,b]", "a,b", "@file", "a=b", "%d", "", "/x", "x y", "{}"};
  EXPECT_EQ(Split(names).positionals, names);
}

TEST(SplitArguments, TakesEverythingAfterTwoDashesAsNames) {
  const TypedArguments typed = Split({"--limit", "1", "--", "--limit", "-", "--"});
  EXPECT_EQ(typed.positionals, Words({"--limit", "-", "--"}));
  EXPECT_EQ(typed.flags.size(), 1u);
}

TEST(SplitArguments, LetsTheLastOfTwoCount) {
  const TypedArguments typed = Split({"--limit", "1", "--limit", "2", "--lenient", "--lenient"});
  ASSERT_EQ(typed.flags.size(), 2u);
  for (const TypedFlag& given : typed.flags) {
    EXPECT_EQ(given.value, given.flag->name == "--limit" ? "2" : "");
  }
}

TEST(SplitArguments, NamesTheNearestFlag) {
  EXPECT_EQ(Refusal({"--limt", "3"}), "unknown flag --limt; did you mean --limit?");
  EXPECT_EQ(Refusal({"--formt=json"}), "unknown flag --formt; did you mean --format?");
  EXPECT_EQ(Refusal({"--as-guarded"}), "unknown flag --as-guarded; top does not take it");
  EXPECT_EQ(Refusal({"-q"}), "unknown flag -q");
  EXPECT_EQ(Refusal({"--\x1b[2J"}), "unknown flag --\\x1B[2J");
  EXPECT_EQ(Refusal({"--limit"}), "--limit needs a value");
}

TEST(InterpretArguments, GivesFlagsTheirMeaning) {
  const Command& top = *FindCommand("top");
  const absl::StatusOr<Options> options = InterpretArguments(
      top,
      Split({"x", "--limit", "0", "--by", "samples", "--format", "json", "--server", "prometheus2", "--created",
             "ignore", "--memory-limit", "1M", "--threads", "2", "--metric", "^a", "--input-format", "openmetrics"}));
  ASSERT_TRUE(options.ok()) << options.status().message();
  EXPECT_EQ(options->output.limit, 0u);
  EXPECT_EQ(options->sort_by, SortBy::kSamples);
  EXPECT_EQ(options->output.format, OutputFormat::kJson);
  EXPECT_EQ(options->input.server, ServerView::kPrometheus2);
  EXPECT_EQ(options->input.created, CreatedSeries::kIgnore);
  EXPECT_EQ(options->input.memory_limit_bytes, 1'048'576u);
  EXPECT_EQ(options->input.threads, 2u);
  EXPECT_EQ(options->input.format, InputFormat::kOpenMetrics);
  EXPECT_EQ(options->metric_pattern, "^a");
  EXPECT_EQ(options->input.paths, Words({"x"}));
}

TEST(InterpretArguments, TakesTheMetricOfExplainApart) {
  const Command& explain = *FindCommand("explain");
  const absl::StatusOr<TypedArguments> typed = SplitArguments(explain, {"m", "a", "b"});
  const absl::StatusOr<Options> options = InterpretArguments(explain, *typed);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->positionals.front(), "m");
  EXPECT_EQ(options->input.paths, Words({"a", "b"}));
}

}  // namespace
}  // namespace seriesguard
