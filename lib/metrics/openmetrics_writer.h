// SPDX-License-Identifier: Apache-2.0
//
// openmetrics_writer.h: families in OpenMetrics 1.0.0 (and 0.0.1, whose text is the same for these types).
//
// Use:      AppendOpenMetrics for a whole scrape; or AppendOpenMetricsFamily, each family once, and at the end
//           AppendOpenMetricsEnd, without which a server refuses all of it.
// Threads:  pure functions.
// Memory:   `*out` grows at most once a family but for exemplars and start times; else as text_writer.h.
// Errors:   none. A family without series, or whose name no server can read (exposition_escape.h), is left out.
// Cost:     bench/metrics_writer_bench.cc.
// Source:   OpenMetrics 1.0.0; what a server refuses: docs/exposition_dialect.md section 2.
//
// Sample names are those of the text format, whatever the type: a series must not change its name with the scraper. So
//   - a counter's TYPE line has the name without _total; one that was declared without _total is `unknown`, and an info
//     that was declared without _info a gauge;
//   - a histogram with a negative boundary keeps its _sum and _count, which the specification would have it drop.
// A UNIT line is left out where the name does not end in it or the type has none (info, state set): it would lose the
// scrape. Exemplars stand on counters and buckets; one of more than 128 characters of names and values, or with a NUL,
// is left out and the sample stays, one with a time that is not finite goes without it. HELP comes after TYPE and UNIT.
#ifndef SERIESGUARD_LIB_METRICS_OPENMETRICS_WRITER_H_
#define SERIESGUARD_LIB_METRICS_OPENMETRICS_WRITER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exposition_escape.h"

namespace seriesguard {

inline constexpr size_t kMaxExemplarCharacters = 128;

// Appends TYPE, UNIT, HELP and the samples. All lines of a series stand together, `_created` (where the start is known)
// last, as OpenMetrics asks for and as a server looks for it.
void AppendOpenMetricsFamily(const CollectedFamily& family, NameEscaping escaping, std::string* out);

// Appends `# EOF`.
void AppendOpenMetricsEnd(std::string* out);

void AppendOpenMetrics(const std::vector<CollectedFamily>& families, NameEscaping escaping, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_OPENMETRICS_WRITER_H_
