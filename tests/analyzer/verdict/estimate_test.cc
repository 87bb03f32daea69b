// SPDX-License-Identifier: Apache-2.0
//
// estimate_test.cc: what may be said of a census that a memory limit turned into sketches. They are exact up to 256
// distinct things, and beyond have a standard error of 1.6 %: three of them are 4.9 %.
#include <gtest/gtest.h>

#include "tests/analyzer/verdict/judged.h"

namespace seriesguard {
namespace {

Verdict JudgeSketches(const std::string& dump, const std::string& yaml, const JudgeOptions& options = {},
                      size_t exact_inputs = 0) {
  const Census census = SketchedCensusFromTexts({{"dump.prom", dump}}, exact_inputs);
  EXPECT_TRUE(census.estimated());
  const Policy policy = PolicyFromText(yaml);
  return Judge(census, policy, options).value();
}

std::string LimitedTo(int limit) {
  return "version: 1\nmetrics: [{name: x, series_limit: " + std::to_string(limit) + "}]\n";
}

TEST(Estimate, DecidesWhereTheLimitIsFarAway) {
  const std::string dump = Lines("x", "l", 1000);
  EXPECT_EQ(RulesOf(JudgeSketches(dump, LimitedTo(1200))), "");
  const Verdict over = JudgeSketches(dump, LimitedTo(800));
  ASSERT_EQ(RulesOf(over), "series_limit error");
  EXPECT_EQ(over.verdict, ReportVerdict::kOverBudget);
  EXPECT_EQ(over.findings[0].label, "l");
  EXPECT_EQ(over.findings[0].remedy,
            "label \"l\" has the most values; what is left without it is not known of an estimate");
}

TEST(Estimate, IsUndecidedWhereTheLimitIsInsideItsError) {
  for (const size_t exact_inputs : {0u, 1u}) {  // sketched from the start, and afterwards
    const Verdict verdict = JudgeSketches(Lines("x", "l", 1000), LimitedTo(1000), {}, exact_inputs);
    ASSERT_EQ(RulesOf(verdict), "estimate_undecided error");
    EXPECT_EQ(verdict.verdict, ReportVerdict::kUndecided);
    EXPECT_EQ(verdict.undecided_reason, "a limit lies inside the error of an estimate");
    EXPECT_EQ(verdict.findings[0].limit, 1000u);
  }
}

TEST(Estimate, OfFewSeriesIsExact) {
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 200), LimitedTo(200))), "");
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 200), LimitedTo(199))), "series_limit error");
}

TEST(Estimate, OfTheTotalIsUndecidedAsWell) {
  const std::string dump = Lines("x", "l", 500) + Lines("free", "l", 500);
  const std::string rest = "}\nmetrics: [{name: x}]\n";
  EXPECT_EQ(RulesOf(JudgeSketches(dump, "version: 1\nbudget: {series_limit: 1000, unguarded: 900" + rest)),
            "estimate_undecided error");
  EXPECT_EQ(RulesOf(JudgeSketches(dump, "version: 1\nbudget: {series_limit: 800, unguarded: 300" + rest)),
            "total_limit error, unguarded_limit error");
}

TEST(Estimate, HasNoValuesToHoldAgainstARule) {
  const std::string dump = Lines("x", "l", 300);
  const std::string allow = "version: 1\nmetrics: [{name: x, labels: {l: {allow: [v1]}}}]\n";
  for (const bool as_guarded : {false, true}) {
    JudgeOptions options;
    options.as_guarded = as_guarded;
    const Verdict verdict = JudgeSketches(dump, allow, options);
    ASSERT_EQ(RulesOf(verdict), "estimate_undecided error");
    EXPECT_EQ(verdict.findings[0].message, "label \"l\": an estimate has kept no values to hold against its rule");
    EXPECT_EQ(verdict.verdict, ReportVerdict::kUndecided);
  }
}

TEST(Estimate, DoesNotKnowWhatNormalisationLeaves) {
  const std::string dump = Lines("x", "user", 1000);
  JudgeOptions guarded;
  guarded.as_guarded = true;
  const std::string drop =
      "version: 1\nbudget: {series_limit: 900}\nmetrics: [{name: x, series_limit: 800, labels: {user: {drop: "
      "true}}}]\n";
  const Verdict verdict = JudgeSketches(dump, drop, guarded);
  ASSERT_EQ(RulesOf(verdict), "estimate_undecided error, estimate_undecided error");
  EXPECT_EQ(verdict.findings[0].limit, 800u);
  // What is within before normalisation is within after it.
  const std::string wide =
      "version: 1\nbudget: {series_limit: 2000}\nmetrics: [{name: x, series_limit: 1500, labels: {user: {drop: "
      "true}}}]\n";
  EXPECT_EQ(RulesOf(JudgeSketches(dump, wide, guarded)), "");
}

TEST(Estimate, CountsValuesButNotWhetherOneIsOtherwise) {
  const auto policy = [](int limit) {
    return "version: 1\ndefaults: {value_limit: " + std::to_string(limit) + "}\nmetrics: [{name: x}]\n";
  };
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 20), policy(20))), "");
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 20), policy(19))), "estimate_undecided error");
  const Verdict over = JudgeSketches(Lines("x", "l", 20), policy(18));
  ASSERT_EQ(RulesOf(over), "value_limit error");
  EXPECT_TRUE(over.findings[0].values.empty());
  EXPECT_EQ(over.findings[0].remedy, "allow, route or normalise its values");
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 1000), policy(1000))), "estimate_undecided error");
}

TEST(Estimate, ProjectsWithItsError) {
  const auto policy = [](int limit) {
    return "version: 1\nmetrics: [{name: x, series_limit: " + std::to_string(limit) +
           ", labels: {l: {expect: 3000}}}]\n";
  };
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 1000), policy(2000))), "series_limit_projected error");
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 1000), policy(3000))), "estimate_undecided error");
  EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 1000), policy(4000))), "");
}

TEST(Estimate, StillReadsTheGuardsOwnMetrics) {
  const std::string folded = "seriesguard_folded_total{metric=\"x\",label=\"l\",reason=\"limit\"} 3\n";
  for (const size_t exact_inputs : {0u, 1u}) {
    EXPECT_EQ(RulesOf(JudgeSketches(Lines("x", "l", 2) + folded, LimitedTo(10), {}, exact_inputs)), "folded error");
  }
}

}  // namespace
}  // namespace seriesguard
