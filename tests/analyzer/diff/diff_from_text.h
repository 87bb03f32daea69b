// SPDX-License-Identifier: Apache-2.0
//
// diff_from_text.h: the diff of texts that stand in a test.
#ifndef SERIESGUARD_TESTS_ANALYZER_DIFF_DIFF_FROM_TEXT_H_
#define SERIESGUARD_TESTS_ANALYZER_DIFF_DIFF_FROM_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/diff/change.h"
#include "tests/reference/parse_options.h"

namespace seriesguard {

struct DumpText {
  std::string name;  // by which targets are matched
  std::string text;
  reference::Format format = reference::Format::kText;
};

struct TextDiffOptions {
  std::vector<std::string> ignored_labels;
  size_t threads = 1;
  bool builder_per_input = false;  // joined afterwards, as several threads read them
};

// Nothing where a text does not parse.
std::optional<Diff> DiffOfTexts(const std::vector<DumpText>& before, const std::vector<DumpText>& after,
                                const TextDiffOptions& options = {});

// The same of one dump a side, text 0.0.4; a text that does not parse fails the test.
Diff DiffOfText(const std::string& before, const std::string& after, const TextDiffOptions& options = {});

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_DIFF_DIFF_FROM_TEXT_H_
