// SPDX-License-Identifier: Apache-2.0
//
// census_from_text.h: a census of texts that stand in a test, each an input of its own.
//
// Use:      tests of whoever asks a census questions.
#ifndef SERIESGUARD_TESTS_ANALYZER_CENSUS_FROM_TEXT_H_
#define SERIESGUARD_TESTS_ANALYZER_CENSUS_FROM_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/census/census.h"

namespace seriesguard {

struct NamedText {
  std::string path;
  std::string text;  // text 0.0.4, or OpenMetrics where it ends in "# EOF\n"
};

// Counts `inputs`; a text that does not parse fails the test that calls.
Census CensusFromTexts(const std::vector<NamedText>& inputs);

// The same with one input, whose path is "dump.prom".
Census CensusFromText(const std::string& text);

// The same as sketches, as when --memory-limit is met after the first `exact_inputs` inputs; with a fixed hash key, so
// that the estimates are the same in every run.
Census SketchedCensusFromTexts(const std::vector<NamedText>& inputs, size_t exact_inputs);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_CENSUS_FROM_TEXT_H_
