// SPDX-License-Identifier: Apache-2.0
//
// gauge_join.h: one gauge series that several label sets share, as the sum, the maximum or the minimum of them.
//
// Use:      one a gauge cell; the wrapper calls Set and Add where Cell::is_joined, and the plain gauge where not.
// Threads:  Set, Add, Join and Leave from any; Enforce and Maintain with the guard's mutex.
// Memory:   about 120 bytes; a part is the caller's (one a kept handle).
// Errors:   none.
// Cost:     Set and Add: two or three atomic operations and the gauge's own store, no lock, no allocation. Join and Leave
//           take a mutex of this join.
// Source:   docs/guard.md, "Who gets a place", on gauges.
//
// What the series shows
//   sum       the sum over its parts: one a living handle, and one for all calls without a handle together, which
//             overwrite each other. A value that is not finite adds nothing.
//   max, min  over the values that were set in this window and the one before. A window begins with what its parts hold
//             then, so that a value which nobody changes stays. A window is a scrape interval of the guard's clock, and
//             ends at the first maintenance behind it.
//   last      what was set last: no join, the plain gauge.
//
// Invariants
//   1. Who changes what is to be shown shows it afterwards, and looks again whether that still holds: the last writer of the
//      gauge has shown the last state, whatever the order of threads in between.
//   2. sum_ = sum of the parts, but for calls on their way, rounding, and what a reload met half done. Maintain mends the
//      two latter as soon as nothing has changed between two of its calls.
#ifndef SERIESGUARD_LIB_GUARD_GAUGE_JOIN_H_
#define SERIESGUARD_LIB_GUARD_GAUGE_JOIN_H_

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>

#include "rules/label_rule.h"

namespace seriesguard {

// What one handle, or all calls without one, have told a joined gauge. NaN: nothing yet.
class GaugePart {
 public:
  GaugePart() = default;
  GaugePart(const GaugePart&) = delete;
  GaugePart& operator=(const GaugePart&) = delete;

 private:
  friend class GaugeJoin;
  std::atomic<double> value_{std::numeric_limits<double>::quiet_NaN()};
  GaugePart* next_ = nullptr;  // of the join's list, under its mutex, as the next
  GaugePart* previous_ = nullptr;
};

class GaugeJoin {
 public:
  GaugeJoin() = default;
  GaugeJoin(const GaugeJoin&) = delete;
  GaugeJoin& operator=(const GaugeJoin&) = delete;

  // Says how the parts are joined from now on. `shown` is what the gauge shows now, NaN for one that was just made.
  void Enforce(Fold fold, double shown, int64_t now_ns);

  // Ends a window that is over, and mends the sum. show(value) writes the gauge.
  template <typename Show>
  void Maintain(int64_t now_ns, int64_t window_ns, Show show) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (fold() == Fold::kSum) {
        MendSum();
      } else {
        EndWindow(now_ns, window_ns);
      }
    }
    Publish(show);
  }

  // Adds a part. Lifetime: it must stay until Leave.
  void Join(GaugePart* part);
  // Takes a part away: a sum falls by it at once, a maximum forgets it with its window. One that never told anything goes
  // without a trace: to show the gauge for it would say that this process has set it.
  template <typename Show>
  void Leave(GaugePart* part, Show show) {
    if (Remove(part) && is_joined()) Publish(show);
  }

  // Forgets what all parts have told; they stay, and speak anew. For a process whose gauges begin anew.
  void StartAnew();
  // The same in the child handler of a fork, where what the parts told was the parent's to tell, and a thread that is not
  // there may have been in the middle of Join or Leave. Stores only.
  void StartAnewInChild();

  // Sets a part (null: that of the calls without a handle) and shows what follows from it.
  template <typename Show>
  void Set(GaugePart* part, double value, Show show) {
    Change(part, value);
    Publish(show);
  }
  // The same for a part that goes up or down; one that was never set starts at 0.
  template <typename Show>
  void Add(GaugePart* part, double amount, Show show) {
    ChangeBy(part, amount);
    Publish(show);
  }

  Fold fold() const { return fold_.load(std::memory_order_relaxed); }
  bool is_joined() const { return IsJoined(fold()); }
  static bool IsJoined(Fold fold) { return fold == Fold::kSum || fold == Fold::kMax || fold == Fold::kMin; }

  // What the gauge should show.
  double Shown() const;

 private:
  template <typename Show>
  void Publish(Show show) const {
    for (double shown = Shown();;) {
      show(shown);
      const double now = Shown();
      if (now == shown || std::isnan(now)) return;  // (a NaN of infinities would never equal itself)
      shown = now;
    }
  }

  std::atomic<double>& ValueOf(GaugePart* part) { return part == nullptr ? others_.value_ : part->value_; }
  void Change(GaugePart* part, double value);
  void ChangeBy(GaugePart* part, double amount);
  void AddToSum(double difference);
  void Note(double value);
  bool Remove(GaugePart* part);  // says whether the part had told anything
  double Better(double a, double b) const;

  // Under the mutex.
  template <typename Use>
  void ForEachPart(Use use);
  double SumOfParts();
  double BestOfParts();
  void ForgetAll();
  void MendSum();
  void EndWindow(int64_t now_ns, int64_t window_ns);

  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::atomic<Fold> fold_{Fold::kLast};
  std::atomic<double> sum_{0};
  std::atomic<double> newer_{kNone}, older_{kNone};  // best of the two windows; NaN: nothing was set
  GaugePart others_;                                 // the calls without a handle

  std::mutex mutex_;
  GaugePart* parts_ = nullptr;
  int64_t window_since_ns_ = 0;
  double mended_parts_ = kNone, mended_sum_ = kNone;  // what the last maintenance saw
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GAUGE_JOIN_H_
