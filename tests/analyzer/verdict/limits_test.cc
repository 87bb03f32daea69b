// SPDX-License-Identifier: Apache-2.0
//
// limits_test.cc: series_limit, value_limit, total, unguarded and fleet, each target alone.
#include <gtest/gtest.h>

#include "analyzer/verdict/limit_check.h"
#include "tests/analyzer/verdict/judged.h"

namespace seriesguard {
namespace {

using Strings = std::vector<std::string>;

TEST(CheckLimit, EqualIsWithin) {
  EXPECT_EQ(CheckLimit(10, 0, 10), LimitAnswer::kWithin);
  EXPECT_EQ(CheckLimit(11, 0, 10), LimitAnswer::kOver);
  EXPECT_EQ(CheckLimit(0, 0, 0), LimitAnswer::kWithin);
}

TEST(CheckLimit, EstimateIsUndecidedWithinThreeStandardErrors) {
  // 1 % of 1,000: the interval is 970 to 1,030.
  EXPECT_EQ(CheckLimit(1000, 0.01, 969), LimitAnswer::kOver);
  EXPECT_EQ(CheckLimit(1000, 0.01, 970), LimitAnswer::kUndecided);
  EXPECT_EQ(CheckLimit(1000, 0.01, 1029), LimitAnswer::kUndecided);
  EXPECT_EQ(CheckLimit(1000, 0.01, 1030), LimitAnswer::kWithin);
}

constexpr char kTwoLabels[] =
    "x{path=\"/a\",user=\"1\"} 1\nx{path=\"/a\",user=\"2\"} 1\nx{path=\"/a\",user=\"3\"} 1\n"
    "x{path=\"/b\",user=\"1\"} 1\nx{path=\"/b\",user=\"2\"} 1\n";

TEST(SeriesLimit, NamesTheCulpritTheNumbersAndTheLine) {
  const Verdict verdict = JudgeText(kTwoLabels,
                                    "version: 1\n"
                                    "metrics:\n"
                                    "- name: x\n"
                                    "  series_limit: 4\n"
                                    "  owner: team-x\n");
  ASSERT_EQ(RulesOf(verdict), "series_limit error");
  const Finding& finding = verdict.findings[0];
  EXPECT_EQ(verdict.verdict, ReportVerdict::kOverBudget);
  EXPECT_EQ(finding.stage, Stage::kObserved);
  EXPECT_EQ(finding.input, "dump.prom");
  EXPECT_EQ(finding.metric, "x");
  EXPECT_EQ(finding.label, "user");  // 2 series remain without it, 3 without path
  EXPECT_TRUE(finding.label_is_culprit);
  EXPECT_EQ(finding.limit, 4u);
  EXPECT_EQ(finding.observed, 5u);
  EXPECT_FALSE(finding.projected.has_value());
  EXPECT_EQ(finding.owner, "team-x");
  EXPECT_EQ(finding.values, (Strings{"1", "2", "3"}));  // 2, 2 and 1 series
  EXPECT_EQ(finding.values_total, 3u);
  EXPECT_EQ(finding.location.file, "policy.yaml");
  EXPECT_EQ(finding.location.line, 4);
  EXPECT_EQ(finding.location.column, 17);
  EXPECT_EQ(finding.message, "5 series, limit 4");
  // value_limit 1: the named value has 2 series, the 3 others become the 2 that are left without the label.
  EXPECT_EQ(finding.remedy, "without label \"user\" 2 series remain; value_limit 1 on it leaves at most 4");
}

TEST(SeriesLimit, HoldsForEachMetricOfAPattern) {
  const std::string dump = Lines("x_a", "l", 2) + Lines("x_b", "l", 3) + Lines("x_c", "l", 4);
  const Verdict verdict = JudgeText(dump, "version: 1\nmetrics: [{match: 'x_.*', series_limit: 2}]\n");
  ASSERT_EQ(RulesOf(verdict), "series_limit error, series_limit error");
  EXPECT_EQ(verdict.findings[0].metric, "x_c");  // the larger excess first
  EXPECT_EQ(verdict.findings[1].metric, "x_b");
  EXPECT_EQ(verdict.coverage.rules, 1u);
  EXPECT_EQ(verdict.coverage.saw_series, 1u);
}

TEST(SeriesLimit, OfDefaultsIsJudgedAndPointsAtTheRule) {
  const Verdict verdict =
      JudgeText(Lines("x", "l", 3), "version: 1\ndefaults: {series_limit: 2}\nmetrics:\n- name: x\n");
  const Finding* const finding = Only(verdict, FindingRule::kSeriesLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->location.line, 4);
}

TEST(SeriesLimit, WithoutAVaryingLabelHasNoCulprit) {
  const std::string dump = "# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n";
  const Verdict verdict = JudgeText(dump, "version: 1\nmetrics: [{name: x, series_limit: 3}]\n");
  const Finding* const finding = Only(verdict, FindingRule::kSeriesLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->label, "");
  EXPECT_FALSE(finding->values_total.has_value());
  EXPECT_EQ(finding->remedy, "no label of it has more than one value: raise the limit, or drop the metric");
}

TEST(SeriesLimit, CounterOfOpenMetricsIsMatchedWithTotal) {
  const std::string dump = "# TYPE x counter\nx_total{l=\"a\"} 1\nx_total{l=\"b\"} 1\n# EOF\n";
  const Verdict verdict = JudgeText(dump, "version: 1\nmetrics: [{name: x_total, series_limit: 1}]\n");
  EXPECT_EQ(RulesOf(verdict), "series_limit error");
}

TEST(SeriesLimit, SaysWhatIsStillTooManyAndWhatThePolicyItselfWouldLeave) {
  std::string dump;
  for (const char* code : {"200", "201", "404", "500"}) {
    for (const char* tenant : {"a", "b"}) {
      dump += std::string("x{code=\"") + code + "\",tenant=\"" + tenant + "\"} 1\n";
    }
  }
  const std::string policy =
      "version: 1\nmetrics: [{name: x, series_limit: 6, labels: {code: {normalize: status_class}}}]\n";
  const Verdict observed = JudgeText(dump, policy);
  const Finding* const finding = Only(observed, FindingRule::kSeriesLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->label, "code");
  // 3 classes x 2 tenants; a value_limit of 2 on code: 4 series named, 2 folded.
  EXPECT_EQ(
      finding->remedy,
      "normalised by the policy's own rules, 6 series remain: wrap it in the service, or judge with --as-guarded; "
      "without label \"code\" 2 series remain; value_limit 2 on it leaves at most 6");
  JudgeOptions guarded;
  guarded.as_guarded = true;
  EXPECT_EQ(RulesOf(JudgeText(dump, policy, guarded)), "");

  const Verdict still = JudgeText(dump,
                                  "version: 1\nmetrics: [{name: x, series_limit: 1, labels: {code: {replace: [{match: "
                                  "'(.).*', with: '${1}xx'}]}}}]\n",
                                  guarded);
  const Finding* const too_many = Only(still, FindingRule::kSeriesLimit);
  ASSERT_NE(too_many, nullptr);
  EXPECT_EQ(too_many->stage, Stage::kNormalised);
  EXPECT_EQ(too_many->observed, 6u);
  EXPECT_EQ(too_many->remedy, "without label \"code\" 2 series remain, still too many");
}

TEST(ValueLimit, CountsNamedValuesOnly) {
  const std::string policy = "version: 1\nmetrics:\n- name: x\n  labels:\n    l: {value_limit: 2, otherwise: rest}\n";
  // Two values, the word for overflow, an empty value and an absent label.
  const std::string within = "x{l=\"a\"} 1\nx{l=\"b\"} 1\nx{l=\"rest\",m=\"1\"} 1\nx{l=\"\",m=\"2\"} 1\nx{m=\"3\"} 1\n";
  EXPECT_EQ(Only(JudgeText(within, policy), FindingRule::kValueLimit), nullptr);
  const Verdict verdict = JudgeText(within + "x{l=\"c\",m=\"1\"} 1\nx{l=\"c\",m=\"2\"} 1\n", policy);
  const Finding* const finding = Only(verdict, FindingRule::kValueLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->label, "l");
  EXPECT_FALSE(finding->label_is_culprit);
  EXPECT_EQ(finding->limit, 2u);
  EXPECT_EQ(finding->observed, 3u);
  EXPECT_EQ(finding->values, (Strings{"c", "a", "b"}));
  EXPECT_EQ(finding->values_total, 3u);
  EXPECT_EQ(finding->location.line, 5);
  EXPECT_EQ(finding->message, "label \"l\": 3 values, limit 2");
  // Left: {}, {m="1"}, {m="2"}, {m="3"} of a, b, rest+1, m=2, m=3, c+1, c+2.
  EXPECT_EQ(finding->remedy, "without it 4 series remain of 7; or allow, route or normalise its values");
}

TEST(ValueLimit, OfManyValuesFindsOverflowBelowTheTop) {
  // `other` has the fewest series and sorts last, so it is not among the ten values that a plain count keeps.
  std::string dump = "x{l=\"zz-other\"} 1\n";
  for (int i = 0; i < 12; ++i) {
    for (const char* m : {"1", "2"}) dump += "x{l=\"a" + std::to_string(i) + "\",m=\"" + m + "\"} 1\n";
  }
  EXPECT_EQ(
      RulesOf(JudgeText(dump, "version: 1\ndefaults: {value_limit: 12, otherwise: zz-other}\nmetrics: [{name: x}]\n")),
      "");
  const Verdict verdict =
      JudgeText(dump, "version: 1\ndefaults: {value_limit: 11, otherwise: zz-other}\nmetrics: [{name: x}]\n");
  const Finding* const finding = Only(verdict, FindingRule::kValueLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->observed, 12u);
  EXPECT_EQ(finding->values.size(), 10u);
  EXPECT_EQ(finding->values_total, 12u);
  EXPECT_EQ(finding->message, "label \"l\": 12 values, limit 11 (defaults)");
}

TEST(ValueLimit, NeverReachesLeOrTheGuardsOwnMetrics) {
  std::string dump = "# TYPE x histogram\n";
  for (int i = 0; i < 5; ++i) dump += "x_bucket{le=\"" + std::to_string(i) + "\"} 1\n";
  dump += "x_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n" + Lines("seriesguard_series", "metric", 5);
  EXPECT_EQ(RulesOf(JudgeText(dump, "version: 1\ndefaults: {value_limit: 1}\nmetrics: [{match: '.*'}]\n")), "");
}

TEST(ValueLimit, IsJudgedOnNormalisedValuesWhenGuarded) {
  const std::string dump = "x{code=\"200\"} 1\nx{code=\"201\"} 1\nx{code=\"404\"} 1\n";
  const std::string policy =
      "version: 1\nmetrics: [{name: x, labels: {code: {normalize: status_class, value_limit: 2}}}]\n";
  const Verdict observed = JudgeText(dump, policy);
  const Finding* const finding = Only(observed, FindingRule::kValueLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->observed, 3u);
  EXPECT_EQ(finding->remedy,
            "normalised by the policy's own rules, 2 values remain: wrap the metric in the service, or judge with "
            "--as-guarded");
  JudgeOptions guarded;
  guarded.as_guarded = true;
  EXPECT_EQ(RulesOf(JudgeText(dump, policy, guarded)), "");
  const Verdict narrow = JudgeText(
      dump, "version: 1\nmetrics: [{name: x, labels: {code: {normalize: status_class, value_limit: 1}}}]\n", guarded);
  const Finding* const judged = Only(narrow, FindingRule::kValueLimit);
  ASSERT_NE(judged, nullptr);
  EXPECT_EQ(judged->stage, Stage::kNormalised);
  EXPECT_EQ(judged->observed, 2u);
  EXPECT_EQ(judged->values, (Strings{"2xx", "4xx"}));
}

TEST(TopLevelRule, HoldsWhereverItsLabelAppears) {
  const std::string dump = Lines("ruled", "tenant", 3) + Lines("free", "tenant", 3);
  const Verdict verdict = JudgeText(dump, "version: 1\nlabels: {tenant: {value_limit: 2}}\nmetrics: [{name: ruled}]\n");
  ASSERT_EQ(RulesOf(verdict), "value_limit error, value_limit error");
  EXPECT_EQ(verdict.findings[0].metric, "free");
  // A metric's own rule replaces it whole.
  const Verdict replaced = JudgeText(
      dump,
      "version: 1\nlabels: {tenant: {value_limit: 2}}\nmetrics: [{name: ruled, labels: {tenant: {value_limit: 3}}}]\n");
  ASSERT_EQ(RulesOf(replaced), "value_limit error");
  EXPECT_EQ(replaced.findings[0].metric, "free");
}

constexpr char kBudget[] = "version: 1\nbudget: {series_limit: 8, unguarded: 3}\nmetrics: [{name: x}]\n";

TEST(Total, CountsEverythingAndNamesTheHeaviestMetric) {
  const std::string dump = Lines("x", "user", 6) + Lines("y", "l", 2) + "seriesguard_series{metric=\"x\"} 6\n";
  const Verdict verdict = JudgeText(dump, kBudget);
  ASSERT_EQ(RulesOf(verdict), "total_limit error");
  const Finding& finding = verdict.findings[0];
  EXPECT_EQ(finding.metric, "");
  EXPECT_EQ(finding.label, "user");
  EXPECT_TRUE(finding.label_is_culprit);
  EXPECT_EQ(finding.observed, 9u);
  EXPECT_EQ(finding.limit, 8u);
  EXPECT_EQ(finding.location.line, 2);
  EXPECT_EQ(finding.location.column, 24);
  EXPECT_EQ(finding.message, "9 series, budget.series_limit 8");
  // The others have 3. value_limit 4: 4 named, 1 `other`.
  EXPECT_EQ(
      finding.remedy,
      "metric \"x\" has 6 of them; without its label \"user\" 4 series remain in all; value_limit 4 on it leaves at "
      "most 8 in all");
}

TEST(Unguarded, LeavesOutRuledFamiliesAndTheGuard) {
  const std::string dump = Lines("x", "l", 2) + Lines("y", "l", 4) + "seriesguard_series{metric=\"x\"} 2\n";
  const Verdict verdict = JudgeText(dump, kBudget);
  ASSERT_EQ(RulesOf(verdict), "unguarded_limit error");
  EXPECT_EQ(verdict.findings[0].observed, 4u);
  EXPECT_EQ(verdict.findings[0].limit, 3u);
  EXPECT_EQ(verdict.findings[0].location.column, 38);
  EXPECT_EQ(verdict.findings[0].message, "metrics without a rule: 4 series, budget.unguarded 3");
  EXPECT_EQ(RulesOf(JudgeText(Lines("x", "l", 2) + Lines("y", "l", 3), kBudget)), "");
}

TEST(Targets, AreJudgedAloneAndNeverTogether) {
  const Verdict within = JudgeTexts({{"a", Lines("x", "l", 8)}, {"b", Lines("x", "l", 8, "w")}}, kBudget);
  EXPECT_EQ(RulesOf(within), "");
  EXPECT_EQ(within.verdict, ReportVerdict::kWithinBudget);
  const Verdict verdict = JudgeTexts({{"a", Lines("x", "l", 3)}, {"b", Lines("x", "l", 9)}},
                                     "version: 1\nmetrics: [{name: x, series_limit: 4}]\n");
  ASSERT_EQ(RulesOf(verdict), "series_limit error");
  EXPECT_EQ(verdict.findings[0].input, "b");
  EXPECT_EQ(verdict.findings[0].observed, 9u);
  EXPECT_EQ(verdict.findings[0].values_total, 9u);
}

TEST(Fleet, IsTheSumTimesReplicas) {
  const std::string policy = "version: 1\nbudget: {fleet_series_limit: 11}\nmetrics: [{name: x}]\n";
  const std::vector<NamedText> two = {{"a", Lines("x", "l", 3)}, {"b", Lines("x", "l", 3)}};
  EXPECT_EQ(RulesOf(JudgeTexts(two, policy)), "");
  JudgeOptions doubled;
  doubled.replicas = 2;
  const Verdict verdict = JudgeTexts(two, policy, doubled);
  ASSERT_EQ(RulesOf(verdict), "fleet_limit error");
  EXPECT_EQ(verdict.findings[0].input, "");
  EXPECT_EQ(verdict.findings[0].observed, 12u);  // the union would be 3
  EXPECT_EQ(verdict.findings[0].label, "l");
  EXPECT_EQ(verdict.findings[0].message, "2 targets times 2 replicas: 12 series, budget.fleet_series_limit 11");
}

TEST(Fleet, WithoutALimitSaysThatReplicasJudgedNothing) {
  JudgeOptions many;
  many.replicas = 10;
  const Verdict verdict = JudgeText(Lines("x", "l", 3), "version: 1\nmetrics: [{name: x}]\n", many);
  ASSERT_EQ(RulesOf(verdict), "fleet_limit note");
  EXPECT_EQ(verdict.findings[0].observed, 30u);
  EXPECT_EQ(verdict.verdict, ReportVerdict::kWithinBudget);
}

TEST(Messages, ShowHostileNamesEscapedAndValuesRaw) {
  const std::string dump = "x{\"l\\n\"=\"a\x1b[31m\"} 1\nx{\"l\\n\"=\"b\"} 1\n";
  const Verdict verdict = JudgeText(dump, "version: 1\nmetrics: [{name: x, series_limit: 1}]\n");
  const Finding* const finding = Only(verdict, FindingRule::kSeriesLimit);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->label, "l\n");
  EXPECT_EQ(finding->values, (Strings{"a\x1b[31m", "b"}));
  EXPECT_EQ(finding->remedy, "without label \"l\\n\" 1 series remains");
}

}  // namespace
}  // namespace seriesguard
