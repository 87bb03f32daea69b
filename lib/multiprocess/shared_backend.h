// SPDX-License-Identifier: Apache-2.0
//
// shared_backend.h: what the guard does with a family whose cells lie in a worker's file.
//
// Use:      by ServiceRegistry, one a family; SharedSeries says which slot a series has.
// Threads:  the guard's mutex is held in every call; the metrics themselves from any.
// Memory:   64 bytes a slot, made when the family joins; nothing afterwards.
// Errors:   std::bad_alloc where no slot is left.
// Lifetime: a metric stays where it is as long as the family: whoever is late with a call still finds it.
//
// Totals are not kept here: what a series goes on from is the archive's (archive.h), so Total and Resume have nothing to do.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SHARED_BACKEND_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SHARED_BACKEND_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/guard/series_backend.h"
#include "lib/metrics/bucket_bounds.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/exemplar_shelf.h"
#include "lib/metrics/family_cells.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/shared_series.h"

namespace seriesguard {

// T: Counter, Gauge or Histogram.
template <typename T>
class SharedBackend : public SeriesBackend {
 public:
  SharedBackend(SharedSeries* series, const FamilyDefinition& definition)
      : series_(*series), mode_(definition.gauge_mode), bounds_(definition.boundaries) {}

  void Prepare(const FamilyCells& cells) {
    cells_ = cells;
    if constexpr (!std::is_same_v<T, Gauge>) exemplars_ = std::make_unique<ExemplarShelf>(cells, &exemplar_counts_);
    metrics_ = std::make_unique<Owned[]>(cells.slots());
    for (size_t slot = 0; slot < cells.slots(); ++slot) {
      T& metric = metrics_[slot];
      if constexpr (std::is_same_v<T, Histogram>) {
        metric = Histogram(cells, slot, &bounds_, exemplars_.get());
      } else if constexpr (std::is_same_v<T, Gauge>) {
        metric = Gauge(cells, slot, /*notes_time=*/true, /*sets_only=*/IsMostRecent(mode_));
      } else {
        metric = T(cells, slot, exemplars_.get());
      }
    }
  }
  uint32_t SlotOf(const void* metric) const {
    return static_cast<uint32_t>(static_cast<const Owned*>(static_cast<const T*>(metric)) - metrics_.get());
  }

  // What this process has kept; null for gauges. Lives as long as the backend.
  const ExemplarShelf* exemplars() const { return exemplars_.get(); }
  ExemplarRefusals exemplar_refusals() const { return exemplar_counts_.refusals(); }

  bool Has(const LabelPairs&) const override { return false; }
  void* Create(const LabelPairs& labels) override { return static_cast<T*>(&metrics_[series_.TakeSlot(labels)]); }
  void Remove(void*) override {}
  std::optional<SeriesTotal> Total(const void* metric) const override {
    if constexpr (std::is_same_v<T, Gauge>) return std::nullopt;
    const uint32_t slot = SlotOf(metric);
    std::vector<uint64_t> ints(cells_.layout().int_words);
    std::vector<double> doubles(cells_.layout().double_words);
    cells_.AddTotal(slot, ints.data(), doubles.data());
    SeriesTotal total;
    total.value = doubles[0];
    if constexpr (std::is_same_v<T, Histogram>) {
      for (const uint64_t count : ints) total.buckets.push_back(static_cast<double>(count));
    } else {
      total.value += static_cast<double>(ints[0]);
    }
    return total;
  }
  void Resume(void*, const SeriesTotal&) override {}
  double GaugeValue(const void* metric) const override {
    if constexpr (std::is_same_v<T, Gauge>) return static_cast<const Gauge*>(metric)->value();
    return SeriesBackend::GaugeValue(metric);
  }
  // (Past the gauge's own Set: that may make this process a worker, for which it takes the mutex that is held here.)
  void SetGauge(void* metric, double value) override {
    if constexpr (std::is_same_v<T, Gauge>) cells_.doubles(SlotOf(metric))->store(value);
  }

 private:
  struct alignas(64) Owned : T {};

  SharedSeries& series_;
  const GaugeMode mode_;
  const BucketBounds bounds_;
  FamilyCells cells_;
  ExemplarCounts exemplar_counts_;
  std::unique_ptr<ExemplarShelf> exemplars_;
  std::unique_ptr<Owned[]> metrics_;  // by slot
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SHARED_BACKEND_H_
