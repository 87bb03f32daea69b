// SPDX-License-Identifier: Apache-2.0
//
// metric_sets.h: the metrics of one dump as a service holds them: label sets, each with its parts.
//
// Use:      made of a DumpTable and of the families that the census found.
// Threads:  values.
// Memory:   4 bytes a label of a label set, 12 a sample.
// Cost:     linear in the samples.
//
// A part is what one label set has once: a counter's value, a histogram's sum, its count, each bucket. Buckets are told
// apart by the number that `le` is: 1 and 1.0 are one.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_METRIC_SETS_H_
#define SERIESGUARD_ANALYZER_SIMULATION_METRIC_SETS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/row_set.h"

namespace seriesguard {

enum class PartRole : uint8_t { kValue, kSum, kCount, kBucket, kCreated, kQuantile, kOther };

struct MetricPart {
  PartRole role = PartRole::kValue;
  Symbol name = kNoSymbol;      // of its samples
  Symbol boundary = kNoSymbol;  // kBucket, kQuantile: as it first stood in the dump
  double bound = 0;             // the same as a number
};

// One part of one label set: the sample that tells it.
struct PartOfSet {
  uint32_t part = 0;
  uint32_t row = 0;  // of the table
};

struct MetricSets {
  MetricSets(FamilyInfo family_info, size_t width) : info(std::move(family_info)), sets(width) {}

  FamilyInfo info;
  std::vector<Symbol> labels;     // without boundary labels; by name
  std::vector<MetricPart> parts;  // as they first came
  RowSet sets;                    // the symbol of each label's value, 0 = absent
  std::vector<uint32_t> first;    // by set, and one more: where its parts begin in `of_set`
  std::vector<PartOfSet> of_set;  // of each set, by part
  std::vector<uint32_t> rows;     // all rows of the metric, in the order of the table
  uint64_t left_out_samples = 0;  // of a part that had one already
  bool has_quantiles = false;
  bool has_strangers = false;  // samples that are no part of such a metric (kOther)

  size_t PartsOf(size_t set) const { return first[set + 1] - first[set]; }
};

// Returns the metrics of `table` in the order in which they first stand in it.
//
// Of a part that has several samples (other timestamps, or repeated) the one with the latest timestamp stays; of several
// with the same, the first.
// Requires:  `census` counted the samples of `table`, too.
std::vector<MetricSets> GatherMetricSets(const DumpTable& table, const Census& census);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_METRIC_SETS_H_
