// SPDX-License-Identifier: Apache-2.0
//
// corpus_test.cc: every text and OpenMetrics file of the public corpus, against what the server's parser said of it.
//
// Each difference must stand in known_differences.tsv, and each line there must still be a difference.
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
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

namespace seriesguard {
namespace {

// One program's answer for one file.
struct Answer {
  bool ok = false;
  uint64_t samples = 0;
  uint64_t series = 0;
  std::map<std::string, uint64_t> series_by_name;
};

Answer AnswerOfCensus(const std::string& bytes, reference::Format format) {
  Answer answer;
  const std::optional<Census> census = RunCensus({{bytes, format}}, CensusRun());
  if (!census) return answer;
  answer.ok = true;
  for (size_t i = 0; i < census->family_count(); ++i) {
    for (const PartCount& part : census->Count(i, CountOptions()).parts) {
      answer.series_by_name[part.name] += part.series;
      answer.series += part.series;
      answer.samples += part.samples;
    }
  }
  return answer;
}

Answer AnswerOfReference(const std::string& bytes, reference::Format format) {
  Answer answer;
  const reference::ReferenceResult result = ParseNaively(bytes, format);
  if (!result.ok) return answer;
  answer.ok = true;
  answer.samples = result.samples.size();
  for (const auto& [name, family] : reference::CountNaively({result}).families) {
    for (const auto& [part, count] : family.parts) {
      answer.series_by_name[part] += count.series;
      answer.series += count.series;
    }
  }
  return answer;
}

// Returns "", "verdict" or "count".
std::string DifferenceOf(const CorpusCase& expected, const Answer& answer) {
  if (expected.ok != answer.ok) return "verdict";
  if (!expected.ok) return "";
  if (expected.samples != answer.samples || expected.series != answer.series) return "count";
  if (!expected.series_by_name.empty() && expected.series_by_name != answer.series_by_name) return "count";
  return "";
}

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    corpus_ = FindCorpus();
    if (corpus_.empty()) GTEST_SKIP() << "no corpus beside the project; set SERIESGUARD_CORPUS to its folder";
    cases_ = LoadCases(corpus_);
    known_ = LoadKnownDifferences();
    ASSERT_GT(cases_.size(), 900u) << "the corpus at " << corpus_ << " is not whole";
  }

  // Files of more than `max_bytes` are left out; the last line says how many.
  template <typename Ask>
  void CompareAll(size_t max_bytes, const Ask& ask) {
    std::map<std::string, size_t> seen;
    for (const CorpusCase& one : cases_) {
      const std::string bytes = ReadFile(corpus_ + "/" + one.file);
      if (bytes.size() > max_bytes) {
        ++seen["too large for this test"];
        continue;
      }
      const std::string difference = DifferenceOf(one, ask(bytes, one.format));
      const auto known = known_.find(one.file);
      const std::string expected = known == known_.end() ? "" : known->second.what;
      EXPECT_EQ(difference, expected) << one.file << ": the server's parser says " << (one.ok ? "accepted" : "refused")
                                      << ", " << one.samples << " samples, " << one.series << " series"
                                      << (expected.empty() ? "" : "; listed because: " + known->second.why);
      ++seen[difference.empty() ? "equal" : difference];
    }
    for (const auto& [what, count] : seen) std::cout << count << " files: " << what << "\n";
  }

  std::string corpus_;
  std::vector<CorpusCase> cases_;
  std::map<std::string, KnownDifference> known_;
};

TEST_F(Corpus, TheCensusAgreesWithTheServersParser) { CompareAll(SIZE_MAX, AnswerOfCensus); }

// The naive census needs seconds for a large dump, and large dumps hold the same traps as small ones.
TEST_F(Corpus, TheReferenceAgreesWithTheServersParser) { CompareAll(300000, AnswerOfReference); }

}  // namespace
}  // namespace seriesguard
