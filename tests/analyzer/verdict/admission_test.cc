// SPDX-License-Identifier: Apache-2.0
//
// admission_test.cc: values that no allow list, route or normaliser admits, and the word that stands for them.
#include <gtest/gtest.h>

#include "tests/analyzer/verdict/judged.h"

namespace seriesguard {
namespace {

using Strings = std::vector<std::string>;

constexpr char kMethods[] =
    "x{method=\"GET\",p=\"1\"} 1\nx{method=\"BREW\",p=\"1\"} 1\nx{method=\"BREW\",p=\"2\"} "
    "1\nx{method=\"BIND\",p=\"1\"} 1\n"
    "x{method=\"\",p=\"1\"} 1\n";
constexpr char kAllow[] = "version: 1\nmetrics:\n- name: x\n  owner: me\n  labels:\n    method: {allow: [GET, POST]}\n";

TEST(NotAllowed, NamesTheValuesWorstFirst) {
  const Verdict verdict = JudgeText(kMethods, kAllow);
  ASSERT_EQ(RulesOf(verdict), "not_allowed error");
  const Finding& finding = verdict.findings[0];
  EXPECT_EQ(finding.stage, Stage::kObserved);
  EXPECT_EQ(finding.label, "method");
  EXPECT_EQ(finding.owner, "me");
  EXPECT_EQ(finding.values, (Strings{"BREW", "BIND"}));
  EXPECT_EQ(finding.values_total, 2u);
  EXPECT_EQ(finding.observed, 2u);
  EXPECT_EQ(finding.location.line, 6);
  EXPECT_EQ(finding.message, "label \"method\": 2 values in 3 series are not in its allow list");
  EXPECT_EQ(finding.remedy, "mend what writes them, or admit more; the guard would make them \"other\"");
  EXPECT_EQ(verdict.verdict, ReportVerdict::kOverBudget);
}

TEST(NotAllowed, ShowsTenOfMany) {
  const Verdict verdict =
      JudgeText(Lines("x", "l", 25), "version: 1\nmetrics: [{name: x, labels: {l: {allow: [v3]}}}]\n");
  const Finding* const finding = Only(verdict, FindingRule::kNotAllowed);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->values, (Strings{"v0", "v1", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17"}));
  EXPECT_EQ(finding->values_total, 24u);
}

TEST(NotAllowed, IsANoteWhereTheGuardFoldsIt) {
  JudgeOptions guarded;
  guarded.as_guarded = true;
  const Verdict verdict = JudgeText(kMethods, kAllow, guarded);
  ASSERT_EQ(RulesOf(verdict), "not_allowed note");
  EXPECT_EQ(verdict.findings[0].remedy, "the guard makes them \"other\"");
  EXPECT_EQ(verdict.verdict, ReportVerdict::kWithinBudget);
}

TEST(NotAllowed, SpeaksOfRoutesAndNormalisers) {
  const Verdict verdict = JudgeText(
      "x{path=\"/a/1\",code=\"200\"} 1\nx{path=\"/b\",code=\"abc\"} 1\n",
      "version: 1\nmetrics: [{name: x, labels: {path: {route: ['/a/{id}']}, code: {normalize: status_class}}}]\n");
  ASSERT_EQ(RulesOf(verdict), "not_allowed error, not_allowed error");
  EXPECT_EQ(verdict.findings[0].message, "label \"code\": 1 value in 1 series is not what its normaliser reads");
  EXPECT_EQ(verdict.findings[0].values, (Strings{"abc"}));
  EXPECT_EQ(verdict.findings[1].message, "label \"path\": 1 value in 1 series is on no route");
  EXPECT_EQ(verdict.findings[1].values, (Strings{"/b"}));
}

TEST(NotAllowed, OtherwiseIsARealValueUntilTheDumpHasAGuard) {
  const std::string dump = "x{method=\"GET\"} 1\nx{method=\"other\"} 1\n";
  EXPECT_EQ(RulesOf(JudgeText(dump, kAllow)), "not_allowed error");
  const std::string policy = kAllow;
  const std::string info =
      "seriesguard_policy_info{mode=\"enforce\",version=\"1\",hash=\"" + PolicyFromText(policy).hash + "\"} 1\n";
  EXPECT_EQ(RulesOf(JudgeText(dump + info, policy)), "");
  // A guard in one target says nothing of another.
  const Verdict two = JudgeTexts({{"a", dump + info}, {"b", dump}}, policy);
  ASSERT_EQ(RulesOf(two), "not_allowed error");
  EXPECT_EQ(two.findings[0].input, "b");
  // What the guard did not fold is still a violation.
  EXPECT_EQ(RulesOf(JudgeText(kMethods + info, policy)), "not_allowed error");
}

TEST(OtherwiseCollision, IsAWarningOnAnUnguardedDump) {
  const std::string policy = "version: 1\nmetrics:\n- name: x\n  labels:\n    l: {value_limit: 5}\n";
  const Verdict verdict = JudgeText("x{l=\"a\"} 1\nx{l=\"other\"} 1\n", policy);
  ASSERT_EQ(RulesOf(verdict), "otherwise_collision warning");
  EXPECT_EQ(verdict.findings[0].label, "l");
  EXPECT_EQ(verdict.findings[0].values, (Strings{"other"}));
  EXPECT_EQ(verdict.findings[0].location.line, 5);
  EXPECT_EQ(verdict.verdict, ReportVerdict::kWithinBudget);
  EXPECT_EQ(RulesOf(JudgeText("x{l=\"other\"} 1\nseriesguard_policy_info{mode=\"enforce\"} 1\n", policy)), "");
  // Of the defaults alone nobody chose the word for this label.
  EXPECT_EQ(RulesOf(JudgeText("x{l=\"other\"} 1\n", "version: 1\ndefaults: {value_limit: 5}\nmetrics: [{name: x}]\n")),
            "");
}

TEST(OtherwiseCollision, IsFoundBelowTheTopOfManyValues) {
  std::string dump = "x{l=\"other\"} 1\n";
  for (int i = 0; i < 12; ++i) {
    for (const char* m : {"1", "2"}) dump += "x{l=\"a" + std::to_string(i) + "\",m=\"" + m + "\"} 1\n";
  }
  EXPECT_EQ(RulesOf(JudgeText(dump, "version: 1\nmetrics: [{name: x, labels: {l: {value_limit: 12}}}]\n")),
            "otherwise_collision warning");
}

constexpr char kManifest[] = "\"x,l\": \"a,b\"\n";

TEST(KubernetesManifest, JudgesAbsenceAndKnowsUnexpected) {
  EXPECT_EQ(RulesOf(JudgeText("x{l=\"a\"} 1\nx{l=\"unexpected\"} 1\n", kManifest)), "");
  const Verdict verdict = JudgeText("x{l=\"a\"} 1\nx{l=\"c\"} 1\nx{m=\"1\"} 1\nx{m=\"2\"} 1\n", kManifest);
  ASSERT_EQ(RulesOf(verdict), "not_allowed error");
  EXPECT_EQ(verdict.findings[0].values, (Strings{"", "c"}));
  EXPECT_EQ(verdict.findings[0].values_total, 2u);
  EXPECT_EQ(verdict.findings[0].message, "label \"l\": 2 values in 3 series are not in its allow list");
  EXPECT_EQ(verdict.findings[0].location.line, 1);
}

TEST(KubernetesManifest, EmptyListAdmitsOnlyTheEmptyValue) {
  EXPECT_EQ(RulesOf(JudgeText("x{l=\"\"} 1\nx{l=\"unexpected\"} 1\nx{m=\"1\"} 1\n", "\"x,l\": \"\"\n")), "");
  const Verdict verdict = JudgeText("x{m=\"1\"} 1\nx{l=\"a\"} 1\n", "\"x,l\": \"\"\n");
  ASSERT_EQ(RulesOf(verdict), "not_allowed error");
  EXPECT_EQ(verdict.findings[0].values, (Strings{"a"}));
}

TEST(KubernetesManifest, LabelThatTheMetricLacksIsARuleWithoutUse) {
  EXPECT_EQ(RulesOf(JudgeText("x{m=\"1\"} 1\n", kManifest)), "rule_unused warning");
}

}  // namespace
}  // namespace seriesguard
