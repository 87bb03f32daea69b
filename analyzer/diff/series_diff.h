// SPDX-License-Identifier: Apache-2.0
//
// series_diff.h: two sides of dumps, series by series.
//
// Use:      once a run; ReadDumps has read the inputs of both sides into one census.
// Threads:  called from one, works on `threads`.
// Memory:   what was read, and family_diff.h once a thread.
// Cost:     one pass over the columns; see docs/diff.md, "What it costs".
// Source:   docs/diff.md.
#ifndef SERIESGUARD_ANALYZER_DIFF_SERIES_DIFF_H_
#define SERIESGUARD_ANALYZER_DIFF_SERIES_DIFF_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/diff/change.h"
#include "analyzer/diff/target_pairs.h"

namespace seriesguard {

struct SeriesDiffOptions {
  std::vector<TargetPair> pairs;  // every input is in exactly one; those of the earlier side come first in the run
  std::vector<std::string> ignored_labels;
  size_t threads = 1;
};

// Compares the sides. Fills everything of the result but `tool` and `server`.
//
// Requires:  `data` is sealed and not sketched.
Diff DiffSeries(std::unique_ptr<CensusData> data, const SeriesDiffOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_SERIES_DIFF_H_
