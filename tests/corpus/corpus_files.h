// SPDX-License-Identifier: Apache-2.0
//
// corpus_files.h: the public corpus of expositions, where one lies beside the project, and what a server's parser says
// of each of its files.
//
// Use:      FindCorpus, then LoadCases. No file of the corpus is part of the project.
// Errors:   none that a test should survive: what cannot be read is an empty list, which the test refuses.
#ifndef SERIESGUARD_TESTS_CORPUS_CORPUS_FILES_H_
#define SERIESGUARD_TESTS_CORPUS_CORPUS_FILES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/reference/parse_options.h"

namespace seriesguard {

struct CorpusCase {
  std::string file;  // relative to the corpus
  reference::Format format = reference::Format::kText;
  bool ok = false;  // of the server's parser
  uint64_t samples = 0;
  uint64_t series = 0;
  std::map<std::string, uint64_t> series_by_name;  // real dumps only
};

// A line of known_differences.tsv.
struct KnownDifference {
  std::string what;  // "verdict" or "count"
  std::string why;
};

// Returns the corpus folder: SERIESGUARD_CORPUS, else ../shared/corpus beside the project; empty when there is none.
std::string FindCorpus();

// Reads conformance/MANIFEST.jsonl, and INDEX.tsv with expected/names for the real dumps; text and OpenMetrics only.
std::vector<CorpusCase> LoadCases(const std::string& corpus);

std::map<std::string, KnownDifference> LoadKnownDifferences();

std::string ReadFile(const std::string& path);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_CORPUS_CORPUS_FILES_H_
