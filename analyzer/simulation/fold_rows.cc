// SPDX-License-Identifier: Apache-2.0
//
// fold_rows.cc: see the header.
#include "analyzer/simulation/fold_rows.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "analyzer/simulation/exact_sum.h"
#include "analyzer/simulation/folded_series.h"
#include "lib/guard/fold_reason.h"

namespace seriesguard {
namespace {

std::string_view ReasonOf(const ValueFate& fate) {
  switch (fate.kind) {
    case ValueFate::Kind::kDropped: return "dropped";
    case ValueFate::Kind::kChanged: return "changed";
    case ValueFate::Kind::kFolded:
    case ValueFate::Kind::kKept: break;
  }
  return FoldReasonName(fate.reason);
}

// The value that a series shows of a label; empty: it has none.
std::string_view ShownValue(const GuardedCell& cell, std::string_view label) {
  for (const auto& [name, value] : cell.labels) {
    if (name == label) return value;
  }
  return {};
}

struct Tally {
  FoldRow row;
  absl::flat_hash_set<Symbol> values;
  absl::flat_hash_set<std::string_view> shown;  // views into the cells
  ExactSum count;
};

}  // namespace

std::vector<FoldRow> FoldRowsOf(const DumpTable& table, const MetricSets& metric, const GuardedMetric& guarded,
                                const std::vector<uint32_t>& arrival) {
  std::map<std::pair<size_t, std::string_view>, Tally> tallies;
  const std::vector<std::string>& labels = guarded.label_names();
  for (const uint32_t set : arrival) {
    const double traffic = TrafficOf(table, metric, guarded.kind(), set);
    for (size_t i = 0; i < labels.size(); ++i) {
      const ValueFate fate = guarded.FateOf(i, set);
      if (fate.kind == ValueFate::Kind::kKept) continue;
      const std::string_view reason = ReasonOf(fate);
      Tally& tally = tallies[{i, reason}];
      const std::string_view shown = ShownValue(guarded.cells()[guarded.CellOf(set)], labels[i]);
      if (tally.row.label_sets++ == 0) {
        tally.row.label = labels[i];
        tally.row.reason = std::string(reason);
        tally.row.into = std::string(shown);
      }
      tally.row.series += metric.PartsOf(set);
      tally.count.Add(traffic);
      tally.shown.insert(shown);
      if (tally.values.insert(guarded.RawSymbol(i, set)).second && tally.row.examples.size() < kFoldExamples) {
        tally.row.examples.emplace_back(guarded.RawValue(i, set));
      }
    }
  }
  std::vector<FoldRow> rows;
  for (auto& [key, tally] : tallies) {
    tally.row.values = tally.values.size();
    tally.row.into_values = tally.shown.size();
    if (tally.shown.size() > 1) tally.row.into.clear();
    if (guarded.kind() != MetricKind::kGauge) tally.row.count = tally.count.Rounded();
    rows.push_back(std::move(tally.row));
  }
  return rows;
}

}  // namespace seriesguard
