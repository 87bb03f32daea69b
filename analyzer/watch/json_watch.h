// SPDX-License-Identifier: Apache-2.0
//
// json_watch.h: a watch as the document "seriesguard.watch/1".
//
// Threads:  pure function.
// Source:   watch.schema.json, docs/watch.md. What changed and what was judged are documents of their own inside it
//           ("seriesguard.diff/1", "seriesguard.report/1"), so that whoever reads those reads these.
#ifndef SERIESGUARD_ANALYZER_WATCH_JSON_WATCH_H_
#define SERIESGUARD_ANALYZER_WATCH_JSON_WATCH_H_

#include <string>

#include "analyzer/watch/watch.h"

namespace seriesguard {

// Returns the whole document, ending in a line feed. `verdict` is that of the report, "not_judged" without one.
std::string RenderJsonWatch(const Watch& watch);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_WATCH_JSON_WATCH_H_
