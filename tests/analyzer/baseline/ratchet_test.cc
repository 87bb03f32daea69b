// SPDX-License-Identifier: Apache-2.0
#include "analyzer/baseline/ratchet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/baseline/baseline.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/finding_rule.h"
#include "rules/diagnostic.h"

namespace seriesguard {
namespace {

Finding Violation(FindingRule rule, const std::string& metric, uint64_t observed) {
  Finding finding;
  finding.rule = rule;
  finding.stage = Stage::kObserved;
  finding.metric = metric;
  finding.limit = 10;
  finding.observed = observed;
  finding.message = "too many";
  finding.owner = "team-edge";
  return finding;
}

BaselineEntry Entry(FindingRule rule, const std::string& metric, uint64_t observed) {
  BaselineEntry entry;
  entry.subject = {rule, metric, ""};
  entry.observed = observed;
  entry.location = {7, 3};
  return entry;
}

RatchetOptions Today() {
  RatchetOptions options;
  options.path = "known.yaml";
  options.policy_hash = "abc";
  options.today = "2026-11-23";
  return options;
}

std::vector<FindingRule> RulesOf(const std::vector<Finding>& findings) {
  std::vector<FindingRule> rules;
  for (const Finding& finding : findings) rules.push_back(finding.rule);
  return rules;
}

TEST(ApplyBaseline, AcceptsAViolationUpToItsCeilingAndNoFurther) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kSeriesLimit, "a", 100)};
  for (const uint64_t observed : {100u, 101u}) {
    std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimit, "a", observed)};
    ApplyBaseline(baseline, Today(), &findings);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].is_accepted, observed == 100);
    EXPECT_EQ(findings[0].severity, observed == 100 ? Severity::kNote : Severity::kError);
    EXPECT_EQ(findings[0].message,
              observed == 100 ? "too many, accepted by the baseline up to 100" : "too many, the baseline allows 100");
  }
}

TEST(ApplyBaseline, AnotherMetricLabelOrRuleIsANewViolation) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kSeriesLimit, "a", 100)};
  Finding label = Violation(FindingRule::kSeriesLimit, "a", 50);
  label.label = "tenant";
  for (const Finding& other :
       {Violation(FindingRule::kSeriesLimit, "b", 50), Violation(FindingRule::kValueLimit, "a", 50), label}) {
    std::vector<Finding> findings = {other};
    ApplyBaseline(baseline, Today(), &findings);
    EXPECT_FALSE(findings[0].is_accepted);
    EXPECT_EQ(RulesOf(findings), (std::vector<FindingRule>{other.rule, FindingRule::kBaselineUnmatched}));
  }
}

TEST(ApplyBaseline, ADeducedCulpritIsNoPartOfTheSubject) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kSeriesLimit, "a", 100)};
  std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimit, "a", 100)};
  findings[0].label = "tenant";
  findings[0].label_is_culprit = true;
  ApplyBaseline(baseline, Today(), &findings);
  EXPECT_TRUE(findings[0].is_accepted);
}

TEST(ApplyBaseline, GrowthWidensACeilingExactly) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kSeriesLimit, "a", 100)};
  RatchetOptions options = Today();
  for (const auto& [growth, allowed] : {std::pair(AllowedGrowth{0.1, 0}, 110u), std::pair(AllowedGrowth{0, 7}, 107u)}) {
    options.max_growth = growth;
    for (const uint64_t observed : {allowed, allowed + 1}) {
      std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimit, "a", observed)};
      ApplyBaseline(baseline, options, &findings);
      EXPECT_EQ(findings[0].is_accepted, observed == allowed);
    }
  }
  // An entry's own growth is stronger than the flag.
  baseline.entries[0].max_growth = AllowedGrowth{0, 1};
  EXPECT_EQ(AllowedBy(baseline.entries[0], options.max_growth), 101u);
}

TEST(ApplyBaseline, ProjectedLimitsAreJudgedByTheProjectedNumber) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kSeriesLimitProjected, "a", 100)};
  std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimitProjected, "a", 5)};
  findings[0].stage = Stage::kProjected;
  findings[0].projected = 101;
  ApplyBaseline(baseline, Today(), &findings);
  EXPECT_FALSE(findings[0].is_accepted);
}

TEST(ApplyBaseline, AnEntryHoldsOnItsLastDayAndNotAfterIt) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kSeriesLimit, "a", 100)};
  for (const std::string day : {"2026-11-23", "2026-11-22"}) {
    baseline.entries[0].expires = day;
    std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimit, "a", 50)};
    ApplyBaseline(baseline, Today(), &findings);
    const bool holds = day == "2026-11-23";
    const auto is_accepted = [](const Finding& finding) { return finding.is_accepted; };
    EXPECT_EQ(std::any_of(findings.begin(), findings.end(), is_accepted), holds);
    const std::vector<FindingRule> rules = RulesOf(findings);
    EXPECT_EQ(std::count(rules.begin(), rules.end(), FindingRule::kBaselineExpired), holds ? 0 : 1);
  }
}

