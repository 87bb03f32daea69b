// SPDX-License-Identifier: Apache-2.0
//
// wrap.h: guarded families of prometheus-cpp.
//
// Use:      auto& family = prometheus::BuildCounter().Name("http_requests_total").Register(*registry);
//           auto requests = guard.Wrap(family, {"method", "path", "code"}).value();
//           requests.With({"GET", path, "200"}).Increment();              // for one expression
//           auto checkout = requests.Bind({"POST", "/checkout", "200"});  // a handle to keep
//           Histograms: guard.Wrap(family, {"method"}, prometheus::Histogram::BucketBoundaries{0.1, 1, 10});
//           summaries:  guard.Wrap(family, {"method"}, prometheus::Summary::Quantiles{{0.99, 0.001}});
//           no labels:  guard.Wrap(family), then With() and Bind().
//           Values are given in the order of the label names; another number of them does not compile.
// Threads:  all members from any thread, but for moving and destroying a handle.
// Lifetime: the family outlives the guard and all handles. What With returns lives for the full expression: it cannot be
//           copied, and keeping it by `auto&&` keeps memory from being freed. A handle keeps the guard alive.
// Errors:   Wrap: those of Guard::AddFamily; InvalidArgument: a label that is one of the family's constant labels.
//           ResourceExhausted: no memory.
//           What prometheus-cpp throws (std::bad_alloc) passes through With and Bind; nothing was admitted then.
// Cost:     With on known values: a keyed hash and a look-up besides the metric's own work, no lock and no allocation of
//           ours (a prometheus-cpp histogram and summary lock). A handle: a load and a compare (bench/guard_bench.cc).
//           A gauge series that several label sets share costs two or three atomic operations more (gauge_join.h).
// Source:   docs/guard.md.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_WRAP_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_WRAP_H_

#include <prometheus/family.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "lib/guard/cell.h"
#include "lib/guard/epoch.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/gauge_join.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/metric_operations.h"
#include "lib/prometheus_cpp/prometheus_backend.h"
#include "rules/label_rule.h"
#include "rules/safe_text.h"

namespace seriesguard {

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
    if constexpr (kIsGauge) part_ = std::make_unique<GaugePart>();
    cell_ = family->Bind(values);
    if constexpr (kIsGauge) cell_->join->Join(part_.get());
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
    if constexpr (kIsGauge) {
      cell_->join->Leave(part_.get(), [this](double shown) { static_cast<T*>(cell_->metric)->Set(shown); });
    }
    FamilyGuard::Unbind(cell_);
  }

 private:
  static constexpr bool kIsGauge = std::is_same_v<T, prometheus::Gauge>;

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

  // Another number of values than Wrap was given label names.
  template <size_t Given, std::enable_if_t<Given != N, int> GiveOneValueForEachLabelNameOfWrap = 0>
  void With(const std::string_view (&values)[Given]) const = delete;
  template <size_t Given, std::enable_if_t<Given != N, int> GiveOneValueForEachLabelNameOfWrap = 0>
  void Bind(const std::string_view (&values)[Given]) const = delete;

 private:
  template <size_t... I>
  static std::array<std::string_view, N> ToArray(const std::string_view (&values)[N], std::index_sequence<I...>) {
    return {values[I]...};
  }

  Guard guard_;  // keeps the family guard alive
  FamilyGuard* family_;
};

namespace wrap_internal {

template <size_t N, typename T, typename... Args>
absl::StatusOr<GuardedFamily<T, N>> WrapNamed(const Guard& guard, prometheus::Family<T>& family,
                                              std::vector<std::string> labels, Args... args) try {
  static_assert(
      std::is_constructible_v<T, const Args&...>,
      "behind the label names: what the metric's constructor takes (a histogram's boundaries, a summary's quantiles)");
  FamilySpec spec;
  spec.name = family.GetName();
  spec.labels = std::move(labels);
  const prometheus::Labels constant = family.GetConstantLabels();
  for (const std::string& label : spec.labels) {
    if (constant.count(label) == 0) continue;
    return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(spec.name), ": the label ", SafeText(label),
                                                   " is one of the family's constant labels already"));
  }
  spec.kind = PrometheusTraits<T>::kKind;
  spec.cost = PrometheusTraits<T>::Cost(args...);
  for (const prometheus::MetricFamily& collected : family.Collect()) {
    for (const prometheus::ClientMetric& metric : collected.metric) {
      spec.existing_series += PrometheusTraits<T>::CostOf(metric);
    }
  }
  spec.backend = std::make_unique<PrometheusBackend<T, Args...>>(&family, std::move(args)...);
  Guard shared = guard;
  absl::StatusOr<FamilyGuard*> added = shared.AddFamily(std::move(spec));
  if (!added.ok()) return added.status();
  return GuardedFamily<T, N>(std::move(shared), *added);
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to guard another metric");
}

}  // namespace wrap_internal

// What Guard::Wrap calls.
template <typename T, size_t N, typename... Args>
absl::StatusOr<GuardedFamily<T, N>> WrapFamily(const Guard& guard, prometheus::Family<T>& family,
                                               const std::string_view (&labels)[N], Args... args) {
  return wrap_internal::WrapNamed<N>(guard, family, std::vector<std::string>(std::begin(labels), std::end(labels)),
                                     std::move(args)...);
}
template <typename T, typename... Args>
absl::StatusOr<GuardedFamily<T, 0>> WrapFamilyWithoutLabels(const Guard& guard, prometheus::Family<T>& family,
                                                            Args... args) {
  return wrap_internal::WrapNamed<0>(guard, family, {}, std::move(args)...);
}

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_WRAP_H_
