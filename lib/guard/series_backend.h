// SPDX-License-Identifier: Apache-2.0
//
// series_backend.h: what the guard asks of a metric library.
//
// Use:      one object a guarded family; implemented by lib/prometheus_cpp.
// Threads:  called with the guard's mutex held, one call at a time.
// Errors:   none; an exception of the metric library passes through the call that caused it, and nothing was admitted.
#ifndef SERIESGUARD_LIB_GUARD_SERIES_BACKEND_H_
#define SERIESGUARD_LIB_GUARD_SERIES_BACKEND_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace seriesguard {

// Name and value of each label that is present, in the order of the family's label names.
using LabelPairs = std::vector<std::pair<std::string, std::string>>;

enum class MetricKind : uint8_t { kCounter, kGauge, kHistogram, kSummary };

// What a cumulative metric has counted.
struct SeriesTotal {
  double value = 0;             // a counter's value, a histogram's sum
  std::vector<double> buckets;  // a histogram's counts a bucket, not cumulated, the last one for +Inf
  int64_t created_ns = 0;       // when it began, since the epoch; 0: not known. Add() leaves it.

  void Add(const SeriesTotal& other) {
    value += other.value;
    if (buckets.size() < other.buckets.size()) buckets.resize(other.buckets.size(), 0);
    for (size_t i = 0; i < other.buckets.size(); ++i) buckets[i] += other.buckets[i];
  }
};

class SeriesBackend {
 public:
  virtual ~SeriesBackend() = default;

  // Says whether the family has the series already, made by somebody else than the guard.
  virtual bool Has(const LabelPairs& labels) const = 0;
  // Makes the series, or finds it where it exists. Lifetime: until Remove.
  virtual void* Create(const LabelPairs& labels) = 0;
  // Ends the series; no thread uses it any more.
  virtual void Remove(void* metric) = 0;
  // Returns what the series has counted; empty for a metric that cannot go on from a total (gauge, summary).
  virtual std::optional<SeriesTotal> Total(const void* metric) const = 0;
  // Makes a new series go on from `total`.
  virtual void Resume(void* metric, const SeriesTotal& total) = 0;
  // A gauge's value; asked of no other metric.
  virtual double GaugeValue(const void* /*metric*/) const { return 0; }
  virtual void SetGauge(void* /*metric*/, double /*value*/) {}
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_SERIES_BACKEND_H_
