// SPDX-License-Identifier: Apache-2.0
//
// census_adapter.h: from documents in memory to a Census, on the way that the program takes.
//
// Use:      RunCensus; nothing where the builder stopped at an error, as the program would with exit status 2.
#ifndef SERIESGUARD_TESTS_DIFFERENTIAL_CENSUS_ADAPTER_H_
#define SERIESGUARD_TESTS_DIFFERENTIAL_CENSUS_ADAPTER_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "tests/reference/parse_options.h"

namespace seriesguard {

struct CensusDocument {
  std::string_view bytes;
  reference::Format format = reference::Format::kText;
};

struct CensusRun {
  size_t block_bytes = 0;          // as in FeedInWindows
  bool builder_per_input = false;  // one builder an input, joined afterwards, as several threads do it
  int threads = 1;
};

// Counts the documents, each an input of its own.
std::optional<Census> RunCensus(const std::vector<CensusDocument>& documents, const CensusRun& run);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_DIFFERENTIAL_CENSUS_ADAPTER_H_
