// SPDX-License-Identifier: Apache-2.0
//
// alert_rules_test.cc: who is alerted of what, and the words of it. Whether the expressions are right is for promtool and a
// real Prometheus to tell (promtool_accepts.py, tests/server/alerts_in_prometheus.py).
#include "rules/export/alert_rules.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/fold_reason.h"
#include "rules/export/metric_group.h"
#include "rules/export/rule_file.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

Policy Read(const std::string& yaml) {
  const PolicyReadResult result = ReadPolicy("p.yaml", yaml);
  EXPECT_TRUE(result.policy.has_value()) << FormatDiagnostics(result, "p.yaml", 100);
  return result.policy.value_or(Policy());
}

std::vector<MetricGroup> Groups(const std::string& yaml) {
  const Policy policy = Read(yaml);
  const auto groups = GroupMetrics(policy);
  EXPECT_TRUE(groups.ok());
  return groups.value_or(std::vector<MetricGroup>());
}

TEST(MetricGroup, PutsTheNamesOfOneOwnerTogetherAndTheRestApart) {
  const auto groups = Groups(
      "version: 1\nmetrics:\n"
      "- {name: a_total, owner: one}\n- {name: b_total, owner: two}\n- {name: c.total, owner: one}\n- {name: "
      "d_total}\n");
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].owner, "one");
  EXPECT_EQ(groups[0].matchers, std::vector<std::string>({"metric=~\"a_total|c\\\\.total\""}));
  EXPECT_EQ(groups[1].matchers, std::vector<std::string>({"metric=\"b_total\""}));
  EXPECT_EQ(groups[2].owner, "");
  EXPECT_EQ(groups[2].matchers, std::vector<std::string>({"metric!~\"a_total|b_total|c\\\\.total\""}));
  EXPECT_EQ(groups[2].examples, std::vector<std::string>({"d_total", "metric_without_rule"}));
}

TEST(MetricGroup, GivesAPatternOnlyWhatNoNameAndNoEarlierPatternTakes) {
  const auto groups = Groups(
      "version: 1\nmetrics:\n"
      "- {match: \"a_.*\", owner: one}\n- {match: \".*\", owner: two}\n- {name: a_total}\n- {name: b_total, owner: "
      "three}\n");
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(groups[0].rule, "by name");  // nobody owns it, and a pattern would take it
  EXPECT_EQ(groups[0].matchers, std::vector<std::string>({"metric=\"a_total\""}));
  EXPECT_EQ(groups[2].rule, "a_.*");
  EXPECT_EQ(groups[2].matchers, std::vector<std::string>({"metric=~\"(?s:a_.*)\"", "metric!~\"a_total\""}));
  EXPECT_EQ(groups[3].matchers,
            std::vector<std::string>({"metric=~\"(?s:.*)\"", "metric!~\"a_total|b_total\"", "metric!~\"(?s:a_.*)\""}));
  for (const MetricGroup& group : groups) EXPECT_FALSE(group.examples.empty()) << group.rule;
}

TEST(MetricGroup, WithoutRulesIsOneForEveryMetric) {
  const auto groups = Groups("version: 1\nmetrics: []\n");
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_TRUE(groups[0].matchers.empty());
}

std::set<std::string> WordsOf(std::string_view alternatives) {
  std::set<std::string> words;
  while (true) {
    const size_t bar = alternatives.find('|');
    words.emplace(alternatives.substr(0, bar));
    if (bar == std::string_view::npos) return words;
    alternatives.remove_prefix(bar + 1);
  }
}

TEST(AlertRules, KnowTheReasonsOfTheGuard) {
  std::set<std::string> known;
  for (size_t reason = 1; reason < kFoldReasons; ++reason) {
    known.emplace(FoldReasonName(static_cast<FoldReason>(reason)));
  }
  for (const std::string_view list : {kHarmlessReasons, kBudgetReasons}) {
    for (const std::string& word : WordsOf(list)) EXPECT_EQ(known.count(word), 1u) << word;
  }
}

TEST(AlertRules, AreSixAGroupAndThreeATargetWithABudget) {
  const auto names = [](const std::string& yaml) {
    std::vector<std::string> all;
    const Policy policy = Read(yaml);
    const std::vector<AlertRule> rules = MakeAlertRules(policy, {}).value();
    for (const AlertRule& rule : rules) all.push_back(rule.name);
    return all;
  };
  const std::vector<std::string> six = {"SeriesguardBudgetNearlyUsed",    "SeriesguardAboveLimit",
                                        "SeriesguardOverBudget",          "SeriesguardFolding",
                                        "SeriesguardDemandFarAboveLimit", "SeriesguardGrowth"};
  EXPECT_EQ(names("version: 1\nmetrics: []\n"), six);
  const auto all = names("version: 1\nbudget: {series_limit: 5}\nmetrics: []\n");
  ASSERT_EQ(all.size(), 9u);
  EXPECT_EQ(std::vector<std::string>(all.begin() + 6, all.end()),
            std::vector<std::string>(
                {"SeriesguardTargetNearlyUsed", "SeriesguardTargetOverBudget", "SeriesguardTargetChurn"}));
}

