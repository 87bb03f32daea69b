// SPDX-License-Identifier: Apache-2.0
//
// corpus_pairs_test.cc: real dumps of the public corpus, each against a mutation of itself and against another dump.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "tests/analyzer/diff/diff_from_text.h"
#include "tests/analyzer/diff/naive_diff.h"
#include "tests/corpus/corpus_files.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/reference_result.h"

namespace seriesguard {
namespace {

constexpr size_t kLongest = 400'000;  // bytes: the reference keeps every series several times

// Every seventh sample line goes, every eleventh gets another value in its first label.
std::string Mutated(const std::string& text) {
  std::string mutated;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string line = text.substr(at, end - at);
    at = end;
    if (!line.empty() && line[0] != '#') {
      ++number;
      if (number % 7 == 0) continue;
      const size_t value = line.find("=\"");
      if (number % 11 == 0 && value != std::string::npos) line.insert(value + 2, "x" + std::to_string(number % 5));
    }
    mutated += line;
  }
  return mutated;
}

TEST(DiffOfCorpus, RealDumpsAreSplitAsSetsOfStringsSay) {
  const std::string corpus = FindCorpus();
  if (corpus.empty()) {
    std::cout << "no corpus beside the project: nothing to compare\n";
    return;
  }
  std::optional<DumpText> previous;
  size_t pairs = 0;
  for (const CorpusCase& one : LoadCases(corpus)) {
    if (!one.ok || one.series_by_name.empty()) continue;
    const DumpText dump{one.file, ReadFile(corpus + "/" + one.file), one.format};
    if (dump.text.empty() || dump.text.size() > kLongest) continue;
    std::vector<DumpText> others = {{one.file, Mutated(dump.text), one.format}};
    if (previous) others.push_back(*previous);
    for (const DumpText& other : others) {
      const reference::ReferenceResult from = ParseNaively(dump.text, dump.format);
      const reference::ReferenceResult to = ParseNaively(other.text, other.format);
      const std::optional<Diff> diff = DiffOfTexts({dump}, {other});
      if (!from.ok || !to.ok || !diff) continue;
      EXPECT_EQ(DescribeNaively({{"one", from}}, {{"one", to}}, {}), DescribeDiff(*diff)) << one.file;
      ++pairs;
    }
    previous = dump;
  }
  std::cout << pairs << " pairs compared\n";
  EXPECT_GT(pairs, 0u);
}

}  // namespace
}  // namespace seriesguard
