// SPDX-License-Identifier: Apache-2.0
//
// fold_rows.h: what folds where, counted by label and reason.
//
// Use:      after every label set of the metric was offered.
// Threads:  pure function.
// Memory:   a number for each distinct value that folds.
// Cost:     linear in the label sets.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_FOLD_ROWS_H_
#define SERIESGUARD_ANALYZER_SIMULATION_FOLD_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/guarded_metric.h"
#include "analyzer/simulation/metric_sets.h"
#include "analyzer/simulation/simulation.h"

namespace seriesguard {

inline constexpr size_t kFoldExamples = 3;

std::vector<FoldRow> FoldRowsOf(const DumpTable& table, const MetricSets& metric, const GuardedMetric& guarded,
                                const std::vector<uint32_t>& arrival);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_FOLD_ROWS_H_
