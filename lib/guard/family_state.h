// SPDX-License-Identifier: Apache-2.0
//
// family_state.h: what one policy means for one family; replaced whole at a reload.
//
// Use:      published by FamilyGuard through one atomic pointer.
// Threads:  readers inside an EpochRegion; changed with the guard's mutex.
#ifndef SERIESGUARD_LIB_GUARD_FAMILY_STATE_H_
#define SERIESGUARD_LIB_GUARD_FAMILY_STATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/guard/cell.h"
#include "lib/guard/fold_cache.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/generation.h"
#include "lib/guard/hit_cache.h"
#include "lib/guard/label_gate.h"
#include "lib/guard/pointer_table.h"
#include "rules/label_rule.h"
#include "rules/policy.h"

namespace seriesguard {

struct FamilyState {
  FamilyState(size_t hit_slots, size_t fold_places, const KeySecret& secret, Reclaimer* reclaimer)
      : cells(reclaimer), hits(hit_slots, secret, reclaimer), folds(fold_places) {}

  // Mutex. Calls with its values are counted in this cell from now on; not any more.
  void Insert(Cell* cell) {
    cells.Insert(cell);
    generation.End();
  }
  void Remove(Cell* cell) {
    cells.Remove(cell);
    hits.Drop([cell](const CountedIn& counted) { return counted.cell == cell; });
    generation.End();
  }
  void SetFull(FoldReason reason) {
    if (full.load(std::memory_order_relaxed) == reason) return;
    full.store(reason, std::memory_order_relaxed);
    generation.End();
  }

  // Of a service of many processes: differs from GuardCore::followed while there is something to follow. Else null.
  const std::atomic<uint64_t>* news = nullptr;
  bool shadow = false;
  uint64_t series_limit = 0;
  uint64_t reserve = 0;  // series that are kept free for reserved label sets
  int64_t freeze_ns = 0;
  bool zero_first = false;
  Fold fold = Fold::kUnset;  // of a gauge
  int64_t scrape_interval_ns = 0;
  BusiestOptions busiest;
  // Ends with every change of what a call is answered from: the names of `gates` and whether they are full, `cells`, `full`.
  Generation generation;
  std::vector<std::unique_ptr<LabelGate>> gates;  // by label
  PointerTable<Cell> cells;                       // that calls may be counted in
  HitCache<CountedIn> hits;
  FoldCache folds;
  std::atomic<FoldReason> full{FoldReason::kNone};  // why no further dynamic cell has a place; kNone: ask
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_FAMILY_STATE_H_
