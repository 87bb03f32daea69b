// SPDX-License-Identifier: Apache-2.0
//
// init_corpus_test.cc: the first policy of every real dump of the public corpus is valid and lets that dump pass.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/init/first_policy.h"
#include "analyzer/verdict/verdict.h"
#include "gtest/gtest.h"
#include "rules/policy_reader.h"
#include "tests/corpus/corpus_files.h"
#include "tests/differential/census_adapter.h"

namespace seriesguard {
namespace {

TEST(InitCorpus, EveryFirstPolicyIsValidAndPasses) {
  const std::string corpus = FindCorpus();
  if (corpus.empty()) GTEST_SKIP() << "no corpus beside the project; set SERIESGUARD_CORPUS to its folder";
  size_t dumps = 0, warnings = 0, most_rules = 0;
  for (const CorpusCase& one : LoadCases(corpus)) {
    if (!one.ok || one.series == 0 || one.file.rfind("real/", 0) != 0) continue;
    const std::optional<Census> census = RunCensus({{ReadFile(corpus + "/" + one.file), one.format}}, CensusRun());
    ASSERT_TRUE(census) << one.file;
    const absl::StatusOr<FirstPolicy> policy = MakeFirstPolicy(*census, kDefaultHeadroom);
    ASSERT_TRUE(policy.ok()) << one.file << " " << policy.status();
    const PolicyReadResult read = ReadPolicy("seriesguard.yaml", policy->yaml);
    ASSERT_TRUE(read.policy) << one.file << "\n" << FormatDiagnostics(read, "seriesguard.yaml", 100);
    warnings += read.diagnostics.size();
    const absl::StatusOr<Verdict> verdict = Judge(*census, *read.policy, JudgeOptions());
    ASSERT_TRUE(verdict.ok()) << one.file;
    EXPECT_EQ(verdict->verdict, ReportVerdict::kWithinBudget) << one.file;
    EXPECT_EQ(policy->series, census->TotalSeries(CountOptions())) << one.file;
    EXPECT_GE(policy->series_limit, policy->series + policy->series / 4) << one.file;
    EXPECT_LE(policy->series_limit, policy->series + policy->series / 2 + 2) << one.file;
    // No value of a label stands in the file, unless it is part of a name.
    for (size_t family = 0; family < census->family_count(); ++family) {
      for (const LabelCount& label : census->plain(family).labels) {
        for (const ValueCount& value : label.top) {
          if (value.value.size() < 16 || policy->yaml.find(value.value) == std::string::npos) continue;
          bool is_a_name = false;
          for (size_t other = 0; other < census->family_count(); ++other) {
            is_a_name |= census->family(other).name.find(value.value) != std::string::npos;
            for (const LabelCount& named : census->plain(other).labels) {
              is_a_name |= named.name.find(value.value) != std::string::npos;
            }
          }
          EXPECT_TRUE(is_a_name) << one.file << ": the value " << value.value << " is in the policy";
        }
      }
    }
    most_rules = std::max(most_rules, policy->rules);
    ++dumps;
  }
  EXPECT_GT(dumps, 150u);
  std::cout << dumps << " dumps: every first policy is valid and passes; " << warnings << " warnings, at most "
            << most_rules << " rules\n";
}

}  // namespace
}  // namespace seriesguard
