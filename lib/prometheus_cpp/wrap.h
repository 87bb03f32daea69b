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

#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/guard.h"
#include "lib/guard/guarded_family.h"
#include "lib/guard/series_backend.h"
#include "lib/prometheus_cpp/metric_operations.h"
#include "lib/prometheus_cpp/prometheus_backend.h"
#include "rules/safe_text.h"

namespace seriesguard {
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
