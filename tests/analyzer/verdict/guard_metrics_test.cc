// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics_test.cc: the findings `folded` and `policy_drift`, read from the guard's own metrics.
#include "analyzer/verdict/guard_metrics.h"

#include <gtest/gtest.h>

#include "analyzer/census/guard_sample.h"
#include "tests/analyzer/verdict/judged.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = "version: 1\nmetrics:\n- name: x\n  owner: me\n  labels:\n    tenant: {value_limit: 20}\n";
constexpr char kSeries[] = "x{tenant=\"a\"} 1\n";

std::string Info(const std::string& hash, const std::string& mode = "enforce") {
  return "# TYPE seriesguard_policy_info gauge\nseriesguard_policy_info{mode=\"" + mode + "\",version=\"1\",hash=\"" +
         hash + "\"} 1\n";
}

TEST(Folded, IsAnErrorWithItsReasons) {
  const std::string dump = std::string(kSeries) + Info(PolicyFromText(kPolicy).hash) +
                           "# TYPE seriesguard_folded_total counter\n"
                           "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"limit\"} 1200\n"
                           "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"too_long\"} 4\n"
                           "seriesguard_folded_total{metric=\"x\",label=\"path\",reason=\"limit\"} 0\n";
  const Verdict verdict = JudgeText(dump, kPolicy);
  ASSERT_EQ(RulesOf(verdict), "folded error");
  const Finding& finding = verdict.findings[0];
  EXPECT_EQ(finding.stage, Stage::kFolded);
  EXPECT_EQ(finding.input, "dump.prom");
  EXPECT_EQ(finding.metric, "x");
  EXPECT_EQ(finding.label, "tenant");
  EXPECT_EQ(finding.owner, "me");
  EXPECT_EQ(finding.location.line, 6);
  EXPECT_EQ(
      finding.message,
      "count was cut by the guard: label \"tenant\": 1,204 increments folded into \"other\" (limit 1,200, too_long 4)");
  EXPECT_EQ(verdict.verdict, ReportVerdict::kOverBudget);
}

TEST(Folded, SpeaksOfDemandAboveTheLimit) {
  const std::string demand = "seriesguard_label_demand{metric=\"x\",label=\"tenant\"} 48211\n";
  const Verdict with_own_limit =
      JudgeText(kSeries + demand + "seriesguard_label_values_limit{metric=\"x\",label=\"tenant\"} 30\n", kPolicy);
  ASSERT_EQ(RulesOf(with_own_limit), "folded error");
  EXPECT_EQ(with_own_limit.findings[0].limit, 30u);
  EXPECT_EQ(with_own_limit.findings[0].observed, 48211u);
  EXPECT_EQ(with_own_limit.findings[0].message,
            "count was cut by the guard: label \"tenant\" asked for about 48,200 values, limit 30");
  // Where the dump does not tell the limit, the policy does.
  const Verdict with_policy = JudgeText(kSeries + demand, kPolicy);
  ASSERT_EQ(RulesOf(with_policy), "folded error");
  EXPECT_EQ(with_policy.findings[0].limit, 20u);
  EXPECT_EQ(RulesOf(JudgeText(std::string(kSeries) + "seriesguard_label_demand{metric=\"x\",label=\"tenant\"} 20\n",
                              kPolicy)),
            "");
}

TEST(Folded, ReadsEveryFormOfALine) {
  // OpenMetrics with an exemplar and a time stamp; quoted names; escapes; an estimate with a fraction; a repeated line.
  const std::string openmetrics =
      "# TYPE x gauge\nx{tenant=\"a\"} 1\n# TYPE seriesguard_folded counter\n"
      "seriesguard_folded_total{reason=\"limit\",metric=\"x\",label=\"tenant\"} 2.5 12 # {trace=\"t\"} 7 12\n# EOF\n";
  const Verdict verdict = JudgeText(openmetrics, kPolicy);
  const Finding* const finding = Only(verdict, FindingRule::kFolded);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->message,
            "count was cut by the guard: label \"tenant\": 3 increments folded into \"other\" (limit 3)");
  const std::string text =
      std::string(kSeries) +
      " {\"seriesguard_folded_total\" , metric = \"x\" ,label=\"a\\\"b\\n\", reason=\"limit\" , }\t5e0 99\n"
      "{\"seriesguard_folded_total\",metric=\"x\",label=\"a\\\"b\\n\",reason=\"limit\"} 6\n";
  const Verdict quoted = JudgeText(text, kPolicy);
  const Finding* const of_quoted = Only(quoted, FindingRule::kFolded);
  ASSERT_NE(of_quoted, nullptr);
  EXPECT_EQ(of_quoted->label, "a\"b\n");
  EXPECT_EQ(of_quoted->message,
            "count was cut by the guard: label \"a\"b\\n\": 6 increments folded into \"other\" (limit 6)");
}

