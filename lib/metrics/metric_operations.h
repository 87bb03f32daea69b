// SPDX-License-Identifier: Apache-2.0
//
// metric_operations.h: what may be done with a guarded metric of our own families.
//
// Use:      base of TransientMetric and BoundMetric (lib/guard/guarded_family.h), which say where the metric is.
// Threads:  as the metric: any.
//
// There is no Value() and no Reset(): they would tell or take away what other label sets counted in the same series.
#ifndef SERIESGUARD_LIB_METRICS_METRIC_OPERATIONS_H_
#define SERIESGUARD_LIB_METRICS_METRIC_OPERATIONS_H_

#include <cstdint>
#include <type_traits>
#include <vector>

#include "lib/guard/gauge_join.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"

namespace seriesguard {

template <>
inline constexpr bool kIsGauge<Gauge> = true;

template <typename Derived>
class MetricOperations<Derived, Counter> {
 public:
  void Increment() {
    self().Use([](Counter& metric) { metric.Increment(); });
  }
  // Below zero, or NaN: nothing is counted.
  template <typename Amount, std::enable_if_t<std::is_arithmetic_v<Amount>, int> = 0>
  void Increment(Amount amount) {
    self().Use([amount](Counter& metric) { metric.Increment(amount); });
  }
  // With an example of it: see exemplar.h. The amount counts whatever becomes of that.
  template <typename Amount, std::enable_if_t<std::is_arithmetic_v<Amount>, int> = 0>
  ExemplarResult Increment(Amount amount, const Exemplar& exemplar) {
    ExemplarResult result = ExemplarResult::kUncounted;
    self().Use([&](Counter& metric) { result = metric.Increment(amount, exemplar); });
    return result;
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

template <typename Derived>
class MetricOperations<Derived, Gauge> {
 public:
  void Increment(double amount = 1) { Change(amount); }
  void Decrement(double amount = 1) { Change(-amount); }
  void Set(double value) {
    self().UseGauge([value](Gauge& metric) { metric.Set(value); },
                    [value](GaugeJoin& join, GaugePart* part, Gauge& metric) {
                      join.Set(part, value, [&metric](double shown) { metric.Set(shown); });
                    },
                    /*sets=*/true);
  }
  // Seconds since the epoch.
  void SetToCurrentTime() { Set(WallClockSeconds()); }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
  void Change(double amount) {
    self().UseGauge([amount](Gauge& metric) { metric.Increment(amount); },
                    [amount](GaugeJoin& join, GaugePart* part, Gauge& metric) {
                      if (metric.sets_only()) return;
                      join.Add(part, amount, [&metric](double shown) { metric.Set(shown); });
                    },
                    /*sets=*/false);
  }
};

template <typename Derived>
class MetricOperations<Derived, Histogram> {
 public:
  void Observe(double value) {
    self().Use([value](Histogram& metric) { metric.Observe(value); });
  }
  // With an example of it: see exemplar.h. The value counts whatever becomes of that.
  ExemplarResult Observe(double value, const Exemplar& exemplar) {
    ExemplarResult result = ExemplarResult::kUncounted;
    self().Use([&](Histogram& metric) { result = metric.Observe(value, exemplar); });
    return result;
  }
  // `increments[i]`: observations in bucket i, one more than there are boundaries; else nothing is counted.
  void ObserveMultiple(const std::vector<uint64_t>& increments, double sum_of_values) {
    self().Use([&](Histogram& metric) { metric.ObserveMultiple(increments, sum_of_values); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_METRIC_OPERATIONS_H_
