// SPDX-License-Identifier: Apache-2.0
//
// projection_test.cc: the arithmetic of `expect`, by hand.
#include "analyzer/verdict/projection.h"

#include <gtest/gtest.h>

#include "tests/analyzer/verdict/judged.h"

namespace seriesguard {
namespace {

// 2 tenants x 3 paths of which 4 label sets exist.
constexpr char kFourOfSix[] =
    "x{path=\"1\",tenant=\"a\"} 1\nx{path=\"2\",tenant=\"a\"} 1\nx{path=\"3\",tenant=\"a\"} "
    "1\nx{path=\"1\",tenant=\"b\"} 1\n";

std::string PolicyOf(int series_limit, const std::string& labels, const std::string& mode = "enforce") {
  return "version: 1\nmode: " + mode +
         "\nmetrics:\n- name: x\n  owner: me\n  series_limit: " + std::to_string(series_limit) + "\n  labels: {" +
         labels + "}\n";
}

TEST(Projection, GrowsLabelSetsByTheExpectedValues) {
  // 4 x 10/2 = 20; product 3 x 10 = 30.
  EXPECT_EQ(RulesOf(JudgeText(kFourOfSix, PolicyOf(20, "tenant: {expect: 10}"))), "");
  const Verdict verdict = JudgeText(kFourOfSix, PolicyOf(19, "tenant: {expect: 10}"));
  ASSERT_EQ(RulesOf(verdict), "series_limit_projected error");
  const Finding& finding = verdict.findings[0];
  EXPECT_EQ(finding.stage, Stage::kProjected);
  EXPECT_EQ(finding.observed, 4u);
  EXPECT_EQ(finding.projected, 20u);
  EXPECT_EQ(finding.projected_max, 30u);
  EXPECT_EQ(finding.limit, 19u);
  EXPECT_EQ(finding.label, "tenant");
  EXPECT_TRUE(finding.label_is_culprit);
  EXPECT_EQ(finding.owner, "me");
  EXPECT_EQ(finding.message, "4 series here become 20 in production, limit 19: label \"tenant\" from 2 to 10 values");
  EXPECT_EQ(finding.remedy, "if label \"tenant\" keeps its 2 values, 4 series are projected");
  EXPECT_EQ(verdict.verdict, ReportVerdict::kOverBudget);
}

TEST(Projection, MultipliesLabelsAndRoundsUpOnce) {
  // 4 x 3/2 x 5/3 = 10 exactly; rounding after each label would give 10 as well, 4 x 7/2 x 4/3 = 18.67 would not.
  EXPECT_EQ(RulesOf(JudgeText(kFourOfSix, PolicyOf(10, "tenant: {expect: 3}, path: {expect: 5}"))), "");
  const Verdict verdict = JudgeText(kFourOfSix, PolicyOf(18, "tenant: {expect: 7}, path: {expect: 4}"));
  ASSERT_EQ(RulesOf(verdict), "series_limit_projected error");
  EXPECT_EQ(verdict.findings[0].projected, 19u);
  EXPECT_EQ(verdict.findings[0].projected_max, 28u);
  EXPECT_EQ(verdict.findings[0].label, "tenant");  // grows 3.5 times, path 1.33
  // path alone: 4 x 4/3 = 5.33.
  EXPECT_EQ(verdict.findings[0].remedy, "if label \"tenant\" keeps its 2 values, 6 series are projected");
}

TEST(Projection, LabelsThatFixEachOtherGrowOnce) {
  // pod and ip are one thing: 4 x 20/2, not 4 x 20/2 x 10/2. A path grows by itself.
  constexpr char kPods[] =
      "x{pod=\"a\",ip=\"1\",path=\"1\"} 1\nx{pod=\"a\",ip=\"1\",path=\"2\"} 1\n"
      "x{pod=\"b\",ip=\"2\",path=\"1\"} 1\nx{pod=\"b\",ip=\"2\",path=\"2\"} 1\n";
  const auto projected = [&](const std::string& labels) {
    const Verdict verdict = JudgeText(kPods, PolicyOf(5, labels));
    const Finding* const finding = Only(verdict, FindingRule::kSeriesLimitProjected);
    return finding == nullptr ? 0 : finding->projected.value_or(0);
  };
  EXPECT_EQ(projected("pod: {expect: 20}, ip: {expect: 10}"), 40u);
  EXPECT_EQ(projected("pod: {expect: 10}, ip: {expect: 20}"), 40u);
  EXPECT_EQ(projected("pod: {expect: 20}, path: {expect: 10}"), 200u);
  EXPECT_EQ(projected("pod: {expect: 20}, ip: {expect: 10}, path: {expect: 10}"), 200u);
  // What a rule has changed fixes nothing any more; the address as it is written still fixes the pod.
  EXPECT_EQ(projected("pod: {expect: 20}, ip: {replace: [{match: \"(.*)\", with: \"n$1\"}], expect: 10}"), 40u);
}

TEST(Projection, IsCappedByTheValueLimitUnderEnforceOnly) {
  // 3 named values and `other`: 4 x 4/2 = 8.
  EXPECT_EQ(RulesOf(JudgeText(kFourOfSix, PolicyOf(8, "tenant: {value_limit: 3, expect: 1000}"))), "will_fold warning");
  const Verdict capped = JudgeText(kFourOfSix, PolicyOf(7, "tenant: {value_limit: 3, expect: 1000}"));
  EXPECT_EQ(RulesOf(capped), "series_limit_projected error, will_fold warning");
  EXPECT_EQ(Only(capped, FindingRule::kSeriesLimitProjected)->projected, 8u);
  const Verdict shadow = JudgeText(kFourOfSix, PolicyOf(1999, "tenant: {value_limit: 3, expect: 1000}", "shadow"));
  ASSERT_EQ(RulesOf(shadow), "series_limit_projected error");
  EXPECT_EQ(shadow.findings[0].projected, 2000u);
}

TEST(Projection, NeverShrinksWhatIsThere) {
  // Fewer expected than seen, and a value_limit below what is seen.
  const Verdict fewer = JudgeText(kFourOfSix, PolicyOf(4, "path: {expect: 1}"));
  EXPECT_EQ(RulesOf(fewer), "expect_outdated warning");
  const Verdict limited = JudgeText(kFourOfSix, PolicyOf(4, "path: {value_limit: 1, expect: 1}, tenant: {expect: 2}"));
  EXPECT_EQ(RulesOf(limited), "expect_outdated warning, value_limit error");
}

TEST(Projection, KeepsTheSeriesOfALabelSet) {
  // Each label set: two buckets, sum, count. 2 sets x 4 series x 6/2 = 24.
  std::string dump = "# TYPE x histogram\n";
  for (const char* tenant : {"a", "b"}) {
    const std::string label = std::string("tenant=\"") + tenant + "\"";
    dump += "x_bucket{" + label + ",le=\"1\"} 1\nx_bucket{" + label + ",le=\"+Inf\"} 1\nx_sum{" + label +
            "} 1\nx_count{" + label + "} 1\n";
  }
  const Verdict verdict = JudgeText(dump, PolicyOf(23, "tenant: {expect: 6}"));
  ASSERT_EQ(RulesOf(verdict), "series_limit_projected error");
  EXPECT_EQ(verdict.findings[0].projected, 24u);
  EXPECT_EQ(verdict.findings[0].projected_max, 24u);
}

TEST(Projection, NeverPassesTheProduct) {
  // One label set with tenant, one without: density is 1, and 2 x 10/1 = 20 would be above the 10 + 1 that can be.
  const Verdict verdict = JudgeText("x{tenant=\"a\"} 1\nx 1\n", PolicyOf(10, "tenant: {expect: 10}"));
  ASSERT_EQ(RulesOf(verdict), "series_limit_projected error");
  EXPECT_EQ(verdict.findings[0].projected, 11u);
  EXPECT_EQ(verdict.findings[0].projected_max, 11u);
}

TEST(Projection, ExpectSpeaksOfNormalisedValues) {
  // 6 raw paths in 2 folders, 4 expected: 6 series become 12 as stored, 2 become 4 as guarded.
  std::string dump;
  for (int i = 0; i < 3; ++i)
    dump += "x{path=\"/a/" + std::to_string(i) + "\"} 1\nx{path=\"/b/" + std::to_string(i) + "\"} 1\n";
  const std::string labels = "path: {replace: [{match: '(/.)/.*', with: '$1'}], expect: 4}";
  const Verdict observed = JudgeText(dump, PolicyOf(11, labels));
  ASSERT_EQ(RulesOf(observed), "series_limit_projected error");
  EXPECT_EQ(observed.findings[0].projected, 12u);
  JudgeOptions guarded;
  guarded.as_guarded = true;
  EXPECT_EQ(RulesOf(JudgeText(dump, PolicyOf(4, labels), guarded)), "");
  const Verdict normalised = JudgeText(dump, PolicyOf(3, labels), guarded);
  ASSERT_EQ(RulesOf(normalised), "series_limit_projected error");
  EXPECT_EQ(normalised.findings[0].projected, 4u);
  EXPECT_EQ(
      RulesOf(JudgeText(dump, "version: 1\nbudget: {series_limit: 3}\nmetrics: [{name: x, labels: {" + labels + "}}]\n",
                        guarded)),
      "total_limit_projected error");
}

TEST(Projection, OfASeriesLimitThatIsAlreadyBrokenIsInformation) {
  const Verdict verdict = JudgeText(kFourOfSix, PolicyOf(3, "tenant: {expect: 10}"));
  ASSERT_EQ(RulesOf(verdict), "series_limit error");
  EXPECT_EQ(verdict.findings[0].observed, 4u);
  EXPECT_EQ(verdict.findings[0].projected, 20u);
  EXPECT_EQ(verdict.findings[0].projected_max, 30u);
}

TEST(Projection, ReachesTheTotalTheUnguardedAndTheFleet) {
  const std::string policy =
      "version: 1\nbudget: {series_limit: 21, unguarded: 9, fleet_series_limit: 59}\n"
      "labels: {tenant: {expect: 10}}\nmetrics: [{name: x}]\n";
  const std::string dump = std::string(kFourOfSix) + "free{tenant=\"a\"} 1\n";
  // x: 4 -> 20, free: 1 -> 10; together 5 -> 30, twice 60.
  const Verdict verdict = JudgeTexts({{"a", dump}, {"b", dump}}, policy);
  EXPECT_EQ(RulesOf(verdict),
            "fleet_limit_projected error, total_limit_projected error, total_limit_projected error, "
            "unguarded_limit_projected error, unguarded_limit_projected error");
  for (const Finding& finding : verdict.findings) {
    EXPECT_EQ(finding.stage, Stage::kProjected);
    if (finding.rule == FindingRule::kFleetLimitProjected) {
      EXPECT_EQ(finding.projected, 60u);
      EXPECT_EQ(finding.observed, 10u);
    } else {
      EXPECT_EQ(finding.projected, finding.rule == FindingRule::kTotalLimitProjected ? 30u : 10u);
    }
  }
}

TEST(Projection, SaturatesInsteadOfWrapping) {
  std::string labels;
  std::string line = "x{";
  for (int i = 0; i < 4; ++i) {
    const std::string name = "l" + std::to_string(i);
    labels += (i > 0 ? ", " : "") + name + ": {expect: 9007199254740991}";
    line += (i > 0 ? "," : "") + name + "=\"v\"";
  }
  const Verdict verdict = JudgeText(line + "} 1\n", PolicyOf(100, labels));
  ASSERT_EQ(RulesOf(verdict), "series_limit_projected error");
  EXPECT_EQ(verdict.findings[0].projected, kMaxProjectedSeries + 1);
  EXPECT_FALSE(verdict.findings[0].projected_max.has_value());
}

TEST(ExpectOutdated, CountsNamedNormalisedValues) {
  const std::string dump = "x{code=\"200\"} 1\nx{code=\"201\"} 1\nx{code=\"404\"} 1\nx{code=\"zzz\"} 1\n";
  const std::string policy =
      "version: 1\nmetrics:\n- name: x\n  labels:\n    code: {normalize: status_class, expect: 1}\n";
  const Verdict verdict = JudgeText(dump, policy);
  const Finding* const finding = Only(verdict, FindingRule::kExpectOutdated);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(finding->observed, 2u);  // 2xx and 4xx; `other` is no value of its own
  EXPECT_EQ(finding->limit, 1u);
  EXPECT_EQ(finding->location.line, 5);
  EXPECT_EQ(finding->message, "label \"code\": 2 values already here, expect 1");
}

TEST(WillFold, SaysHowMany) {
  const Verdict verdict = JudgeText("x{tenant=\"a\"} 1\n", PolicyOf(100, "tenant: {value_limit: 20, expect: 5000}"));
  const Finding* const finding = Only(verdict, FindingRule::kWillFold);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(finding->metric, "x");
  EXPECT_EQ(finding->limit, 20u);
  EXPECT_EQ(finding->projected, 5000u);
  EXPECT_EQ(finding->message,
            "label \"tenant\": 5,000 values expected, value_limit 20: 4,980 of them will fold into \"other\"");
  EXPECT_EQ(
      RulesOf(JudgeText("x{tenant=\"a\"} 1\n", PolicyOf(9000, "tenant: {value_limit: 20, expect: 5000}", "shadow"))),
      "");
}

}  // namespace
}  // namespace seriesguard
