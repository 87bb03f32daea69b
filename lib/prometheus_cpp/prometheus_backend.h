// SPDX-License-Identifier: Apache-2.0
//
// prometheus_backend.h: what the guard does with a family of prometheus-cpp.
//
// Use:      by wrap.h.
// Threads:  the guard's mutex is held in every call; the family has a lock of its own.
// Source:   prometheus-cpp 1.0 to 1.3: Family::Add, Family::Remove, Histogram::ObserveMultiple.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_PROMETHEUS_BACKEND_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_PROMETHEUS_BACKEND_H_

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/summary.h>

#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/guard/series_backend.h"

namespace seriesguard {

template <typename T>
struct PrometheusTraits;  // Cost: stored series of a label set; CostOf: of one that exists

template <>
struct PrometheusTraits<prometheus::Counter> {
  static constexpr MetricKind kKind = MetricKind::kCounter;
  static uint64_t Cost() { return 1; }
  static uint64_t CostOf(const prometheus::ClientMetric&) { return 1; }
  static std::optional<SeriesTotal> Total(const prometheus::Counter& metric) { return SeriesTotal{metric.Value(), {}}; }
  static void Resume(prometheus::Counter* metric, const SeriesTotal& total) { metric->Increment(total.value); }
};

template <>
struct PrometheusTraits<prometheus::Gauge> {
  static constexpr MetricKind kKind = MetricKind::kGauge;
  static uint64_t Cost() { return 1; }
  static uint64_t CostOf(const prometheus::ClientMetric&) { return 1; }
  static std::optional<SeriesTotal> Total(const prometheus::Gauge&) { return std::nullopt; }
  static void Resume(prometheus::Gauge*, const SeriesTotal&) {}
};

template <>
struct PrometheusTraits<prometheus::Histogram> {
  static constexpr MetricKind kKind = MetricKind::kHistogram;
  // The boundaries, +Inf, _sum and _count.
  static uint64_t Cost(const prometheus::Histogram::BucketBoundaries& boundaries) { return boundaries.size() + 3; }
  static uint64_t CostOf(const prometheus::ClientMetric& metric) { return metric.histogram.bucket.size() + 2; }
  static std::optional<SeriesTotal> Total(const prometheus::Histogram& metric) {
    const auto collected = metric.Collect().histogram;
    SeriesTotal total{collected.sample_sum, {}};
    uint64_t before = 0;
    for (const auto& bucket : collected.bucket) {
      total.buckets.push_back(static_cast<double>(bucket.cumulative_count - before));
      before = bucket.cumulative_count;
    }
    return total;
  }
  static void Resume(prometheus::Histogram* metric, const SeriesTotal& total) {
    metric->ObserveMultiple(total.buckets, total.value);
  }
};

template <>
struct PrometheusTraits<prometheus::Summary> {
  static constexpr MetricKind kKind = MetricKind::kSummary;
  // The quantiles, _sum and _count.
  template <typename... Rest>
  static uint64_t Cost(const prometheus::Summary::Quantiles& quantiles, const Rest&...) {
    return quantiles.size() + 2;
  }
  static uint64_t CostOf(const prometheus::ClientMetric& metric) { return metric.summary.quantile.size() + 2; }
  static std::optional<SeriesTotal> Total(const prometheus::Summary&) { return std::nullopt; }
  static void Resume(prometheus::Summary*, const SeriesTotal&) {}
};

// `Args` are what the family's Add takes besides the labels: boundaries of a histogram, quantiles of a summary.
template <typename T, typename... Args>
class PrometheusBackend : public SeriesBackend {
 public:
  explicit PrometheusBackend(prometheus::Family<T>* family, Args... args)
      : family_(*family), args_(std::move(args)...) {}

  bool Has(const LabelPairs& labels) const override { return family_.Has(ToLabels(labels)); }
  void* Create(const LabelPairs& labels) override {
    return std::apply([&](const Args&... args) { return &family_.Add(ToLabels(labels), args...); }, args_);
  }
  void Remove(void* metric) override { family_.Remove(static_cast<T*>(metric)); }
  std::optional<SeriesTotal> Total(const void* metric) const override {
    return PrometheusTraits<T>::Total(*static_cast<const T*>(metric));
  }
  void Resume(void* metric, const SeriesTotal& total) override {
    PrometheusTraits<T>::Resume(static_cast<T*>(metric), total);
  }
  double GaugeValue(const void* metric) const override {
    if constexpr (std::is_same_v<T, prometheus::Gauge>) return static_cast<const T*>(metric)->Value();
    return SeriesBackend::GaugeValue(metric);
  }
  void SetGauge(void* metric, double value) override {
    if constexpr (std::is_same_v<T, prometheus::Gauge>) static_cast<T*>(metric)->Set(value);
  }

 private:
  static prometheus::Labels ToLabels(const LabelPairs& pairs) { return {pairs.begin(), pairs.end()}; }

  prometheus::Family<T>& family_;
  const std::tuple<Args...> args_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_PROMETHEUS_BACKEND_H_
