// SPDX-License-Identifier: Apache-2.0
//
// guarded_metric.h: one metric of a dump under a guard: which of its label sets are counted in which series.
//
// Use:      Create, in the order of the dump, for every metric that a rule speaks for; Offer each label set once, in any
//           order; then look.
// Threads:  one at a time.
// Memory:   a number a label set, the distinct label sets as codes, and what the guard itself keeps.
// Errors:   of Create: why a service could not wrap the metric (Guard::AddFamily).
//
// The guard is the service's own (lib/guard): the same compiled rules, the same admission. Only its metric library is
// this file, which keeps the labels of each series and counts nothing.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_GUARDED_METRIC_H_
#define SERIESGUARD_ANALYZER_SIMULATION_GUARDED_METRIC_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "analyzer/simulation/dump_table.h"
#include "analyzer/simulation/metric_sets.h"
#include "analyzer/simulation/order_range.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/guard.h"
#include "lib/guard/series_backend.h"
#include "rules/label_rule.h"
#include "rules/policy.h"

namespace seriesguard {

// One series of the guard: a label set that it exports.
struct GuardedCell {
  uint32_t id = 0;
  LabelPairs labels;
};

// What became of one value of one label set.
struct ValueFate {
  enum class Kind : uint8_t { kKept, kChanged, kDropped, kFolded };
  Kind kind = Kind::kKept;
  FoldReason reason = FoldReason::kNone;  // kFolded
};

class GuardedMetric {
 public:
  // `rule` speaks for the metric.
  //
  // Lifetime:  views all of its arguments.
  static absl::StatusOr<std::unique_ptr<GuardedMetric>> Create(Guard* guard, const MetricRule& rule,
                                                               const DumpTable& table, const MetricSets& metric);
  GuardedMetric(const GuardedMetric&) = delete;
  GuardedMetric& operator=(const GuardedMetric&) = delete;

  // Has one label set counted. Each once.
  void Offer(uint32_t set);

  MetricKind kind() const { return kind_; }
  uint64_t cost() const { return cost_; }
  // How several gauges are shown as one.
  Fold fold() const { return family_->state().fold; }
  const std::vector<std::string>& label_names() const { return labels_; }
  // The labels that keep their busiest values; by index.
  std::vector<size_t> BusiestLabels() const;
  // What the rule makes of a label's value, before limits; equal numbers are equal values.
  uint32_t CodeOf(size_t label, uint32_t set) const { return normalised_.tuples.Row(tuple_of_set_[set])[label]; }

  const NormalisedSets& normalised() const { return normalised_; }
  uint64_t series_limit() const { return family_->state().series_limit; }
  uint64_t reserve() const { return family_->state().reserve; }

  const std::deque<GuardedCell>& cells() const { return *cells_; }
  size_t cells_from_the_start() const { return cells_from_the_start_; }
  // Requires: the set was offered.
  uint32_t CellOf(uint32_t set) const { return cell_of_set_[set]; }
  ValueFate FateOf(size_t label, uint32_t set) const;
  std::string_view RawValue(size_t label, uint32_t set) const;
  Symbol RawSymbol(size_t label, uint32_t set) const;

 private:
  class Backend;
  // What the rule makes of one raw value.
  struct Answer {
    uint32_t code = 0;
    FoldReason reason = FoldReason::kNone;
    bool is_changed = false;
  };

  GuardedMetric(const DumpTable& table, const MetricSets& metric) : table_(table), metric_(metric), normalised_(0) {}
  void Normalise();
  Answer Ask(size_t label, Symbol raw);

  const DumpTable& table_;
  const MetricSets& metric_;
  MetricKind kind_ = MetricKind::kCounter;
  uint64_t cost_ = 1;
  std::vector<std::string> labels_;
  std::vector<size_t> place_;  // by label: its place in the metric's sets; SIZE_MAX: the dump has no such label
  FamilyGuard* family_ = nullptr;
  const std::deque<GuardedCell>* cells_ = nullptr;  // the backend's, which the guard owns
  size_t cells_from_the_start_ = 0;
  NormalisedSets normalised_;
  std::vector<uint32_t> tuple_of_set_;
  std::vector<absl::flat_hash_map<Symbol, Answer>> answers_;              // by label
  std::vector<absl::flat_hash_map<std::string, uint32_t>> code_of_text_;  // by label
  std::vector<uint32_t> cell_of_set_;
  std::vector<FoldReason> limit_of_set_;  // by set and label: which limit folded the value
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_GUARDED_METRIC_H_
