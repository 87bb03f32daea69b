// SPDX-License-Identifier: Apache-2.0
//
// guarded_label.h: what is known of one label of a guarded family, whatever policy is in force.
//
// Use:      one a label of a FamilyGuard; lives as long as the family, over reloads.
// Threads:  the counts and sketches from any thread; the pool with the guard's mutex.
// Memory:   fixed: the sketches, and as many values as the family has places for.
//
// Invariants
//   1. There is one LabelValue a text, so that two cells have equal labels exactly when they have equal pointers.
//   2. A value that no policy names and no cell has is taken out of the pool and given to the reclaimer.
#ifndef SERIESGUARD_LIB_GUARD_GUARDED_LABEL_H_
#define SERIESGUARD_LIB_GUARD_GUARDED_LABEL_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/guard/busiest_values.h"
#include "lib/guard/cell.h"
#include "lib/guard/demand_sketch.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"
#include "lib/guard/value_key.h"

namespace seriesguard {

// Where a label's counts and sketches lie, so that other processes can read them: zeroed memory that outlives the family.
struct SharedLabelMemory {
  std::atomic<uint64_t>* folds = nullptr;  // by FoldReason
  void* demand = nullptr;                  // a DemandSketch
  void* busiest = nullptr;                 // a BusiestValues of the two sizes below; null: this process' own
  size_t busiest_capacity = 0;
  size_t kept_value_bytes = 0;
};

class GuardedLabel {
 public:
  GuardedLabel(std::string label_name, const KeySecret& secret, int64_t value_limit, int64_t now_ns)
      : name(std::move(label_name)),
        absent(ValueKey(secret, ""), ValueKind::kAbsent),
        secret_(secret),
        own_demand_(std::make_unique<DemandSketch>()),
        demand_(own_demand_.get()),
        busiest_(std::make_unique<BusiestValues>(BusiestValues::CapacityFor(value_limit), BusiestValues::kMaxValueBytes,
                                                 now_ns)) {}

  const std::string name;
  LabelValue absent;

  // Counts `amount` values that were counted under another one.
  void CountFold(FoldReason reason) { folds_[static_cast<size_t>(reason)].fetch_add(1, std::memory_order_relaxed); }
  // What was asked for, and which of it was turned away most often.
  DemandSketch& demand() const { return *demand_; }
  BusiestValues& busiest() const { return *busiest_; }
  // Of a service of many processes: counts, and sketches, where the others read them. Before the first fold.
  void KeepIn(const SharedLabelMemory& memory, int64_t now_ns) {
    folds_ = memory.folds;
    demand_ = static_cast<DemandSketch*>(memory.demand);
    own_demand_.reset();
    if (memory.busiest == nullptr) return;
    busiest_ =
        std::make_unique<BusiestValues>(memory.busiest, memory.busiest_capacity, memory.kept_value_bytes, now_ns);
  }
  // Counts a fold, and notes which value it was. `hash` is Hash(text).
  void CountFold(FoldReason reason, std::string_view text, uint64_t hash) {
    CountFold(reason);
    demand().Add(hash);
    busiest().Record(hash, text);
  }
  uint64_t folds(FoldReason reason) const {
    return folds_[static_cast<size_t>(reason)].load(std::memory_order_relaxed);
  }

  uint64_t Hash(std::string_view text) const { return ValueKey(secret_, text).hash; }
  const KeySecret& secret() const { return secret_; }

  // Mutex.
  // Returns the value of `text`, a new one of `kind` where there is none.
  LabelValue* Intern(std::string_view text, ValueKind kind) {
    auto& place = pool_[std::string(text)];
    if (place == nullptr) place = std::make_unique<LabelValue>(ValueKey(secret_, text), kind);
    return place.get();
  }
  LabelValue* FindInPool(std::string_view text) const {
    const auto found = pool_.find(std::string(text));
    return found == pool_.end() ? nullptr : found->second.get();
  }
  // Gives a value up that neither a policy nor a cell needs.
  void ReleaseIfUnused(LabelValue* value, Reclaimer* reclaimer) {
    if (value == &absent || value->named || value->cells > 0) return;
    const auto found = pool_.find(value->text);
    if (found == pool_.end() || found->second.get() != value) return;
    std::shared_ptr<LabelValue> old(std::move(found->second));
    pool_.erase(found);
    reclaimer->Retire([old] {});
  }
  size_t pool_size() const { return pool_.size(); }
  // Calls use(value) for all.
  template <typename Use>
  void ForEach(Use use) {
    for (const auto& [text, value] : pool_) use(value.get());
  }

  std::optional<int64_t> folding_since_ns;
  bool closed_to_newcomers = false;  // `busiest`, once all places were taken: from then on only traffic decides
  double promotions_left = -1;       // `busiest`: how many places may change hands now; < 0: not yet asked
  uint64_t leaving = 0;              // values that have lost their name but whose series are still exported

 private:
  const KeySecret& secret_;
  std::unique_ptr<DemandSketch> own_demand_;
  DemandSketch* demand_;
  std::unique_ptr<BusiestValues> busiest_;
  std::array<std::atomic<uint64_t>, kFoldReasons> own_folds_{};
  std::atomic<uint64_t>* folds_ = own_folds_.data();
  std::unordered_map<std::string, std::unique_ptr<LabelValue>> pool_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GUARDED_LABEL_H_
