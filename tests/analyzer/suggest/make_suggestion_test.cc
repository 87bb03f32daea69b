// SPDX-License-Identifier: Apache-2.0
//
// make_suggestion_test.cc: suggestions for dumps by hand and by chance: valid, inside the target, nothing lost on the way.
#include "analyzer/suggest/make_suggestion.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/report/report.h"
#include "analyzer/simulation/simulation.h"
#include "analyzer/suggest/suggestion.h"
#include "analyzer/verdict/verdict.h"
#include "gtest/gtest.h"
#include "rules/policy_reader.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/analyzer/simulation/simulated_dump.h"
#include "tests/analyzer/suggest/random_policies.h"
#include "tests/differential/document_generator.h"

namespace seriesguard {
namespace {

std::string Line(const std::string& name, const std::string& labels) { return name + "{" + labels + "} 1\n"; }

// A counter of 40 paths with identifiers and three methods.
std::string Paths() {
  std::string text = "# TYPE hits_total counter\n";
  for (int i = 0; i < 40; ++i) {
    for (const char* method : {"GET", "POST", "PUT"}) {
      text += Line("hits_total", "path=\"/o/" + std::to_string(1000 + i) + "\",method=\"" + method + "\"");
    }
  }
  return text;
}

SuggestOptions Target(uint64_t series) {
  SuggestOptions options;
  options.target = series;
  return options;
}

const SuggestedRule* FindRule(const Suggestion& suggestion, const std::string& metric, const std::string& label) {
  for (const SuggestedFamily& family : suggestion.families) {
    for (const SuggestedRule& rule : family.rules) {
      if (family.name == metric && rule.rule.label == label) return &rule;
    }
  }
  return nullptr;
}

// Judges `census` by the policy, read from its text alone.
void ExpectPasses(const Census& census, const Suggestion& suggestion, const std::string& what) {
  const PolicyReadResult read = ReadPolicy("p.yaml", suggestion.policy);
  ASSERT_TRUE(read.policy) << what << "\n" << FormatDiagnostics(read, "p.yaml", 100) << suggestion.policy;
  if (read.policy->metrics.empty()) return;
  JudgeOptions options;
  options.as_guarded = true;
  const absl::StatusOr<Verdict> verdict = Judge(census, *read.policy, options);
  ASSERT_TRUE(verdict.ok()) << what;
  EXPECT_EQ(verdict->verdict, ReportVerdict::kWithinBudget) << what << "\n" << suggestion.policy;
}

TEST(MakeSuggestion, InfersRoutesAndClosesLabelsWithoutATarget) {
  const Census census = CensusFromText(Paths());
  const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, SuggestOptions());
  ASSERT_TRUE(suggestion.ok()) << suggestion.status();
  const SuggestedRule* path = FindRule(*suggestion, "hits_total", "path");
  ASSERT_NE(path, nullptr);
  EXPECT_EQ(path->rule.routes, std::vector<std::string>{"/o/{id}"});
  EXPECT_EQ(path->saved_series, 117u);  // 120 become 3
  EXPECT_EQ(suggestion->series_after, 3u);
  const SuggestedRule* method = FindRule(*suggestion, "hits_total", "method");
  ASSERT_NE(method, nullptr);
  EXPECT_EQ(method->rule.allow, (std::vector<std::string>{"GET", "POST", "PUT"}));
  EXPECT_EQ(method->saved_series, 0u);
  ExpectPasses(census, *suggestion, "paths");
}

TEST(MakeSuggestion, FillsTheTargetToTheLastSeries) {
  const Census census = CensusFromText(Paths());
  for (const uint64_t target : {119u, 90u, 61u, 30u, 4u, 3u, 2u, 1u}) {
    const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(target));
    ASSERT_TRUE(suggestion.ok()) << suggestion.status();
    EXPECT_LE(suggestion->series_after, target);
    EXPECT_GE(suggestion->series_after + 3, std::min<uint64_t>(target, 120));  // one path has three series
    EXPECT_EQ(suggestion->largest_target_after, suggestion->series_after);
    ExpectPasses(census, *suggestion, "paths");
  }
}

