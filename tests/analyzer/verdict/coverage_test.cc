// SPDX-License-Identifier: Apache-2.0
//
// coverage_test.cc: rules that met nothing, and policies that judge nothing.
#include <gtest/gtest.h>

#include "tests/analyzer/verdict/judged.h"

namespace seriesguard {
namespace {

// The finding about the rule `- name: <name>` in line 4, judged beside a rule that sees series.
Finding UnusedRule(const std::string& dump, const std::string& rule) {
  const Verdict verdict = JudgeText(dump + "seen 1\n", "version: 1\nmetrics:\n- name: seen\n- " + rule + "\n");
  EXPECT_EQ(RulesOf(verdict), "rule_unused warning") << rule;
  EXPECT_EQ(verdict.coverage.rules, 2u);
  EXPECT_EQ(verdict.coverage.saw_series, 1u);
  EXPECT_EQ(verdict.verdict, ReportVerdict::kWithinBudget);
  if (verdict.findings.empty()) return {};
  EXPECT_EQ(verdict.findings[0].location.line, 4);
  return verdict.findings[0];
}

TEST(RuleUnused, NamesTheNearestMetric) {
  const Finding finding = UnusedRule("http_requests 1\nother 1\n", "{name: htpp_requests, owner: me}");
  EXPECT_EQ(finding.metric, "htpp_requests");
  EXPECT_EQ(finding.owner, "me");
  EXPECT_EQ(finding.input, "");
  EXPECT_EQ(finding.message, "the rule saw no series: the dump has no metric of this name");
  EXPECT_EQ(finding.remedy, "the nearest metric is \"http_requests\"");
}

TEST(RuleUnused, KnowsTheTrapOfTotal) {
  EXPECT_EQ(UnusedRule("# TYPE x_total counter\nx_total 1\n", "{name: x}").remedy,
            "the dump has \"x_total\": the name of a counter ends in _total");
  EXPECT_EQ(UnusedRule("# TYPE x counter\nx_total 1\n# TYPE y gauge\ny 1\n", "{name: y_total}").remedy,
            "the dump has \"y\", which is no counter and has no _total");
  EXPECT_EQ(UnusedRule("# TYPE ab_total counter\nab_total 1\n", "{match: 'a[a-z]'}").remedy,
            "it would fit \"ab_total\" without its _total, which belongs to the name of a counter");
}

TEST(RuleUnused, SaysThatAnotherRuleCameFirst) {
  const Finding finding = UnusedRule("", "{match: 'se.*'}");
  EXPECT_EQ(finding.metric, "se.*");
  EXPECT_EQ(finding.message, "the rule saw no series: other rules come before it");
  EXPECT_EQ(finding.remedy, "for example the rule in line 3 speaks for \"seen\"");
}

TEST(RuleUnused, MayHaveNothingNear) {
  EXPECT_EQ(UnusedRule("zzz 1\n", "{name: completely_different}").remedy, "");
  EXPECT_EQ(UnusedRule("zzz 1\n", "{match: 'nothing.*'}").remedy, "");
}

TEST(RuleUnused, IsAskedOverAllInputs) {
  const Verdict verdict = JudgeTexts({{"a", "x 1\n"}, {"b", "y 1\n"}}, "version: 1\nmetrics: [{name: x}, {name: y}]\n");
  EXPECT_EQ(RulesOf(verdict), "");
  EXPECT_EQ(verdict.coverage.saw_series, 2u);
}

TEST(RuleUnused, SpeaksOfALabelThatTheMetricLacks) {
  const std::string labels = "{usr_id: {value_limit: 5}, gone: {drop: true}}";
  const std::string policy = "version: 1\nmetrics:\n- name: x\n  labels: " + labels + "\n";
  const Verdict verdict = JudgeText("x{user_id=\"1\"} 1\n", policy);
  ASSERT_EQ(RulesOf(verdict), "rule_unused warning");
  EXPECT_EQ(verdict.findings[0].metric, "x");
  EXPECT_EQ(verdict.findings[0].label, "usr_id");
  EXPECT_EQ(verdict.findings[0].message, "the rule of label \"usr_id\" saw no series: the metric has no such label");
  EXPECT_EQ(verdict.findings[0].remedy, "the nearest label is \"user_id\"");
  EXPECT_EQ(verdict.coverage.saw_series, 1u);
}

TEST(RuleUnused, SpeaksOfATopLevelLabelThatNoMetricHas) {
  const Verdict verdict = JudgeText(
      "x{code=\"1\"} 1\n", "version: 1\nlabels: {cod: {value_limit: 3}, gone: {drop: true}}\nmetrics: [{name: x}]\n");
  ASSERT_EQ(RulesOf(verdict), "rule_unused warning");
  EXPECT_EQ(verdict.findings[0].metric, "");
  EXPECT_EQ(verdict.findings[0].remedy, "the nearest label is \"code\"");
}

TEST(RuleRequired, IsAnError) {
  const std::string policy = "version: 1\nmetrics: [{name: x}, {name: y, required: true}]\n";
  const Verdict verdict = JudgeText("x 1\n", policy);
  EXPECT_EQ(RulesOf(verdict), "rule_required error");
  EXPECT_EQ(verdict.verdict, ReportVerdict::kOverBudget);
  EXPECT_EQ(RulesOf(JudgeText("x 1\ny 1\n", policy)), "");
}

TEST(RequireAll, MakesEveryUnusedRuleAnError) {
  JudgeOptions all;
  all.require_all = true;
  const Verdict verdict = JudgeText(
      "x 1\n",
      "version: 1\nlabels: {l: {value_limit: 1}}\nmetrics: [{name: x, labels: {m: {value_limit: 1}}}, {name: y}]\n",
      all);
  EXPECT_EQ(RulesOf(verdict), "rule_required error, rule_required error, rule_required error");
}

TEST(Fingerprints, OfUnusedRulesDiffer) {
  const Verdict verdict = JudgeText("x 1\n", "version: 1\nmetrics: [{name: x}, {match: 'a.*'}, {match: 'b.*'}]\n");
  ASSERT_EQ(verdict.findings.size(), 2u);
  EXPECT_NE(Fingerprint(verdict.findings[0]), Fingerprint(verdict.findings[1]));
}

TEST(NothingJudged, IsUndecided) {
  const Verdict no_match = JudgeText("x 1\n", "version: 1\nbudget: {series_limit: 10}\nmetrics: [{name: y}]\n");
  EXPECT_EQ(no_match.verdict, ReportVerdict::kUndecided);
  EXPECT_EQ(no_match.undecided_reason, "no rule of the policy saw a series: is it the policy of this service?");
  const Verdict no_label = JudgeText("x 1\n", "version: 1\nlabels: {l: {value_limit: 1}}\n");
  EXPECT_EQ(no_label.verdict, ReportVerdict::kUndecided);
  EXPECT_EQ(no_label.coverage.rules, 1u);
  EXPECT_EQ(JudgeText("x{l=\"a\"} 1\n", "version: 1\nlabels: {l: {value_limit: 1}}\n").verdict,
            ReportVerdict::kWithinBudget);
  EXPECT_EQ(JudgeText("x 1\n", "version: 1\n").undecided_reason, "the policy has neither a rule nor a budget");
  EXPECT_EQ(JudgeText("x 1\n", "version: 1\nbudget: {series_limit: 1}\n").verdict, ReportVerdict::kWithinBudget);
}

TEST(NothingJudged, BeatsAViolationButStillShowsIt) {
  const Verdict verdict = JudgeText("x 1\nz 1\n", "version: 1\nbudget: {series_limit: 1}\nmetrics: [{name: y}]\n");
  EXPECT_EQ(verdict.verdict, ReportVerdict::kUndecided);
  EXPECT_NE(Only(verdict, FindingRule::kTotalLimit), nullptr);
}

TEST(GuardsOwnMetrics, AreNoRulesBusiness) {
  const Verdict verdict = JudgeText("seriesguard_series{metric=\"x\"} 1\n", "version: 1\nmetrics: [{match: '.*'}]\n");
  EXPECT_EQ(verdict.coverage.saw_series, 0u);
  EXPECT_EQ(verdict.verdict, ReportVerdict::kUndecided);
}

}  // namespace
}  // namespace seriesguard
