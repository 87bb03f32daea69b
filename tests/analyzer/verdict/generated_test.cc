// SPDX-License-Identifier: Apache-2.0
//
// generated_test.cc: random dumps and policies; the fast judgement and the naive one find the same, with the same
// numbers. SERIESGUARD_SEED gives another run.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "analyzer/verdict/family_facts.h"
#include "analyzer/verdict/rule_assignment.h"
#include "rules/policy_reader.h"
#include "tests/analyzer/verdict/judged.h"
#include "tests/analyzer/verdict/naive_judge.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using Target = std::pair<std::string, std::set<NaiveSeries>>;

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  size_t Below(size_t bound) { return static_cast<size_t>(random_() % bound); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  const std::string& Pick(const std::vector<std::string>& of) { return of[Below(of.size())]; }

  std::string LabelRules() {
    static const std::vector<std::string> kRules = {
        "{drop: true}",
        "{allow: [GET, '200', a]}",
        "{normalize: status_class}",
        "{normalize: status_class, value_limit: 2}",
        "{normalize: http_method, allow: [GET, POST]}",
        "{normalize: lowercase, value_limit: 2}",
        "{route: ['/api/{id}', '/static/**']}",
        "{route: ['/api/{id}', '/static/**'], allow: ['/api/{id}']}",
        "{replace: [{match: '/api/(.*)', with: 'api-$1'}], value_limit: 3}",
        "{replace: [{match: '[0-9]+', with: ''}]}",
        "{value_limit: 1}",
        "{value_limit: 3, otherwise: GET}",
        "{otherwise: '200', allow: [a]}",
    };
    std::string text;
    for (const char* label : {"a", "b", "c"}) {
      if (OneIn(2)) continue;
      text += (text.empty() ? "" : ", ") + std::string(label) + ": " + Pick(kRules);
    }
    return "{" + text + "}";
  }

  std::string PolicyText() {
    if (OneIn(8)) {
      return "\"x0,a\": \"GET,200\"\n\"x1,b\": \"" + std::string(OneIn(2) ? "a" : "") + "\"\n\"x1,c\": \",a\"\n";
    }
    std::string text = "version: 1\n";
    if (OneIn(2))
      text += "budget: {series_limit: 100000, unguarded: " + std::to_string(Below(12)) + "}\n";
    else if (OneIn(2))
      text += "budget: {series_limit: " + std::to_string(5000 + Below(2)) + "}\n";
    text += "defaults: {value_limit: " + std::to_string(1 + Below(6)) + "}\n";
    if (OneIn(2)) text += "labels: " + LabelRules() + "\n";
    text += "metrics:\n";
    for (const char* name : {"x0", "x1", "h"}) {
      text += std::string("- {name: ") + name + ", series_limit: " + std::to_string(20 + Below(40)) +
              ", labels: " + LabelRules() + "}\n";
    }
    return text;
  }

  std::map<std::string, std::string> Labels() {
    static const std::vector<std::string> kValues = {"GET",       "get",   "POST",       "BREW", "200",    "201",
                                                     "404",       "a",     "A",          "b",    "/api/1", "/api/2",
                                                     "/static/x", "other", "unexpected", "x y"};
    std::map<std::string, std::string> labels;
    for (const char* label : {"a", "b", "c"}) {
      if (!OneIn(4)) labels[label] = Pick(kValues);
    }
    return labels;
  }

  static std::string LineOf(const NaiveSeries& series) {
    std::string text = series.sample + "{";
    for (const auto& [label, value] : series.labels) text += label + "=\"" + value + "\",";
    return text + "} 1\n";
  }

  // A target's series, and its text with some lines twice.
  std::pair<std::set<NaiveSeries>, std::string> NewTarget() {
    std::set<NaiveSeries> series;
    const size_t count = 1 + Below(160);
    for (size_t i = 0; i < count; ++i) {
      const std::string name = Pick({"x0", "x1", "free", "h"});
      if (name != "h") {
        series.insert({name, name, Labels()});
        continue;
      }
      std::map<std::string, std::string> labels = Labels();
      series.insert({"h", "h_sum", labels});
      series.insert({"h", "h_count", labels});
      for (const char* le : {"1.0", "+Inf"}) {
        labels["le"] = le;
        series.insert({"h", "h_bucket", labels});
      }
    }
    if (OneIn(3)) series.insert({"seriesguard_policy_info", "seriesguard_policy_info", {{"mode", "enforce"}}});
    std::string text = "# TYPE h histogram\n";
    for (const NaiveSeries& one : series) {
      text += LineOf(one);
      if (OneIn(10)) text += LineOf(one);
    }
    return {std::move(series), std::move(text)};
  }

 private:
  std::mt19937_64 random_;
};