TEST(AlertRules, CountFoldsOverFourScrapesAtLeast) {
  EXPECT_EQ(FoldWindowNs(Read("version: 1\nscrape_interval: 15s\nmetrics: []\n")), 3'600'000'000'000);
  EXPECT_EQ(FoldWindowNs(Read("version: 1\nscrape_interval: 20m\nmetrics: []\n")), 4'800'000'000'000);
  EXPECT_EQ(FoldWindowNs(Read("version: 1\nscrape_interval: 2w\nmetrics: []\n")), 86'400'000'000'000);
}

TEST(AlertRules, NameOwnerAndCulpritWhateverTheirBytes) {
  const Policy policy = Read("version: 1\nmetrics: [{name: a_total, owner: \"{{x}} \\\"é\\n\"}]\n");
  const std::vector<AlertRule> rules = MakeAlertRules(policy, {"my \"job\"", 0}).value();
  const AlertRule& folding = rules[3];
  ASSERT_EQ(folding.name, "SeriesguardFolding");
  const std::string file = AlertFile(policy, {folding});
  EXPECT_EQ(file,
            "# Made by seriesguard policy export --to alerts from p.yaml, hash " + policy.hash +
                ".\n"
                R"yaml(# The policy has no budget.series_limit, so there is no alert on the series of a whole target.
groups:
- name: seriesguard-alerts
  rules:
  - alert: SeriesguardFolding
    expr: |
      sum without (instance, pod) (increase(seriesguard_folded_total{job="my \"job\"",metric="a_total",reason!~"busy|zero_first|collision|set_on_shared|no_route|series_limit|total_limit"}[1h])) > 0
      or sum without (instance, pod) (seriesguard_folded_total{job="my \"job\"",metric="a_total",reason!~"busy|zero_first|collision|set_on_shared|no_route|series_limit|total_limit"}
        unless max_over_time(seriesguard_folded_total{job="my \"job\"",metric="a_total",reason!~"busy|zero_first|collision|set_on_shared|no_route|series_limit|total_limit"}[1d] offset 1h)) > 0
    for: 0s
    labels:
      severity: "warning"
      owner: "{{\"{\"}}{{\"{\"}}x}} \"é\u000A"
    annotations:
      summary: "{{ $labels.metric }}: values of the label \"{{ $labels.label }}\" are folded into one ({{ $labels.reason }})"
      description: "What they count is kept under the overflow value, but their names are lost. docs/guard.md says for each reason what to do."
      culprit: "metric {{ $labels.metric }}, label {{ $labels.label }}"
      owner: "{{\"{\"}}{{\"{\"}}x}} \"é\u000A"
)yaml");
}

TEST(AlertText, ShowsWhatItsTemplateWould) {
  const AlertText text = {{TextPart::Kind::kText, "{"},    {TextPart::Kind::kLabel, "metric"},
                          {TextPart::Kind::kText, " at "}, {TextPart::Kind::kPercent, ""},
                          {TextPart::Kind::kText, ", "},   {TextPart::Kind::kCount, ""},
                          {TextPart::Kind::kText, " or "}, {TextPart::Kind::kTimes, ""}};
  EXPECT_EQ(AsTemplate(text),
            "{{\"{\"}}{{ $labels.metric }} at {{ $value | humanizePercentage }}, {{ $value | printf \"%.0f\" }} or "
            "{{ $value | printf \"%.1f\" }}");
  EXPECT_EQ(AsShown(text, {{"metric", "a"}}, 1.25), "{a at 125%, 1 or 1.2");
}

TEST(AlertTestFile, SaysWhichAlertItCannotTest) {
  // The second pattern never speaks.
  const Policy policy = Read("version: 1\nmetrics: [{match: \"a.*\"}, {match: \"ab.*\"}]\n");
  const std::string tests = AlertTestFile(policy, MakeAlertRules(policy, {}).value(), "rules.yml");
  EXPECT_NE(tests.find("# Not tested, for no metric was found that its rule alone speaks for: SeriesguardGrowth, "
                       "severity warning, policy_rule ab.*\n"),
            std::string::npos)
      << tests;
}

}  // namespace
}  // namespace seriesguard