TEST(ApplyBaseline, SaysWhatCanBeTightenedAndWhatIsNotNeeded) {
  Baseline baseline;
  baseline.policy_hash = "other";
  baseline.entries = {Entry(FindingRule::kSeriesLimit, "a", 100), Entry(FindingRule::kSeriesLimit, "b", 5)};
  std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimit, "a", 50)};
  ApplyBaseline(baseline, Today(), &findings);
  std::vector<FindingRule> rules = RulesOf(findings);
  std::sort(rules.begin(), rules.end());
  EXPECT_EQ(rules, (std::vector<FindingRule>{FindingRule::kSeriesLimit, FindingRule::kBaselineUnmatched,
                                             FindingRule::kBaselineSlack, FindingRule::kBaselinePolicy}));
  EXPECT_EQ(CountSeverity(findings, Severity::kError), 0u);
  for (const Finding& finding : findings) {
    if (finding.rule == FindingRule::kSeriesLimit) continue;
    EXPECT_EQ(finding.location.file, "known.yaml");
  }
  RatchetOptions strict = Today();
  strict.strict = true;
  findings.clear();
  ApplyBaseline(baseline, strict, &findings);
  EXPECT_EQ(CountSeverity(findings, Severity::kError), 1u) << "a baseline of another policy, with --strict";
}

TEST(ApplyBaseline, ADumpThatCannotBeJudgedIsNoKnownViolation) {
  Baseline baseline;
  baseline.entries = {Entry(FindingRule::kDuplicateSamples, "", 100)};
  std::vector<Finding> findings = {Violation(FindingRule::kDuplicateSamples, "", 1)};
  ApplyBaseline(baseline, Today(), &findings);
  EXPECT_FALSE(findings[0].is_accepted);
}

class Update : public testing::Test {
 protected:
  UpdatedBaseline Run(const std::string& reason, const std::vector<Finding>& findings) {
    UpdateOptions options;
    options.policy_hash = "abc";
    options.today = "2026-11-23";
    options.reason = reason;
    return UpdateBaseline(old_, options, findings);
  }
  Baseline old_;
};

TEST_F(Update, WithoutAReasonNothingRisesAndNothingIsAdded) {
  old_.entries = {Entry(FindingRule::kSeriesLimit, "a", 100), Entry(FindingRule::kSeriesLimit, "b", 100),
                  Entry(FindingRule::kSeriesLimit, "c", 100)};
  const std::vector<Finding> lower = {Violation(FindingRule::kSeriesLimit, "a", 60),
                                      Violation(FindingRule::kSeriesLimit, "b", 100)};
  const UpdatedBaseline updated = Run("", lower);
  EXPECT_TRUE(updated.refused.empty());
  ASSERT_EQ(updated.baseline.entries.size(), 2u) << "c is mended";
  EXPECT_EQ(updated.baseline.entries[0].observed, 60u);
  EXPECT_EQ(updated.baseline.entries[1].observed, 100u);
  EXPECT_EQ(updated.baseline.policy_hash, "abc");

  const UpdatedBaseline refused =
      Run("", {Violation(FindingRule::kSeriesLimit, "a", 101), Violation(FindingRule::kSeriesLimit, "d", 11)});
  EXPECT_EQ(refused.refused, (std::vector<std::string>{"series_limit of a: would rise from 100 to 101",
                                                       "series_limit of d: not in the baseline, has 11"}));
  ASSERT_EQ(refused.baseline.entries.size(), 1u);
  EXPECT_EQ(refused.baseline.entries[0].observed, 100u);
}

TEST_F(Update, AReasonStandsWithWhatRoseAndNowhereElse) {
  old_.entries = {Entry(FindingRule::kSeriesLimit, "a", 100), Entry(FindingRule::kSeriesLimit, "b", 100)};
  old_.entries[0].reason = old_.entries[1].reason = "old";
  const UpdatedBaseline updated =
      Run("3.2", {Violation(FindingRule::kSeriesLimit, "a", 101), Violation(FindingRule::kSeriesLimit, "b", 90),
                  Violation(FindingRule::kSeriesLimit, "d", 11)});
  ASSERT_EQ(updated.baseline.entries.size(), 3u);
  EXPECT_EQ(updated.baseline.entries[0].reason, "3.2");
  EXPECT_EQ(updated.baseline.entries[1].reason, "old");
  EXPECT_EQ(updated.baseline.entries[2].reason, "3.2");
  EXPECT_EQ(updated.baseline.entries[2].owner, "team-edge") << "of the policy";
}

TEST_F(Update, OfSeveralTargetsTheLargestNumberIsTheCeiling) {
  const UpdatedBaseline updated =
      Run("first", {Violation(FindingRule::kSeriesLimit, "a", 11), Violation(FindingRule::kSeriesLimit, "a", 30)});
  ASSERT_EQ(updated.baseline.entries.size(), 1u);
  EXPECT_EQ(updated.baseline.entries[0].observed, 30u);
}

TEST_F(Update, AnExpiredEntryNeedsAReasonToLiveOn) {
  old_.entries = {Entry(FindingRule::kSeriesLimit, "a", 100)};
  old_.entries[0].expires = "2026-01-01";
  const std::vector<Finding> findings = {Violation(FindingRule::kSeriesLimit, "a", 50)};
  EXPECT_EQ(Run("", findings).refused.size(), 1u);
  EXPECT_EQ(Run("again", findings).baseline.entries[0].expires, "");
}

}  // namespace
}  // namespace seriesguard
