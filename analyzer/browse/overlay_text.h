// SPDX-License-Identifier: Apache-2.0
//
// overlay_text.h: the pages that cover the list: the keys, and what is wrong.
//
// Use:      by Browser when such a page is opened, and again when the terminal changes its size.
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_BROWSE_OVERLAY_TEXT_H_
#define SERIESGUARD_ANALYZER_BROWSE_OVERLAY_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/report.h"

namespace seriesguard {

// Every key with what it does, a line or more each, no line wider than `columns` (at least TextCanvas::kMinColumns).
std::vector<std::string> KeyHelpLines(size_t columns);

// The findings that speak of `metric` as `check` prints them; of everything, with the verdict and what is to be known
// of the dump itself, where `metric` is empty. What is personal in them is masked unless `show_personal`. Safe text.
std::vector<std::string> FindingLines(const Report& report, std::string_view metric, bool show_personal,
                                      size_t columns);

// The verdict in one line of safe text; empty where nothing was judged.
std::string VerdictLine(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_OVERLAY_TEXT_H_