TEST(Folded, IgnoresWhatIsNoCount) {
  for (const char* value : {"NaN", "-1", "0", "-Inf"}) {
    EXPECT_EQ(
        RulesOf(JudgeText(std::string(kSeries) + "seriesguard_folded_total{metric=\"x\",label=\"t\"} " + value + "\n",
                          kPolicy)),
        "")
        << value;
  }
  const Verdict infinite =
      JudgeText(std::string(kSeries) + "seriesguard_folded_total{metric=\"x\",label=\"t\"} +Inf\n", kPolicy);
  ASSERT_EQ(RulesOf(infinite), "folded error");
  EXPECT_EQ(infinite.findings[0].message,
            "count was cut by the guard: label \"t\": 9,007,199,254,740,991 increments folded into \"other\"");
}

TEST(Folded, InShadowModeSaysWhatWouldHaveBeen) {
  const Verdict verdict = JudgeText(std::string(kSeries) + Info(PolicyFromText(kPolicy).hash, "shadow") +
                                        "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"limit\"} 1\n",
                                    kPolicy);
  ASSERT_EQ(RulesOf(verdict), "folded error");
  EXPECT_EQ(verdict.findings[0].message,
            "the guard would cut this count (mode shadow): label \"tenant\": 1 increment would have been folded into "
            "\"other\" (limit 1)");
}

TEST(Folded, OfAFamilyLimitHasNoLabel) {
  const Verdict verdict = JudgeText(
      std::string(kSeries) + "seriesguard_folded_total{metric=\"x\",label=\"\",reason=\"series\"} 9\n", kPolicy);
  ASSERT_EQ(RulesOf(verdict), "folded error");
  EXPECT_EQ(verdict.findings[0].label, "");
  EXPECT_EQ(verdict.findings[0].message, "count was cut by the guard: 9 increments folded into \"other\" (series 9)");
}

TEST(Folded, SaysHowManyValuesAreNamed) {
  const std::string dump = std::string(kSeries) + Info(PolicyFromText(kPolicy).hash) +
                           "seriesguard_label_demand{metric=\"x\",label=\"tenant\"} 48249.5\n"
                           "seriesguard_label_values{metric=\"x\",label=\"tenant\"} 18\n"
                           "seriesguard_label_values_limit{metric=\"x\",label=\"tenant\"} 20\n"
                           "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"limit\"} 7\n";
  const Verdict verdict = JudgeText(dump, kPolicy);
  ASSERT_EQ(RulesOf(verdict), "folded error");
  EXPECT_EQ(verdict.findings[0].message,
            "count was cut by the guard: label \"tenant\" asked for about 48,300 values, 18 named; 7 increments folded "
            "into \"other\" (limit 7)");
  EXPECT_EQ(verdict.findings[0].observed, 48250u);
}

TEST(Folded, OfAFamilyLimitSaysHowFullItIs) {
  const std::string dump = std::string(kSeries) + Info(PolicyFromText(kPolicy).hash) +
                           "seriesguard_series{metric=\"x\"} 3999\nseriesguard_series_limit{metric=\"x\"} 4000\n";
  EXPECT_EQ(RulesOf(JudgeText(dump, kPolicy)), "") << "a full metric alone is no finding";
  const Verdict verdict =
      JudgeText(dump + "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"series_limit\"} 9\n", kPolicy);
  ASSERT_EQ(RulesOf(verdict), "folded error");
  EXPECT_EQ(verdict.findings[0].message,
            "count was cut by the guard: label \"tenant\": 9 increments folded into \"other\" (series_limit 9); the "
            "metric has 3,999 of at most 4,000 series");
  const Verdict by_values =
      JudgeText(dump + "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"value_limit\"} 9\n", kPolicy);
  ASSERT_EQ(RulesOf(by_values), "folded error");
  EXPECT_EQ(by_values.findings[0].message,
            "count was cut by the guard: label \"tenant\": 9 increments folded into \"other\" (value_limit 9)");
}

