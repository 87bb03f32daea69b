// SPDX-License-Identifier: Apache-2.0
//
// guarded_family.h: a guarded family of metrics of one type, whichever library they are of: With for one expression, Bind
// for a handle to keep.
//
// Use:      GuardedFamily<T, N>, made by lib/prometheus_cpp/wrap.h and lib/metrics/registry.h. For each T there is a
//           specialisation of MetricOperations: what may be done with a metric. Its member functions call
//             Use(action)                      action(T& metric), the metric stays alive meanwhile
//             UseGauge(plain, joined, sets)    one of plain(metric) and joined(join, part, metric), of a gauge
//           For a gauge kIsGauge<T> is true, and T::Set(double) is sequentially consistent (gauge_join.h).
// Threads:  all members from any thread, but for moving and destroying a handle.
// Lifetime: what With returns lives for the full expression: it cannot be copied, and keeping it by `auto&&` keeps memory
//           from being freed. A handle keeps the guard alive.
// Errors:   what the metric library throws (std::bad_alloc) passes through With and Bind; nothing was admitted then.
// Source:   docs/guard.md, "With and Bind".
#ifndef SERIESGUARD_LIB_GUARD_GUARDED_FAMILY_H_
#define SERIESGUARD_LIB_GUARD_GUARDED_FAMILY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "lib/guard/cell.h"
#include "lib/guard/epoch.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/gauge_join.h"
#include "lib/guard/guard.h"
#include "rules/label_rule.h"

namespace seriesguard {

template <typename Derived, typename T>
class MetricOperations;

template <typename T>
inline constexpr bool kIsGauge = false;

// A metric for one expression.
template <typename T>
class TransientMetric : public MetricOperations<TransientMetric<T>, T> {
 public:
  template <size_t N>
  TransientMetric(FamilyGuard* family, const std::array<std::string_view, N>& values)
      : family_(family), counted_(family->Find(values)) {}
  TransientMetric(const TransientMetric&) = delete;
  TransientMetric& operator=(const TransientMetric&) = delete;

 private:
  friend class MetricOperations<TransientMetric<T>, T>;
  template <typename Action>
  void Use(Action action) {
    action(*static_cast<T*>(counted_.metric));
  }
  template <typename Plain, typename Joined>
  void UseGauge(Plain plain, Joined joined, bool sets) {
    if (!counted_.is_joined) return Use(plain);
    GaugeJoin& join = *counted_.cell->join;
    if (sets && join.fold() == Fold::kSum) family_->CountSetOnShared(*counted_.cell);
    joined(join, nullptr, *static_cast<T*>(counted_.metric));
  }

  const EpochRegion region_;  // before the look-up
  FamilyGuard* const family_;
  const CountedIn counted_;
};

// A metric to keep: while it lives, its series stays. One that was moved from, or made of nothing, does nothing.
template <typename T>
class BoundMetric : public MetricOperations<BoundMetric<T>, T> {
 public:
  BoundMetric() = default;
  BoundMetric(Guard guard, FamilyGuard* family, const std::string_view* values) : guard_(std::move(guard)) {
    if constexpr (kIsGauge<T>) part_ = std::make_unique<GaugePart>();
    cell_ = family->Bind(values);
    if constexpr (kIsGauge<T>) cell_->join->Join(part_.get());
  }
  BoundMetric(BoundMetric&& other) noexcept
      : cell_(std::exchange(other.cell_, nullptr)), part_(std::move(other.part_)), guard_(std::move(other.guard_)) {}
  BoundMetric& operator=(BoundMetric&& other) noexcept {
    if (this == &other) return *this;
    const BoundMetric old(std::move(*this));  // ends here
    cell_ = std::exchange(other.cell_, nullptr);
    part_ = std::move(other.part_);
    guard_ = std::move(other.guard_);
    return *this;
  }
  ~BoundMetric() {
    if (cell_ == nullptr) return;
    if constexpr (kIsGauge<T>) {
      cell_->join->Leave(part_.get(), [this](double shown) { static_cast<T*>(cell_->metric)->Set(shown); });
    }
    FamilyGuard::Unbind(cell_);
  }

 private:
  friend class MetricOperations<BoundMetric<T>, T>;
  template <typename Action>
  void Use(Action action) {
    if (cell_ == nullptr) return;
    if (cell_->target.load(std::memory_order_acquire) == cell_) {
      action(*static_cast<T*>(cell_->metric));
      return;
    }
    const EpochRegion region;  // the overflow that stands in for a new series may go at any time
    action(*static_cast<T*>(cell_->target.load(std::memory_order_acquire)->metric));
  }
  // (A new gauge is never shown at 0 first.)
  template <typename Plain, typename Joined>
  void UseGauge(Plain plain, Joined joined, bool /*sets*/) {
    if (cell_ == nullptr) return;
    T& metric = *static_cast<T*>(cell_->metric);
    if (!cell_->is_joined.load(std::memory_order_acquire)) return plain(metric);
    joined(*cell_->join, part_.get(), metric);
  }

  Cell* cell_ = nullptr;
  std::unique_ptr<GaugePart> part_;  // of a gauge: what this handle told
  std::optional<Guard> guard_;       // keeps the cell alive
};

// A guarded family of `T` with `N` labels. Copies are the same family.
template <typename T, size_t N>
class GuardedFamily {
 public:
  GuardedFamily(Guard guard, FamilyGuard* family) : guard_(std::move(guard)), family_(family) {}

  // Returns the metric of these values for one expression, or what stands for it.
  template <size_t Given, std::enable_if_t<Given == N, int> = 0>
  TransientMetric<T> With(const std::string_view (&values)[Given]) const {
    return TransientMetric<T>(family_, ToArray(values, std::make_index_sequence<N>()));
  }
  // Returns a handle to the same.
  //
  // Cost:  takes the guard's mutex; meant for start-up, not for every request.
  template <size_t Given, std::enable_if_t<Given == N, int> = 0>
  BoundMetric<T> Bind(const std::string_view (&values)[Given]) const {
    return BoundMetric<T>(guard_, family_, values);
  }

  // A family without labels has one series.
  template <size_t Labels = N, std::enable_if_t<Labels == 0, int> = 0>
  TransientMetric<T> With() const {
    return TransientMetric<T>(family_, std::array<std::string_view, 0>{});
  }
  template <size_t Labels = N, std::enable_if_t<Labels == 0, int> = 0>
  BoundMetric<T> Bind() const {
    return BoundMetric<T>(guard_, family_, nullptr);
  }

  // Another number of values than the family was given label names.
  template <size_t Given, std::enable_if_t<Given != N, int> GiveOneValueForEachLabelName = 0>
  void With(const std::string_view (&values)[Given]) const = delete;
  template <size_t Given, std::enable_if_t<Given != N, int> GiveOneValueForEachLabelName = 0>
  void Bind(const std::string_view (&values)[Given]) const = delete;

  // What the guard knows of the family; the guard's mutex, where the class says so.
  const FamilyGuard& family() const { return *family_; }

 private:
  template <size_t... I>
  static std::array<std::string_view, N> ToArray(const std::string_view (&values)[N], std::index_sequence<I...>) {
    return {values[I]...};
  }

  Guard guard_;  // keeps the family guard alive
  FamilyGuard* family_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GUARDED_FAMILY_H_
