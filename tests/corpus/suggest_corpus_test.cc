// SPDX-License-Identifier: Apache-2.0
//
// suggest_corpus_test.cc: every real dump of the public corpus, with a target of half its series.
//
// SERIESGUARD_RANDOM_POLICIES says how many random policies each suggestion is compared with (default 5).
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/report/report.h"
#include "analyzer/simulation/simulation.h"
#include "analyzer/suggest/make_suggestion.h"
#include "analyzer/suggest/suggestion.h"
#include "analyzer/verdict/verdict.h"
#include "gtest/gtest.h"
#include "rules/policy_reader.h"
#include "tests/analyzer/simulation/simulated_dump.h"
#include "tests/analyzer/suggest/random_policies.h"
#include "tests/corpus/corpus_files.h"
#include "tests/differential/census_adapter.h"
#include "tests/reference/parse_options.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

size_t RandomPolicyCount() { return CasesToRun("SERIESGUARD_RANDOM_POLICIES", 5); }

// Reads the policy of `suggestion` and judges `census` by it, as `check --as-guarded` does.
void ExpectValidAndPasses(const Census& census, const Suggestion& suggestion, const std::string& file) {
  const PolicyReadResult read = ReadPolicy("suggested.yaml", suggestion.policy);
  ASSERT_TRUE(read.policy) << file << "\n" << FormatDiagnostics(read, "suggested.yaml", 100);
  if (read.policy->metrics.empty()) return;
  JudgeOptions options;
  options.as_guarded = true;
  const absl::StatusOr<Verdict> verdict = Judge(census, *read.policy, options);
  ASSERT_TRUE(verdict.ok()) << file;
  EXPECT_EQ(verdict->verdict, ReportVerdict::kWithinBudget) << file;
}

// Lets the guard of the service export the dump under the suggested policy: every total of counters and histograms stays.
void ExpectConserved(const std::string& text, const Suggestion& suggestion, const std::string& file) {
  const Simulation simulation = Simulate(suggestion.policy, text);
  EXPECT_TRUE(simulation.IsConserved()) << file;
  for (const SimulatedInput& input : simulation.inputs) {
    EXPECT_EQ(input.series_before, suggestion.series_before) << file;
  }
}

class SuggestCorpus : public testing::Test {
 protected:
  void SetUp() override {
    corpus_ = FindCorpus();
    if (corpus_.empty()) GTEST_SKIP() << "no corpus beside the project; set SERIESGUARD_CORPUS to its folder";
    for (const CorpusCase& one : LoadCases(corpus_)) {
      if (one.ok && one.series > 1 && one.file.rfind("real/", 0) == 0) cases_.push_back(one);
    }
    ASSERT_GT(cases_.size(), 150u);
  }

  std::string corpus_;
  std::vector<CorpusCase> cases_;
};

TEST_F(SuggestCorpus, HalvesEveryDumpAndKeepsMoreThanRandomPolicies) {
  const size_t random_policies = RandomPolicyCount();
  size_t halved = 0, nearest = 0, compared = 0, better = 0, equal = 0;
  for (const CorpusCase& one : cases_) {
    const std::string bytes = ReadFile(corpus_ + "/" + one.file);
    const std::optional<Census> census = RunCensus({{bytes, one.format}}, CensusRun());
    ASSERT_TRUE(census) << one.file;
    SuggestOptions options;
    options.may_list_personal = true;  // as the random ones
    options.target = std::max<uint64_t>(census->TotalSeries(CountOptions()) / 2, 1);
    absl::StatusOr<Suggestion> suggestion = MakeSuggestion(*census, options);
    if (!suggestion.ok()) {
      // Then the message names the least that can be reached, and it can be.
      ASSERT_EQ(suggestion.status().code(), absl::StatusCode::kFailedPrecondition) << one.file << suggestion.status();
      const std::string message(suggestion.status().message());
      const size_t flag = message.rfind("--target ");
      ASSERT_NE(flag, std::string::npos) << message;
      options.target = std::strtoull(message.c_str() + flag + 9, nullptr, 10);
      suggestion = MakeSuggestion(*census, options);
      ASSERT_TRUE(suggestion.ok()) << one.file << suggestion.status();
      SuggestOptions less = options;
      --*less.target;
      EXPECT_FALSE(*options.target > 1 && MakeSuggestion(*census, less).ok()) << one.file;
      ++nearest;
    } else {
      ++halved;
    }
    EXPECT_LE(suggestion->series_after, *options.target) << one.file;
    ExpectValidAndPasses(*census, *suggestion, one.file);
    if (one.format == reference::Format::kText) ExpectConserved(bytes, *suggestion, one.file);
    uint64_t best = 0;
    RandomPolicies random(*census, 42);
    for (size_t i = 0; i < random_policies; ++i) best = std::max(best, random.Next(*options.target));
    if (best == 0) continue;
    ++compared;
    better += suggestion->label_sets_after > best ? 1 : 0;
    equal += suggestion->label_sets_after == best ? 1 : 0;
    EXPECT_GE(suggestion->label_sets_after, best)
        << one.file << ", target " << *options.target << ", kept " << suggestion->label_sets_after << " of "
        << suggestion->label_sets_before;
  }
  std::cout << cases_.size() << " dumps: " << halved << " halved, " << nearest
            << " brought to the nearest target that there is; compared with the best of " << random_policies
            << " random policies: " << better << " keep more, " << equal << " as much, of " << compared << "\n";
}

TEST_F(SuggestCorpus, FindsHeadRoomForEveryDump) {
  for (const CorpusCase& one : cases_) {
    const std::string bytes = ReadFile(corpus_ + "/" + one.file);
    const std::optional<Census> census = RunCensus({{bytes, one.format}}, CensusRun());
    ASSERT_TRUE(census) << one.file;
    const absl::StatusOr<Suggestion> suggestion = MakeSuggestion(*census, SuggestOptions());
    ASSERT_TRUE(suggestion.ok()) << one.file << suggestion.status();
    ExpectValidAndPasses(*census, *suggestion, one.file);
  }
}

}  // namespace
}  // namespace seriesguard
