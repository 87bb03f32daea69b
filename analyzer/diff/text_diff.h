// SPDX-License-Identifier: Apache-2.0
//
// text_diff.h: a diff for a person at a terminal.
//
// Threads:  pure function.
#ifndef SERIESGUARD_ANALYZER_DIFF_TEXT_DIFF_H_
#define SERIESGUARD_ANALYZER_DIFF_TEXT_DIFF_H_

#include <cstddef>
#include <string>

#include "analyzer/diff/change.h"

namespace seriesguard {

struct TextDiffStyle {
  size_t columns = 100;
  bool colour = false;
};

std::string RenderTextDiff(const Diff& diff, const TextDiffStyle& style);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_TEXT_DIFF_H_
