// SPDX-License-Identifier: Apache-2.0
//
// gauge.h: one series of a gauge.
//
// Use:      made by the family's backend; asked for through GuardedFamily<Gauge, N>.
// Threads:  any.
// Lifetime: of the cells; does not own them.
// Cost:     Set a sequentially consistent store (lib/guard/gauge_join.h rests on that order); Increment and Decrement a
//           compare and exchange. Where the time of the last Set is wanted, a clock besides: some 20 ns.
#ifndef SERIESGUARD_LIB_METRICS_GAUGE_H_
#define SERIESGUARD_LIB_METRICS_GAUGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "lib/metrics/family_cells.h"
#include "lib/metrics/stripe.h"

namespace seriesguard {

class Gauge {
 public:
  Gauge() = default;
  // `notes_time`: processes that share the series want to know who has a value at all, and whose Set was the last.
  // `sets_only`: Increment and Decrement do nothing, because what they change is not known.
  Gauge(const FamilyCells& cells, size_t slot, bool notes_time = false, bool sets_only = false)
      : value_(cells.doubles(slot)), set_ns_(notes_time ? cells.ints(slot) : nullptr), sets_only_(sets_only) {}

  void Set(double value) {
    Arrive();
    value_->store(value);
    if (set_ns_ != nullptr) NoteTime();
  }
  void Increment(double amount = 1) {
    if (sets_only_) return;
    Arrive();
    if (set_ns_ != nullptr && set_ns_->load(std::memory_order_relaxed) == 0) NoteTime();
    double before = value_->load();
    while (!value_->compare_exchange_weak(before, before + amount)) {
    }
  }
  void Decrement(double amount = 1) { Increment(-amount); }

  // Says that Increment and Decrement do nothing.
  bool sets_only() const { return sets_only_; }
  double value() const { return value_->load(); }
  // Nanoseconds of CLOCK_BOOTTIME at the last Set; 0: none, or not noted.
  uint64_t set_ns() const { return set_ns_ == nullptr ? 0 : set_ns_->load(std::memory_order_relaxed); }

 private:
  // A gauge has one stripe; a thread's first call must be noticed all the same (stripe.h).
  static void Arrive() { (void)ThisStripe(); }
  void NoteTime();

  std::atomic<double>* value_ = nullptr;
  std::atomic<uint64_t>* set_ns_ = nullptr;
  bool sets_only_ = false;
};

// Seconds since the epoch, with their fraction: what SetToCurrentTime sets.
double WallClockSeconds();

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_GAUGE_H_
