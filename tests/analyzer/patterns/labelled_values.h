// SPDX-License-Identifier: Apache-2.0
//
// labelled_values.h: values of which it is known what they are, because each was made from a definition.
//
// Use:      the test of the classifier, and its benchmark. Nothing here asks the classifier anything.
// Source:   docs/patterns.md: a generator a definition. tests/data/patterns/hard_values.tsv holds near misses by hand.
//
// The same seed gives the same values with the same compiler (the order of evaluation is its own).
#ifndef SERIESGUARD_TESTS_ANALYZER_PATTERNS_LABELLED_VALUES_H_
#define SERIESGUARD_TESTS_ANALYZER_PATTERNS_LABELLED_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace seriesguard {

struct LabelledValue {
  std::string pattern;  // a name of value_pattern.h
  std::string value;
};

// Returns `of_each` values of every pattern.
std::vector<LabelledValue> MakeLabelledValues(uint64_t seed, size_t of_each);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_PATTERNS_LABELLED_VALUES_H_
