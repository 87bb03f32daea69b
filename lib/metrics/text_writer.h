// SPDX-License-Identifier: Apache-2.0
//
// text_writer.h: families in text 0.0.4, and in 1.0.0, which is the same with names in quotes.
//
// Use:      AppendText for a whole scrape, or AppendTextFamily family by family; in any order, each family once.
// Threads:  pure functions.
// Memory:   `*out` grows at most once a family; besides it, only the strings of one family's name and boundaries.
// Errors:   none. A family without series, or whose name no server can read (exposition_escape.h), is left out.
// Cost:     bench/metrics_writer_bench.cc.
// Source:   Prometheus' docs/instrumenting/exposition_formats.md; `le` as client_golang writes it.
//
// The text has no words for info, state set and unit: the first two are gauges, the unit stands in the name alone. It
// has no place for exemplars, and start times (`_created`) are not written: in text they would be series that nobody
// asked for.
#ifndef SERIESGUARD_LIB_METRICS_TEXT_WRITER_H_
#define SERIESGUARD_LIB_METRICS_TEXT_WRITER_H_

#include <string>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exposition_escape.h"

namespace seriesguard {

// Appends HELP (where there is one), TYPE and the samples: a counter, gauge, info, state set or unknown has a line a
// series, a histogram one a boundary, cumulated, then +Inf, `_sum` and `_count`.
void AppendTextFamily(const CollectedFamily& family, NameEscaping escaping, std::string* out);

void AppendText(const std::vector<CollectedFamily>& families, NameEscaping escaping, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_TEXT_WRITER_H_
