// SPDX-License-Identifier: Apache-2.0
//
// wrap.h: guarded families of prometheus-cpp.
//
// Use:      auto& family = prometheus::BuildCounter().Name("http_requests_total").Register(*registry);
//           auto requests = guard.Wrap(family, {"method", "path", "code"}).value();
//           requests.With({"GET", path, "200"}).Increment();              // for one expression
//           auto checkout = requests.Bind({"POST", "/checkout", "200"});  // a handle to keep
//           Histograms: guard.Wrap(family, {"method"}, prometheus::Histogram::BucketBoundaries{0.1, 1, 10});
//           summaries:  guard.Wrap(family, {"method"}, prometheus::Summary::Quantiles{{0.99, 0.001}}).
//           Values are given in the order of the label names; another number of them does not compile.
// Threads:  all members from any thread.
// Lifetime: the family outlives the guard. What With returns lives for the full expression: it cannot be copied, and
//           keeping it by `auto&&` keeps memory from being freed. A handle lives as long as one likes, within the guard's.
// Errors:   Wrap: those of Guard::AddFamily.
// Cost:     With on known values: a keyed hash and a look-up besides the metric's own work, no lock and no allocation of
//           ours (a prometheus-cpp histogram and summary lock). A handle: a load and a compare (bench/guard_bench.cc).
// Source:   design.md section 5; docs/guard.md.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_WRAP_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_WRAP_H_

#include <prometheus/family.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "lib/guard/epoch.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/prometheus_backend.h"

namespace seriesguard {

namespace wrap_internal {

// What may be done with a metric of each type; Derived has `T& metric()`, valid during the call.
template <typename Derived, typename T>
class Operations;

template <typename Derived>
class Operations<Derived, prometheus::Counter> {
 public:
  void Increment() {
    self().Use([](prometheus::Counter& metric) { metric.Increment(); });
  }
  // A negative amount does nothing, as in prometheus-cpp.
  void Increment(double amount) {
    self().Use([amount](prometheus::Counter& metric) { metric.Increment(amount); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

template <typename Derived>
class Operations<Derived, prometheus::Gauge> {
 public:
  void Increment(double amount = 1) {
    self().Use([amount](prometheus::Gauge& metric) { metric.Increment(amount); });
  }
  void Decrement(double amount = 1) {
    self().Use([amount](prometheus::Gauge& metric) { metric.Decrement(amount); });
  }
  void Set(double value) {
    self().Use([value](prometheus::Gauge& metric) { metric.Set(value); });
  }
  void SetToCurrentTime() {
    self().Use([](prometheus::Gauge& metric) { metric.SetToCurrentTime(); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

template <typename Derived>
class Operations<Derived, prometheus::Histogram> {
 public:
  void Observe(double value) {
    self().Use([value](prometheus::Histogram& metric) { metric.Observe(value); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

template <typename Derived>
class Operations<Derived, prometheus::Summary> {
 public:
  void Observe(double value) {
    self().Use([value](prometheus::Summary& metric) { metric.Observe(value); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

}  // namespace wrap_internal

// A metric for one expression.
template <typename T>
class TransientMetric : public wrap_internal::Operations<TransientMetric<T>, T> {
 public:
  template <size_t N>
  TransientMetric(FamilyGuard* family, const std::array<std::string_view, N>& values) : cell_(family->Find(values)) {}
  TransientMetric(const TransientMetric&) = delete;
  TransientMetric& operator=(const TransientMetric&) = delete;

 private:
  friend class wrap_internal::Operations<TransientMetric<T>, T>;
  template <typename Action>
  void Use(Action action) {
    action(*static_cast<T*>(cell_->metric));
  }

  const EpochRegion region_;  // before the look-up
  Cell* const cell_;
};

// A metric to keep: while it lives, its series stays.
template <typename T>
class BoundMetric : public wrap_internal::Operations<BoundMetric<T>, T> {
 public:
  BoundMetric(FamilyGuard* family, const std::string_view* values) : cell_(family->Bind(values)) {}
  BoundMetric(BoundMetric&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  BoundMetric& operator=(BoundMetric&& other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~BoundMetric() {
    if (cell_ != nullptr) FamilyGuard::Unbind(cell_);
  }

 private:
  friend class wrap_internal::Operations<BoundMetric<T>, T>;
  template <typename Action>
  void Use(Action action) {
    if (cell_->target.load(std::memory_order_acquire) == cell_) {
      action(*static_cast<T*>(cell_->metric));
      return;
    }
    const EpochRegion region;  // the overflow that stands in for a new series may go at any time
    action(*static_cast<T*>(cell_->target.load(std::memory_order_acquire)->metric));
  }

  Cell* cell_;
};

// A guarded family of `T` with `N` labels. Copies are the same family.
template <typename T, size_t N>
class GuardedFamily {
 public:
  GuardedFamily(Guard guard, FamilyGuard* family) : guard_(std::move(guard)), family_(family) {}

  template <size_t M>
  TransientMetric<T> With(const std::string_view (&values)[M]) const {
    static_assert(M == N, "give one value for each label name of Wrap");
    return TransientMetric<T>(family_, ToArray(values, std::make_index_sequence<N>()));
  }

  template <size_t M>
  BoundMetric<T> Bind(const std::string_view (&values)[M]) const {
    static_assert(M == N, "give one value for each label name of Wrap");
    return BoundMetric<T>(family_, values);
  }

 private:
  template <size_t... I>
  static std::array<std::string_view, N> ToArray(const std::string_view (&values)[N], std::index_sequence<I...>) {
    return {values[I]...};
  }

  Guard guard_;  // keeps the family guard alive
  FamilyGuard* family_;
};

template <typename T, size_t N, typename... Args>
absl::StatusOr<GuardedFamily<T, N>> WrapFamily(const Guard& guard, prometheus::Family<T>& family,
                                               const std::string_view (&labels)[N], Args... args) {
  FamilySpec spec;
  spec.name = family.GetName();
  spec.labels.assign(std::begin(labels), std::end(labels));
  spec.kind = PrometheusTraits<T>::kKind;
  spec.cost = PrometheusTraits<T>::Cost(args...);
  for (const auto& collected : family.Collect()) spec.existing_series += collected.metric.size() * spec.cost;
  spec.backend = std::make_unique<PrometheusBackend<T, Args...>>(&family, std::move(args)...);
  Guard shared = guard;
  absl::StatusOr<FamilyGuard*> added = shared.AddFamily(std::move(spec));
  if (!added.ok()) return added.status();
  return GuardedFamily<T, N>(std::move(shared), *added);
}

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_WRAP_H_
