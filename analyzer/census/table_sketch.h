// SPDX-License-Identifier: Apache-2.0
//
// table_sketch.h: what is kept of a sample name's series once memory ran out: counts, no values.
//
// Use:      a SeriesTable has one in place of its rows after --memory-limit was met (sketch_census.h).
// Threads:  one writer; then any number of readers.
// Memory:   see distinct_sketch.h; one for the series, one for the label sets and one a label, for each input.
#ifndef SERIESGUARD_ANALYZER_CENSUS_TABLE_SKETCH_H_
#define SERIESGUARD_ANALYZER_CENSUS_TABLE_SKETCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/census/distinct_sketch.h"

namespace seriesguard {

struct LabelSketch {
  DistinctSketch values;
  uint64_t samples_with = 0;
};

// One input's part of a table.
struct InputSketch {
  uint32_t input = 0;
  uint64_t samples = 0;
  DistinctSketch series;
  DistinctSketch label_sets;        // without le and quantile
  std::vector<LabelSketch> labels;  // by column of the table; may be shorter
};

struct TableSketch {
  std::vector<InputSketch> inputs;  // ascending

  InputSketch& Of(uint32_t input) {
    if (inputs.empty() || inputs.back().input != input) {
      inputs.emplace_back();
      inputs.back().input = input;
    }
    return inputs.back();
  }
  size_t bytes() const;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_TABLE_SKETCH_H_
