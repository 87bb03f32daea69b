// SPDX-License-Identifier: Apache-2.0
//
// metric_operations.h: what may be done with a guarded metric of each type: what prometheus-cpp's own type offers.
//
// Use:      base of TransientMetric and BoundMetric (lib/guard/guarded_family.h), which say where the metric is.
// Threads:  as the metric: any.
// Source:   counter.h, gauge.h, histogram.h, summary.h of prometheus-cpp 1.0 to 1.3. What is missing on purpose: Value(),
//           Collect() and Reset(), which would tell or take away what other label sets counted in the same series.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_METRIC_OPERATIONS_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_METRIC_OPERATIONS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/summary.h>

#include <ctime>
#include <vector>

#include "lib/guard/gauge_join.h"
#include "lib/guard/guarded_family.h"

namespace seriesguard {

template <>
inline constexpr bool kIsGauge<prometheus::Gauge> = true;

template <typename Derived>
class MetricOperations<Derived, prometheus::Counter> {
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
class MetricOperations<Derived, prometheus::Gauge> {
 public:
  void Increment(double amount = 1) { Change(amount); }
  void Decrement(double amount = 1) { Change(-amount); }
  void Set(double value) {
    self().UseGauge([value](prometheus::Gauge& metric) { metric.Set(value); },
                    [value](GaugeJoin& join, GaugePart* part, prometheus::Gauge& metric) {
                      join.Set(part, value, [&metric](double shown) { metric.Set(shown); });
                    },
                    /*sets=*/true);
  }
  void SetToCurrentTime() { Set(static_cast<double>(std::time(nullptr))); }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
  void Change(double amount) {
    self().UseGauge([amount](prometheus::Gauge& metric) { metric.Increment(amount); },
                    [amount](GaugeJoin& join, GaugePart* part, prometheus::Gauge& metric) {
                      join.Add(part, amount, [&metric](double shown) { metric.Set(shown); });
                    },
                    /*sets=*/false);
  }
};

template <typename Derived>
class MetricOperations<Derived, prometheus::Histogram> {
 public:
  void Observe(double value) {
    self().Use([value](prometheus::Histogram& metric) { metric.Observe(value); });
  }
  // `bucket_increments[i]`: observations in bucket i, one more than there are boundaries.
  void ObserveMultiple(const std::vector<double>& bucket_increments, double sum_of_values) {
    self().Use([&](prometheus::Histogram& metric) { metric.ObserveMultiple(bucket_increments, sum_of_values); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

template <typename Derived>
class MetricOperations<Derived, prometheus::Summary> {
 public:
  void Observe(double value) {
    self().Use([value](prometheus::Summary& metric) { metric.Observe(value); });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_METRIC_OPERATIONS_H_
