// SPDX-License-Identifier: Apache-2.0
//
// counter.h: one series of a counter: adds to the cells of the calling thread's stripe.
//
// Use:      made by the family's backend; asked for through GuardedFamily<Counter, N>.
// Threads:  Increment from any.
// Lifetime: of the cells; does not own them.
// Errors:   none. An amount below zero, or NaN, counts nothing: a counter does not go back.
// Cost:     a whole amount one relaxed atomic addition, anything else a compare and exchange (bench/metrics_bench.cc).
//           With an exemplar: exemplar_shelf.h besides.
#ifndef SERIESGUARD_LIB_METRICS_COUNTER_H_
#define SERIESGUARD_LIB_METRICS_COUNTER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lib/metrics/exemplar.h"
#include "lib/metrics/exemplar_shelf.h"
#include "lib/metrics/family_cells.h"
#include "lib/metrics/stripe.h"

namespace seriesguard {

// Adds to a double that others add to.
inline void AddToDouble(std::atomic<double>* sum, double amount) {
  double before = sum->load(std::memory_order_relaxed);
  while (!sum->compare_exchange_weak(before, before + amount, std::memory_order_relaxed)) {
  }
}

class Counter {
 public:
  // 2^53: from here on a double has no fractions, nor every whole number.
  static constexpr double kWholeBelow = 9007199254740992;

  Counter() = default;
  // `exemplars`: of the cells; null: none are kept.
  Counter(const FamilyCells& cells, size_t slot, ExemplarShelf* exemplars = nullptr)
      : whole_(cells.ints(slot)),
        stripe_bytes_(cells.stripe_bytes()),
        rest_offset_(reinterpret_cast<char*>(cells.doubles(slot)) - reinterpret_cast<char*>(cells.ints(slot))),
        stripe_mask_(static_cast<uint32_t>(cells.stripes() - 1)),
        slot_(static_cast<uint32_t>(slot)),
        exemplars_(exemplars) {}

  void Increment() { Whole()->fetch_add(1, std::memory_order_relaxed); }
  // Adds an amount of any arithmetic type. Whole ones are exact up to 2^64.
  template <typename Amount, std::enable_if_t<std::is_arithmetic_v<Amount>, int> = 0>
  void Increment(Amount amount) {
    if constexpr (std::is_integral_v<Amount>) {
      if constexpr (std::is_signed_v<Amount>) {
        if (amount < 0) return;
      }
      Whole()->fetch_add(static_cast<uint64_t>(amount), std::memory_order_relaxed);
    } else {
      IncrementByDouble(static_cast<double>(amount));
    }
  }

  // The same, with an example of it. The amount counts whatever becomes of the exemplar.
  template <typename Amount, std::enable_if_t<std::is_arithmetic_v<Amount>, int> = 0>
  ExemplarResult Increment(Amount amount, const Exemplar& exemplar) {
    if (!(amount >= 0)) return ExemplarResult::kUncounted;
    Increment(amount);
    if (exemplars_ == nullptr) return ExemplarResult::kNoMemory;
    return exemplars_->Keep(slot_, 0, static_cast<double>(amount), exemplar);
  }

 private:
  void IncrementByDouble(double amount) {
    if (!(amount >= 0)) return;
    std::atomic<uint64_t>* const whole = Whole();
    if (amount < kWholeBelow && static_cast<double>(static_cast<uint64_t>(amount)) == amount) {
      whole->fetch_add(static_cast<uint64_t>(amount), std::memory_order_relaxed);
    } else {
      AddToDouble(reinterpret_cast<std::atomic<double>*>(reinterpret_cast<char*>(whole) + rest_offset_), amount);
    }
  }
  std::atomic<uint64_t>* Whole() const {
    const size_t stripe = static_cast<uint32_t>(ThisStripe()) & stripe_mask_;
    return reinterpret_cast<std::atomic<uint64_t>*>(reinterpret_cast<char*>(whole_) + stripe * stripe_bytes_);
  }

  std::atomic<uint64_t>* whole_ = nullptr;  // of stripe 0
  size_t stripe_bytes_ = 0;
  ptrdiff_t rest_offset_ = 0;  // from the whole amounts to the others
  uint32_t stripe_mask_ = 0;
  uint32_t slot_ = 0;
  ExemplarShelf* exemplars_ = nullptr;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_COUNTER_H_
