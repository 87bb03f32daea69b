// SPDX-License-Identifier: Apache-2.0
//
// simulation.h: what a guard would have made of dumps, as plain data.
//
// Use:      filled by SimulatePolicy; written by json_simulation and text_simulation.
// Source:   docs/simulate.md defines each field.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_SIMULATION_H_
#define SERIESGUARD_ANALYZER_SIMULATION_SIMULATION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

// In which order the label sets of a dump come to the guard.
enum class ArrivalOrder : uint8_t { kFile, kBusiest, kAdversarial };

// The numbers that hold whatever the order.
struct SeriesRange {
  uint64_t least = 0;
  uint64_t most = 0;
  bool IsExact() const { return least == most; }
};

// What one label lost to one place.
struct FoldRow {
  std::string label;
  std::string reason;           // as seriesguard_folded_total names it; "dropped", "changed" for the steps of a rule
  std::string into;             // the value that shows it; empty: the label is gone, or (changed) several values do
  uint64_t into_values = 1;     // how many values show it
  uint64_t values = 0;          // distinct values of the dump
  uint64_t label_sets = 0;      // that had one of them
  uint64_t series = 0;          // of those label sets
  std::optional<double> count;  // what they had counted; empty for gauges
  std::vector<std::string> examples;  // the first values, raw bytes
};

// One total of a metric that is a sum, before and after.
struct TotalRow {
  enum class Verdict : uint8_t {
    kExact,    // before - lost = after, to the last bit
    kRounded,  // differs by no more than one rounding of each sum that was formed
    kBroken,   // neither: a mistake of this program
  };
  std::string part;                     // "value", "sum", "count", "bucket"
  std::optional<std::string> boundary;  // of a bucket, as the dump writes it
  double before = 0;
  double after = 0;
  double lost = 0;          // at a boundary that not all of what folds together has
  double difference = 0;    // before - lost - after
  uint64_t not_finite = 0;  // values that no sum can hold (NaN, infinities); left out where they fold
  Verdict verdict = Verdict::kExact;
};

struct SimulatedMetric {
  std::string name;
  MetricType type = MetricType::kNone;
  enum class Treatment : uint8_t {
    kNoRule,  // passes as it is
    kGuarded,
    kRefused,  // the guard would not take it, or it cannot be folded: passes as it is; `why` says so
  };
  Treatment treatment = Treatment::kNoRule;
  std::string why;
  uint64_t rule_line = 0;  // of the policy; 0: no rule
  uint64_t series_before = 0;
  uint64_t series_after = 0;
  SeriesRange range;  // of series_after, whatever the order
  uint64_t label_sets_before = 0;
  uint64_t label_sets_after = 0;
  uint64_t series_at_zero = 0;    // exported from the start; part of series_after
  uint64_t left_out_samples = 0;  // of a series that comes again: of guarded metrics only
  bool limit_bit = false;         // some value or series found no place
  std::vector<FoldRow> folds;     // by label, then reason
  std::vector<TotalRow> totals;   // guarded counters, histograms and summaries
};

struct SimulatedInput {
  std::string path;
  uint64_t series_before = 0;
  uint64_t series_after = 0;
  SeriesRange range;
  std::vector<SimulatedMetric> metrics;  // in the order of the dump
};

struct Simulation {
  std::string policy_path;
  std::string policy_hash;
  bool is_shadow = false;  // the policy says so: nothing is changed, and what follows is what `enforce` would do
  ArrivalOrder order = ArrivalOrder::kFile;
  std::vector<SimulatedInput> inputs;

  bool IsConserved() const {
    for (const SimulatedInput& input : inputs) {
      for (const SimulatedMetric& metric : input.metrics) {
        for (const TotalRow& total : metric.totals) {
          if (total.verdict == TotalRow::Verdict::kBroken) return false;
        }
      }
    }
    return true;
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_SIMULATION_H_
