// SPDX-License-Identifier: Apache-2.0
//
// sample_value.h: the text of a sample's value, for the few samples whose value anybody asks for.
//
// Use:      by CensusBuilder for the guard's own metrics; the parser has already checked the grammar.
// Threads:  pure function.
// Cost:     a few bytes behind the last label; the parser itself keeps no span of the value, because a census reads none.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_SAMPLE_VALUE_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_SAMPLE_VALUE_H_

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "analyzer/exposition/sample_event.h"

namespace seriesguard {

// Returns the value as it was written.
//
// Requires:  `sample` came out of a parser, which accepted the line.
// Lifetime:  views the bytes of the line.
inline std::string_view SampleValueText(const SampleEvent& sample) {
  uint32_t labels_end = sample.name_end;
  for (size_t i = 0; i < sample.label_count; ++i) labels_end = std::max(labels_end, sample.labels[i].value_end);
  const std::string_view line(sample.line, sample.bytes);
  // What may stand between the last quoted text (or the bare name) and the value; the text format skips NULs there.
  constexpr std::string_view kBetween("\"{}, \t\0", 7);
  const size_t begin = line.find_first_not_of(kBetween, labels_end);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_first_of(" \t\r\n", begin) - begin);
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_SAMPLE_VALUE_H_