NaiveFindings FoundBy(const Verdict& verdict, bool as_guarded) {
  NaiveFindings found;
  for (const Finding& finding : verdict.findings) {
    switch (finding.rule) {
      case FindingRule::kSeriesLimit:
      case FindingRule::kValueLimit:
      case FindingRule::kNotAllowed:
      case FindingRule::kTotalLimit:
      case FindingRule::kUnguardedLimit: break;
      default: continue;
    }
    const std::string label = finding.label_is_culprit ? "" : finding.label;
    found[std::string(FindingRuleName(finding.rule)) + "|" + finding.input + "|" + finding.metric + "|" + label] =
        *finding.observed;
    EXPECT_TRUE(as_guarded || finding.stage == Stage::kObserved);
    EXPECT_LE(finding.values.size(), 10u);
    EXPECT_LE(finding.values.size(), finding.values_total.value_or(10));
  }
  return found;
}

// Each family's normalised series, whatever the limits, is what is left when every series is rewritten.
void CompareNormalised(const Census& census, const Policy& policy, const std::vector<Target>& targets) {
  absl::StatusOr<RuleBook> book = RuleBook::Compile(policy);
  ASSERT_TRUE(book.ok());
  // A limit of 0 makes the naive judge tell every number.
  Policy telling = policy;
  for (MetricRule& rule : telling.metrics) rule.series_limit = 0;
  const NaiveFindings naive = JudgeNaively(targets, telling, /*as_guarded=*/true);
  for (size_t family = 0; family < census.family_count(); ++family) {
    const FamilyInfo& info = census.family(family);
    const FamilyRules rules = book->RulesFor(info).value();
    if (rules.metric == nullptr) continue;
    for (size_t input = 0; input < targets.size(); ++input) {
      CountOptions options;
      options.input = input;
      const auto found = naive.find("series_limit|" + targets[input].first + "|" + info.name + "|");
      // A label that no series of this input has is not there; the naive judge sees it the same way.
      EXPECT_EQ(census.Recount(family, options, TransformsOf(rules)).series, found == naive.end() ? 0 : found->second)
          << info.name << " in " << targets[input].first;
    }
  }
}

TEST(Judge, AgreesWithTheNaiveJudge) {
  const uint64_t first = NumberFromEnvironment("SERIESGUARD_SEED", 1);
  size_t findings = 0;
  for (uint64_t seed = first; seed < first + CasesToRun(1000); ++seed) {
    SCOPED_TRACE("SERIESGUARD_SEED=" + std::to_string(seed));
    Generator generator(seed);
    std::vector<Target> targets;
    std::vector<NamedText> texts;
    const size_t inputs = 1 + generator.Below(3);
    for (size_t i = 0; i < inputs; ++i) {
      auto [series, dump] = generator.NewTarget();
      targets.emplace_back("t" + std::to_string(i), std::move(series));
      texts.push_back({"t" + std::to_string(i), std::move(dump)});
    }
    std::string policy_text = generator.PolicyText();
    // A reserve above a limit is an error of the policy: write another one.
    while (!ReadPolicy("policy.yaml", policy_text).policy) policy_text = generator.PolicyText();
    const Policy policy = PolicyFromText(policy_text);
    const Census census = CensusFromTexts(texts);
    for (const bool as_guarded : {false, true}) {
      JudgeOptions options;
      options.as_guarded = as_guarded;
      const absl::StatusOr<Verdict> verdict = Judge(census, policy, options);
      ASSERT_TRUE(verdict.ok()) << verdict.status();
      const NaiveFindings expected = JudgeNaively(targets, policy, as_guarded);
      ASSERT_EQ(FoundBy(*verdict, as_guarded), expected) << policy_text;
      findings += expected.size();
    }
    CompareNormalised(census, policy, targets);
    if (HasFailure()) {
      FAIL() << policy_text << texts[0].text;
    }
  }
  EXPECT_GT(findings, CasesToRun(5000)) << findings;  // the generator still makes what it is for
}

}  // namespace
}  // namespace seriesguard