TEST(MakeSuggestion, SaysTheNearestTargetWhereNoRuleReachesIt) {
  const Census census = CensusFromText("a 1\nb 1\nc{x=\"1\"} 1\nc{x=\"2\"} 1\n");
  const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(2));
  ASSERT_EQ(suggestion.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(suggestion.status().message()).find("--target 3"), std::string::npos) << suggestion.status();
  EXPECT_TRUE(MakeSuggestion(census, Target(3)).ok());
}

TEST(MakeSuggestion, DropsALabelThatAnotherOneDetermines) {
  std::string text = "# TYPE m counter\n";
  for (int i = 0; i < 30; ++i) {
    text += Line("m", "pod=\"p" + std::to_string(i) + "\",uid=\"u" + std::to_string(i) + "\",zone=\"z" +
                          std::to_string(i % 3) + "\"");
  }
  const Census census = CensusFromText(text);
  const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(10));
  ASSERT_TRUE(suggestion.ok()) << suggestion.status();
  EXPECT_EQ(suggestion->series_after, 10u);
  const SuggestedRule* uid = FindRule(*suggestion, "m", "uid");
  ASSERT_NE(uid, nullptr);
  EXPECT_EQ(uid->kind, RemedyKind::kDrop);
  EXPECT_NE(uid->why.find("pod determines it"), std::string::npos) << uid->why;
}

TEST(MakeSuggestion, ListsNoPersonalValuesUnlessAsked) {
  std::string text = "# TYPE m counter\n";
  for (int i = 0; i < 9; ++i) text += Line("m", "user=\"someone" + std::to_string(i) + "@example.com\"");
  const Census census = CensusFromText(text);
  SuggestOptions options = Target(4);
  const absl::StatusOr<Suggestion> masked = MakeSuggestion(census, options);
  ASSERT_TRUE(masked.ok()) << masked.status();
  EXPECT_EQ(masked->policy.find("example.com"), std::string::npos) << masked->policy;
  options.may_list_personal = true;
  const absl::StatusOr<Suggestion> listed = MakeSuggestion(census, options);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_NE(listed->policy.find("someone0@example.com"), std::string::npos) << listed->policy;
  EXPECT_GT(listed->label_sets_after, masked->label_sets_after);
}

TEST(MakeSuggestion, BringsEachOfSeveralTargetsInside) {
  const std::string small = "# TYPE m counter\n" + Line("m", "a=\"x\"") + Line("m", "a=\"y\"");
  std::string large = "# TYPE m counter\n";
  for (int i = 0; i < 20; ++i) large += Line("m", "a=\"v" + std::to_string(i) + "\"");
  const Census census = CensusFromTexts({{"small", small}, {"large", large}});
  const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(6));
  ASSERT_TRUE(suggestion.ok()) << suggestion.status();
  EXPECT_LE(suggestion->largest_target_after, 6u);
  ExpectPasses(census, *suggestion, "two targets");
}

TEST(MakeSuggestion, WritesNamesAndValuesThatNeedQuotes) {
  const Census census = CensusFromText(
      "# TYPE x_count gauge\nx_count{y=\"a\\\"b\"} 1\nx_count{y=\"{c: d}\"} 1\nx_count{y=\"# e\"} "
      "1\nx_count{y=\"\\n\"} 1\n");
  const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(3));
  ASSERT_TRUE(suggestion.ok()) << suggestion.status();
  ExpectPasses(census, *suggestion, "quotes");
}

TEST(MakeSuggestion, RefusesEstimates) {
  const Census census = SketchedCensusFromTexts({{"d", Paths()}, {"e", Paths()}}, 0);
  EXPECT_EQ(MakeSuggestion(census, Target(3)).status().code(), absl::StatusCode::kInvalidArgument);
}

