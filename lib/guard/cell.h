// SPDX-License-Identifier: Apache-2.0
//
// cell.h: one guarded series, and one value of one label.
//
// Use:      made and changed by FamilyGuard; readers hold pointers inside an EpochRegion or by a handle.
// Threads:  members marked "mutex" only with the guard's mutex; atomics from any thread; the others never change.
#ifndef SERIESGUARD_LIB_GUARD_CELL_H_
#define SERIESGUARD_LIB_GUARD_CELL_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "lib/guard/gauge_join.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/series_backend.h"
#include "lib/guard/value_key.h"

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
  LabelValue(const ValueKey& key, ValueKind value_kind) : hash(key.hash), text(key.text), kind(value_kind) {
    std::copy(std::begin(key.words), std::end(key.words), words.begin());
  }

  static constexpr uint32_t kNoEntry = UINT32_MAX;

  const uint64_t hash;
  std::array<uint64_t, kWordsPerValue> words;  // of its key; never changed
  const std::string text;
  std::atomic<ValueKind> kind;

  // Mutex.
  bool named = false;                // in the table of the policy in force
  bool held = false;                 // a handle has a cell with it, at the last maintenance
  uint32_t cells = 0;                // that have this value
  double score = 0;                  // of a label with `admit: busiest`: aged traffic
  int64_t admitted_ns = 0;           // when it was named
  uint32_t shared_entry = kNoEntry;  // of a service of many processes: where the others read of it

  // Has a place that was kept for it from the start.
  bool is_reserved() const {
    const ValueKind now = kind.load(std::memory_order_relaxed);
    return now == ValueKind::kOtherwise || now == ValueKind::kClosed || now == ValueKind::kPinned;
  }
  bool is_dynamic() const { return kind.load(std::memory_order_relaxed) == ValueKind::kDynamic; }
};

// The values of a label set, by label; in place, because every look-up compares them.
class LabelValues {
 public:
  void Assign(LabelValue* const* values, size_t count) {
    count_ = count;
    for (size_t i = 0; i < count; ++i) values_[i] = values[i];
  }
  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  LabelValue* operator[](size_t i) const { return values_[i]; }
  LabelValue* const* begin() const { return values_.data(); }
  LabelValue* const* end() const { return values_.data() + count_; }

 private:
  size_t count_ = 0;
  std::array<LabelValue*, kMaxGuardedLabels> values_;
};

// Aligned so that what a call needs stands in one cache line.
struct alignas(64) Cell {
  enum class State : uint8_t {
    kActive,
    kFrozen,    // exported unchanged until `until_ns`
    kOrphaned,  // the policy knows it no more, but handles still feed it
    kRetired,   // given to the reclaimer
  };

  void* metric = nullptr;                   // null while a shadow guard only counts
  std::atomic<bool> counts_traffic{false};  // a label of the family keeps its busiest values
  std::atomic<bool> is_joined{false};       // a gauge that several label sets share: `join` says what it shows
  // Where what is counted goes: this cell, or the overflow while a new series is shown at 0 first.
  std::atomic<Cell*> target{this};
  std::atomic<uint32_t> traffic{0};  // calls since the last maintenance; racing threads may lose some
  std::atomic<uint32_t> handles{0};
  // Never changed once the cell is in a table (a shadow guard's cells are in none, and have no values).
  uint64_t hash = 0;  // of the values
  LabelValues values;

  // Mutex.
  State state = State::kActive;
  bool reserved = false;   // its place is part of the reserve
  bool is_placed = false;  // counted as one that takes a place
  bool foreign = false;    // the family had the series already: never removed
  // Retired in a service of many processes: the reclaimer was asked, and no thread of this one can feed it any more.
  bool is_awaited = false;
  bool is_unreachable = false;
  uint32_t ticket = 0;  // of the latest retirement; an older one that comes due is void
  int64_t created_ns = 0;
  int64_t until_ns = 0;
  LabelPairs labels;

  std::unique_ptr<GaugeJoin> join;  // of every gauge; never changed

  // Mutex. Calls with its values are counted here.
  bool IsReachable() const { return state == State::kActive && target.load(std::memory_order_relaxed) == this; }

  void CountTraffic() {
    if (!counts_traffic.load(std::memory_order_relaxed)) return;
    traffic.store(traffic.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

// Where one call is counted.
struct CountedIn {
  Cell* cell = nullptr;
  void* metric = nullptr;       // the cell's
  bool counts_traffic = false;  // the cell's when this was made
  bool is_joined = false;       // the same
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_CELL_H_
