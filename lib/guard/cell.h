// SPDX-License-Identifier: Apache-2.0
//
// cell.h: one guarded series, and one value of one label.
//
// Use:      made and changed by FamilyGuard; readers hold pointers inside an EpochRegion or by a handle.
// Threads:  members marked "mutex" only with the guard's mutex; atomics from any thread; the others never change.
#ifndef SERIESGUARD_LIB_GUARD_CELL_H_
#define SERIESGUARD_LIB_GUARD_CELL_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/guard/series_backend.h"

namespace seriesguard {

// What a label value is under the policy in force.
enum class ValueKind : uint8_t {
  kAbsent,     // the label is not there
  kOtherwise,  // the overflow word
  kClosed,     // allowed, a route, or what a closed normaliser gives: has its place from the start
  kPinned,     // the same, by `pin`
  kDynamic,    // admitted while there was a place
};

struct LabelValue {
  LabelValue(std::string bytes, uint64_t keyed_hash, ValueKind value_kind)
      : hash(keyed_hash), text(std::move(bytes)), kind(value_kind) {}

  const uint64_t hash;
  const std::string text;
  std::atomic<ValueKind> kind;

  // Mutex.
  bool named = false;       // in the table of the policy in force
  bool held = false;        // a handle has a cell with it, at the last maintenance
  uint32_t cells = 0;       // that have this value
  double score = 0;         // of a label with `admit: busiest`: aged traffic
  int64_t admitted_ns = 0;  // when it was named

  // Has a place that was kept for it from the start.
  bool is_reserved() const {
    const ValueKind now = kind.load(std::memory_order_relaxed);
    return now == ValueKind::kOtherwise || now == ValueKind::kClosed || now == ValueKind::kPinned;
  }
  bool is_dynamic() const { return kind.load(std::memory_order_relaxed) == ValueKind::kDynamic; }
};

struct Cell {
  enum class State : uint8_t {
    kActive,
    kFrozen,    // exported unchanged until `until_ns`
    kOrphaned,  // the policy knows it no more, but handles still feed it
    kRetired,   // given to the reclaimer
  };

  // Never changed once the cell is in a table (a shadow guard's cells are in none, and have no values).
  uint64_t hash = 0;                // of the values
  std::vector<LabelValue*> values;  // by label
  void* metric = nullptr;                 // null while a shadow guard only counts
  std::atomic<bool> counts_traffic{false};  // a label of the family keeps its busiest values
  // Where what is counted goes: this cell, or the overflow while a new series is shown at 0 first.
  std::atomic<Cell*> target{this};
  std::atomic<uint32_t> traffic{0};  // calls since the last maintenance; racing threads may lose some
  std::atomic<uint32_t> handles{0};

  // Mutex.
  State state = State::kActive;
  bool reserved = false;  // its place is part of the reserve
  bool is_placed = false;  // counted as one that takes a place
  bool foreign = false;   // the family had the series already: never removed
  uint32_t ticket = 0;    // of the latest retirement; an older one that comes due is void
  int64_t created_ns = 0;
  int64_t until_ns = 0;
  LabelPairs labels;

  // Mutex. Calls with its values are counted here.
  bool IsReachable() const { return state == State::kActive && target.load(std::memory_order_relaxed) == this; }

  void CountTraffic() {
    traffic.store(traffic.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_CELL_H_