// Documents with every trap: whatever is suggested is read back, passes, and no series is counted twice.
TEST(MakeSuggestion, PassesOnGeneratedDocuments) {
  size_t suggested = 0, refused = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    const std::string text = DocumentGenerator(seed, false).Valid();
    const Census census = CensusFromText(text);
    const uint64_t series = census.TotalSeries(CountOptions());
    for (const uint64_t target : {series, series * 3 / 4, series / 2}) {
      if (target == 0) continue;
      const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(target));
      if (!suggestion.ok()) {
        EXPECT_EQ(suggestion.status().code(), absl::StatusCode::kFailedPrecondition)
            << "seed " << seed << " " << suggestion.status() << "\n"
            << text;
        ++refused;
        continue;
      }
      ++suggested;
      EXPECT_LE(suggestion->largest_target_after, target) << "seed " << seed;
      uint64_t in_families = 0;
      for (const SuggestedFamily& family : suggestion->families) {
        in_families += family.series_after;
        EXPECT_LE(family.label_sets_after, family.label_sets_before);
      }
      EXPECT_LE(in_families, suggestion->series_after);
      ExpectPasses(census, *suggestion, "seed " + std::to_string(seed));
    }
    const absl::StatusOr<Suggestion> head_room = MakeSuggestion(census, SuggestOptions());
    ASSERT_TRUE(head_room.ok()) << "seed " << seed << " " << head_room.status();
    ExpectPasses(census, *head_room, "seed " + std::to_string(seed));
  }
  EXPECT_GT(suggested, 200u);
  EXPECT_GT(refused, 20u);
}

// The guard itself, run on the dump under the suggested policy, conserves every total and exports what was promised.
TEST(MakeSuggestion, ConservesTotalsUnderTheGuard) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 60; ++round) {
    const std::string text = RandomCounter(&random, 5 + random() % 60);
    const Census census = CensusFromText(text);
    const uint64_t series = census.TotalSeries(CountOptions());
    const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, Target(std::max<uint64_t>(series / 2, 1)));
    if (!suggestion.ok()) continue;
    const Simulation simulation = Simulate(suggestion->policy, text);
    EXPECT_TRUE(simulation.IsConserved()) << "round " << round;
    ASSERT_EQ(simulation.inputs.size(), 1u);
    EXPECT_EQ(simulation.inputs[0].series_before, series);
    uint64_t at_zero = 0;
    for (const SimulatedMetric& metric : simulation.inputs[0].metrics) {
      at_zero += metric.series_at_zero;
      EXPECT_NE(metric.treatment, SimulatedMetric::Treatment::kRefused) << metric.why << "\n" << suggestion->policy;
      EXPECT_FALSE(metric.limit_bit) << "round " << round << "\n" << suggestion->policy;
    }
    EXPECT_EQ(simulation.inputs[0].series_after - at_zero, suggestion->series_after) << "round " << round;
  }
}

// Labels that are there and not there at random, and one series more for some label sets: chance may win by a label set
// or two where it drops a label, which suggest does not unless nothing else helps.
TEST(MakeSuggestion, KeepsAsMuchAsRandomPoliciesOnGeneratedDumps) {
  std::mt19937_64 random(21);
  size_t compared = 0, less = 0;
  for (int round = 0; round < 40; ++round) {
    const std::string text = RandomDump(&random, 5 + random() % 40, true);
    const Census census = CensusFromText(text);
    const uint64_t target = census.TotalSeries(CountOptions()) / 2;
    SuggestOptions options = Target(target);
    options.may_list_personal = true;
    const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(census, options);
    if (!suggestion.ok()) continue;
    RandomPolicies policies(census, static_cast<uint64_t>(round));
    uint64_t best = 0;
    for (int i = 0; i < 100; ++i) best = std::max(best, policies.Next(target));
    ++compared;
    less += suggestion->label_sets_after < best ? 1 : 0;
    EXPECT_GE(suggestion->label_sets_after + 2, best) << "round " << round << "\n" << text;
  }
  EXPECT_GT(compared, 30u);
  EXPECT_LE(less, compared / 4);
}

}  // namespace
}  // namespace seriesguard
