// SPDX-License-Identifier: Apache-2.0
//
// label_sets_corpus_test.cc: what explain says of every family of every real dump, held against sets of strings.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "gtest/gtest.h"
#include "tests/corpus/corpus_files.h"
#include "tests/differential/census_adapter.h"
#include "tests/reference/naive_census.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using Samples = std::vector<const reference::Sample*>;

uint64_t LeftWithout(const Samples& samples, const std::vector<std::string>& gone) {
  std::set<std::pair<std::string, std::map<std::string, std::string>>> left;
  for (const reference::Sample* sample : samples) {
    std::map<std::string, std::string> labels = sample->labels;
    for (const std::string& label : gone) labels.erase(label);
    left.emplace(sample->name, std::move(labels));
  }
  return left.size();
}

std::string ValueOf(const reference::Sample& sample, const std::string& label) {
  const auto found = sample.labels.find(label);
  return found == sample.labels.end() ? "" : found->second;
}

// Samples that break "determinant fixes dependent", and those that have either label.
std::pair<uint64_t, uint64_t> Exceptions(const Samples& samples, const Dependency& dependency) {
  std::map<std::string, std::map<std::string, uint64_t>> beside;
  uint64_t all = 0, followed = 0;
  for (const reference::Sample* sample : samples) {
    const std::string x = ValueOf(*sample, dependency.determinant), y = ValueOf(*sample, dependency.dependent);
    if (x.empty() && y.empty()) continue;
    ++beside[x][y];
    ++all;
  }
  for (const auto& [x, counts] : beside) {
    uint64_t most = 0;
    for (const auto& [y, count] : counts) most = std::max(most, count);
    followed += most;
  }
  return {all - followed, all};
}

TEST(LabelSetsCorpus, AgreesWithSetsOfStringsOnEveryRealDump) {
  const std::string corpus = FindCorpus();
  if (corpus.empty()) GTEST_SKIP() << "no corpus beside the project; set SERIESGUARD_CORPUS to its folder";
  size_t seen = 0, dumps = 0, labels = 0, sets = 0, dependencies = 0;
  for (const CorpusCase& one : LoadCases(corpus)) {
    if (!one.ok || one.file.rfind("real/", 0) != 0 || ++seen % kCasesShare != 0) continue;
    const std::string bytes = ReadFile(corpus + "/" + one.file);
    const std::optional<Census> census = RunCensus({{bytes, one.format}}, CensusRun());
    ASSERT_TRUE(census) << one.file;
    const reference::ReferenceResult parsed = reference::ParseNaively(bytes, one.format);
    ASSERT_TRUE(parsed.ok) << one.file;
    const std::map<std::string, reference::NaiveFamilyName> families = reference::ResolveFamilies({parsed});
    std::map<std::string, Samples> samples;
    for (const reference::Sample& sample : parsed.samples) samples[families.at(sample.name).name].push_back(&sample);
    for (size_t family = 0; family < census->family_count(); ++family) {
      const Samples& of_family = samples[census->family(family).name];
      CountOptions options;
      options.what_if = true;
      const FamilyCount count = census->Count(family, options);
      for (const LabelCount& label : count.labels) {
        ASSERT_EQ(label.series_without.value_or(0), LeftWithout(of_family, {label.name})) << one.file << label.name;
        ++labels;
      }
      for (const LabelSetLeft& set : census->SearchLabelSets(family, count).sets) {
        ASSERT_EQ(set.series_left, LeftWithout(of_family, set.labels))
            << one.file << " " << census->family(family).name;
        ++sets;
      }
      for (const Dependency& dependency : census->Dependencies(family)) {
        const auto [exceptions, all] = Exceptions(of_family, dependency);
        ASSERT_EQ(dependency.exceptions, exceptions) << one.file << dependency.determinant;
        ASSERT_EQ(dependency.samples, all) << one.file << dependency.determinant;
        ++dependencies;
      }
    }
    ++dumps;
  }
  std::cout << dumps << " dumps: " << labels << " labels, " << sets << " sets and " << dependencies
            << " dependencies agree\n";
  EXPECT_GE(dumps, 150 / kCasesShare);
  EXPECT_GT(sets, 1000 / kCasesShare / 2);
}

}  // namespace
}  // namespace seriesguard