TEST(Folded, LeavesOutWhatWasNotFoldedForGood) {
  const std::string dump = std::string(kSeries) + Info(PolicyFromText(kPolicy).hash) +
                           "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"zero_first\"} 9\n"
                           "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"busy\"} 9\n"
                           "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"set_on_shared\"} 9\n";
  EXPECT_EQ(RulesOf(JudgeText(dump, kPolicy)), "");
  const Verdict verdict =
      JudgeText(dump + "seriesguard_folded_total{metric=\"x\",label=\"tenant\",reason=\"collision\"} 3\n", kPolicy);
  ASSERT_EQ(RulesOf(verdict), "otherwise_collision warning");
  EXPECT_EQ(verdict.findings[0].message,
            "label \"tenant\": 3 increments came with the value \"other\", the word that folded values get");
  EXPECT_EQ(verdict.findings[0].location.line, 6);
}

TEST(GuardCuts, AreNotesWithoutAPolicyTheLargestDemandFirst) {
  std::string dump = kSeries;
  for (int i = 0; i < 12; ++i) {
    const std::string of = "{metric=\"m" + std::to_string(i) + "\",label=\"l\"} ";
    dump +=
        "seriesguard_label_demand" + of + std::to_string(1000 + i) + "\nseriesguard_label_values_limit" + of + "9\n";
  }
  const Census census = CensusFromTexts({{"a", dump}});
  std::vector<Finding> notes;
  NoteGuardCuts("a", ReadGuardStates(census)[0], &notes);
  ASSERT_EQ(notes.size(), kMostCutNotes + 1);
  EXPECT_EQ(notes[0].metric, "m11");
  EXPECT_EQ(notes[0].message, "count was cut by the guard: label \"l\" asked for about 1,010 values, limit 9");
  EXPECT_EQ(notes.back().message, "the guard says the same of 2 other labels");
  for (const Finding& note : notes) EXPECT_EQ(note.severity, Severity::kNote);
  notes.clear();
  NoteGuardCuts("a", GuardState(), &notes);
  EXPECT_TRUE(notes.empty());
}

TEST(PolicyDrift, IsAWarningUnlessStrict) {
  const Verdict verdict = JudgeText(kSeries + Info("00ff"), kPolicy);
  ASSERT_EQ(RulesOf(verdict), "policy_drift warning");
  EXPECT_EQ(verdict.findings[0].message,
            "the service runs another policy (hash 00ff), this one has hash " + PolicyFromText(kPolicy).hash);
  EXPECT_EQ(verdict.verdict, ReportVerdict::kWithinBudget);
  JudgeOptions strict;
  strict.strict = true;
  const Verdict failing = JudgeText(kSeries + Info("00ff"), kPolicy, strict);
  EXPECT_EQ(RulesOf(failing), "policy_drift error");
  EXPECT_EQ(failing.verdict, ReportVerdict::kOverBudget);
  EXPECT_EQ(RulesOf(JudgeText(kSeries + Info(PolicyFromText(kPolicy).hash), kPolicy, strict)), "");
}

TEST(GuardStates, BelongToTheirInputs) {
  const Census census = CensusFromTexts(
      {{"a", kSeries}, {"b", kSeries + Info("1") + "seriesguard_folded_total{metric=\"x\",label=\"l\"} 3\n"}});
  const std::vector<GuardState> states = ReadGuardStates(census);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_FALSE(states[0].is_present);
  EXPECT_TRUE(states[0].labels.empty());
  EXPECT_TRUE(states[1].is_present);
  EXPECT_EQ(states[1].policy_hashes.count("1"), 1u);
  EXPECT_EQ(states[1].labels.size(), 1u);
}

TEST(GuardSamples, BeyondTheirBoundLeaveTheVerdictOpen) {
  const std::string huge(kMaxGuardSampleBytes, 'h');
  const Verdict verdict =
      JudgeText(std::string(kSeries) + "seriesguard_folded_total{metric=\"" + huge + "\",label=\"l\"} 3\n", kPolicy);
  EXPECT_EQ(verdict.verdict, ReportVerdict::kUndecided);
  EXPECT_EQ(verdict.undecided_reason, "1 sample of the guard itself could not be kept");
}

}  // namespace
}  // namespace seriesguard
