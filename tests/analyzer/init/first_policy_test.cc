// SPDX-License-Identifier: Apache-2.0
#include "analyzer/init/first_policy.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/verdict/verdict.h"
#include "rules/policy_reader.h"
#include "tests/differential/census_adapter.h"

namespace seriesguard {
namespace {

Census Count(const std::vector<std::string>& texts) {
  std::vector<CensusDocument> inputs;
  for (const std::string& text : texts) inputs.push_back({text, reference::Format::kText});
  return *RunCensus(inputs, CensusRun());
}

Policy Read(const FirstPolicy& policy) {
  const PolicyReadResult read = ReadPolicy("seriesguard.yaml", policy.yaml);
  EXPECT_TRUE(read.policy) << FormatDiagnostics(read, "seriesguard.yaml", 100) << policy.yaml;
  return read.policy ? *read.policy : Policy();
}

std::string Series(const std::string& name, size_t count, const std::string& label = "n") {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += name + "{" + label + "=\"v" + std::to_string(i) + "\"} 1\n";
  return text;
}

TEST(RoundUp, KeepsTwoDigits) {
  const std::vector<std::pair<uint64_t, uint64_t>> cases = {{0, 0},     {1, 1},       {9, 9},          {49, 49},
                                                            {99, 99},   {100, 100},   {101, 110},      {1'543, 1'600},
                                                            {990, 990}, {991, 1'000}, {12'345, 13'000}};
  for (const auto& [number, round] : cases) EXPECT_EQ(RoundUp(number), round) << number;
  for (uint64_t number = 0; number < 100'000; number += 7) {
    EXPECT_GE(RoundUp(number), number);
    EXPECT_LE(RoundUp(number), number + number / 10);
    EXPECT_EQ(RoundUp(RoundUp(number)), RoundUp(number));
  }
}

TEST(FirstPolicy, GivesLargeMetricsARuleAndTheOthersOneNumber) {
  const Census census = Count({Series("big", 40) + Series("middle", 10) + Series("small", 9) + "one 1\n"});
  const FirstPolicy policy = *MakeFirstPolicy(census, 0.25);
  EXPECT_EQ(policy.series, 60u);
  EXPECT_EQ(policy.series_limit, 75u);
  EXPECT_EQ(policy.unguarded, 13u);
  EXPECT_EQ(policy.rules, 2u);
  EXPECT_EQ(policy.metrics, 4u);
  const Policy read = Read(policy);
  ASSERT_EQ(read.metrics.size(), 2u);
  EXPECT_EQ(read.metrics[0].name, "big");
  EXPECT_EQ(read.metrics[0].series_limit, 50);
  EXPECT_EQ(read.metrics[1].name, "middle");
  EXPECT_EQ(read.metrics[1].series_limit, 13);
}

TEST(FirstPolicy, HoldsTheLargestOfSeveralTargets) {
  const Census census = Count({Series("big", 40), Series("big", 100) + Series("small", 3), Series("small", 8)});
  const FirstPolicy policy = *MakeFirstPolicy(census, 0.1);
  EXPECT_EQ(policy.series, 103u);
  EXPECT_EQ(policy.series_limit, 120u);
  EXPECT_EQ(policy.unguarded, 9u);
  EXPECT_EQ(Read(policy).metrics[0].series_limit, 110);
}

TEST(FirstPolicy, NamesTheLargestMetricHoweverSmall) {
  const FirstPolicy policy = *MakeFirstPolicy(Count({"one 1\n"}), 0.25);
  EXPECT_EQ(policy.rules, 1u);
  EXPECT_EQ(Read(policy).metrics[0].series_limit, 2);
}

TEST(FirstPolicy, FitsExactlyWithoutHeadroomAndFailsOneSeriesLater) {
  const FirstPolicy policy = *MakeFirstPolicy(Count({Series("big", 40)}), 0);
  EXPECT_EQ(policy.series_limit, 40u);
  const Census more = Count({Series("big", 41)});
  EXPECT_EQ(Judge(more, Read(policy), JudgeOptions())->verdict, ReportVerdict::kOverBudget);
}

TEST(FirstPolicy, MatchesANameThatARuleMayNotHave) {
  const FirstPolicy policy = *MakeFirstPolicy(Count({Series("queue_count", 20)}), 0.25);
  EXPECT_NE(policy.yaml.find("- match: \"queue_count\""), std::string::npos) << policy.yaml;
  EXPECT_EQ(Read(policy).metrics.size(), 1u);
}

TEST(FirstPolicy, SaysHowAGaugeFolds) {
  const Census census =
      Count({"# TYPE a_ratio gauge\n" + Series("a_ratio", 20) + "# TYPE b gauge\n" + Series("b", 20)});
  const std::string yaml = MakeFirstPolicy(census, 0.25)->yaml;
  EXPECT_NE(yaml.find("\"a_ratio\"\n  series_limit: 25\n  # owner: who answers when it grows\n  fold: max"),
            std::string::npos)
      << yaml;
  EXPECT_NE(yaml.find("  fold: sum"), std::string::npos);
}

TEST(FirstPolicy, HoldsNoValueOfALabelAndNoPersonalName) {
  const Census census =
      Count({Series("logins", 20, "user") + "logins{user=\"jane.doe@example.com\",ip=\"203.0.113.9\"} 1\n" +
             "{\"mail to jane.doe@example.com\",n=\"secret-one\"} 1\n"});
  const FirstPolicy policy = *MakeFirstPolicy(census, 0.25);
  for (const char* text : {"jane", "example.com", "203.0", "secret-one", "v1"}) {
    EXPECT_EQ(policy.yaml.find(text), std::string::npos) << text << "\n" << policy.yaml;
  }
  EXPECT_NE(policy.yaml.find("values: user 21, ip 1"), std::string::npos) << policy.yaml;
  Read(policy);
}

TEST(FirstPolicy, SurvivesHostileNames) {
  const std::string nasty = "{\"a: {b}\\n- name: \\\"x\\\" # \\u2028\",\"l'\\\"#: [\"=\"v\"} 1\n";
  std::string text;
  for (int i = 0; i < 12; ++i) {
    std::string line = nasty;
    line.replace(line.find("\"v\""), 3, "\"v" + std::to_string(i) + "\"");
    text += line;
  }
  const FirstPolicy policy = *MakeFirstPolicy(Count({text}), 0.25);
  EXPECT_EQ(Read(policy).metrics.size(), 1u);
}

TEST(FirstPolicy, StopsAtFortyRules) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += Series("metric_" + std::to_string(i), 11);
  const FirstPolicy policy = *MakeFirstPolicy(Count({text}), 0.25);
  EXPECT_EQ(policy.rules, 40u);
  EXPECT_EQ(policy.unguarded, 280u);  // 20 * 11 and a quarter, rounded up
  EXPECT_EQ(Read(policy).metrics.size(), 40u);
}

// A service that folds already is over whatever the limits are: the policy that it has is to be looked at, not a new one.
TEST(FirstPolicy, RefusesADumpThatFolds) {
  const Census census =
      Count({Series("big", 20) + "# TYPE seriesguard_policy_info gauge\n"
                                 "seriesguard_policy_info{mode=\"enforce\",version=\"1\",hash=\"0123456789abcdef\"} 1\n"
                                 "# TYPE seriesguard_folded_total counter\n"
                                 "seriesguard_folded_total{metric=\"big\",label=\"n\",reason=\"value_limit\"} 7\n"});
  const absl::StatusOr<FirstPolicy> policy = MakeFirstPolicy(census, 0.25);
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kFailedPrecondition) << policy.status();
}

}  // namespace
}  // namespace seriesguard
