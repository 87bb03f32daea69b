// SPDX-License-Identifier: Apache-2.0
//
// text_watch.h: a watch as text: a heading, one line a scrape while it goes on, and a summary when it ends.
//
// Use:      by the command only; each piece is written when it is known, so that a pipe sees every scrape at once.
// Threads:  pure functions; all bytes have passed safe_text.
// Why:      lines are only ever appended, on a terminal too: nothing has to be redrawn, and what was is still there.
#ifndef SERIESGUARD_ANALYZER_WATCH_TEXT_WATCH_H_
#define SERIESGUARD_ANALYZER_WATCH_TEXT_WATCH_H_

#include <cstddef>
#include <optional>
#include <string>

#include "analyzer/diff/change.h"
#include "analyzer/watch/watch.h"

namespace seriesguard {

struct TextWatchStyle {
  std::optional<size_t> line_columns;  // where lines of scrapes are cut; empty: nowhere
  size_t columns = 100;                // of the summary
  bool colour = false;
};

std::string RenderWatchHeading(const Watch& watch);

// The line of the scrape that was last; `diff` is from the first to this one, null where it failed.
std::string RenderWatchLine(const WatchScrape& scrape, const Diff* diff, const TextWatchStyle& style);

// Everything behind the lines: how it ended, what changed from the first scrape to the last, and the verdict.
std::string RenderWatchSummary(const Watch& watch, const TextWatchStyle& style);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_WATCH_TEXT_WATCH_H_
