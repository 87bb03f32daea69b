// SPDX-License-Identifier: Apache-2.0
//
// folded_series.h: what the series of a guarded metric show once every label set of a dump was counted, and the proof
// that nothing was lost on the way.
//
// Use:      after each label set was offered.
// Threads:  one at a time.
// Memory:   24 bytes a series that is left, and an exact sum a part.
// Cost:     linear in the samples.
//
// Sums are formed exactly and rounded once each, so a whole number below 2^53 stays one. A NaN or an infinity is no
// count: it is left out where it would meet others, and told. Of gauges a sum, maximum or minimum leaves NaN out, too.
// `_created` of several is the earliest. Where label sets with different buckets meet, the boundaries that all of them have
// are left.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_FOLDED_SERIES_H_
#define SERIESGUARD_ANALYZER_SIMULATION_FOLDED_SERIES_H_

#include <cstdint>
#include <vector>

#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/guarded_metric.h"
#include "analyzer/simulation/metric_sets.h"
#include "analyzer/simulation/simulation.h"

namespace seriesguard {

struct FoldedSample {
  uint32_t cell = 0;
  uint32_t part = 0;  // of the metric
  double value = 0;
  int64_t timestamp_ms = kNoTimestamp;  // of the one sample that it shows; none where several were joined
};

struct FoldedSeries {
  std::vector<FoldedSample> samples;  // by cell, as the cells were made; then by role and boundary
  std::vector<TotalRow> totals;       // of what is a sum
};

// `arrival` has every label set once, in the order in which it was offered.
FoldedSeries FoldSeries(const DumpTable& table, const MetricSets& metric, const GuardedMetric& guarded,
                        const std::vector<uint32_t>& arrival);

// What a label set has counted: a counter's value, a histogram's or summary's count. Not what is no count (gauges, NaN).
double TrafficOf(const DumpTable& table, const MetricSets& metric, MetricKind kind, uint32_t set);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_FOLDED_SERIES_H_
