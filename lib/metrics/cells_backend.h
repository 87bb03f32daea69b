// SPDX-License-Identifier: Apache-2.0
//
// cells_backend.h: what the guard does with a family of our own in one process.
//
// Use:      by registry.cc: one a family, which the family's guard owns.
// Threads:  the guard's mutex is held in every call, Collect included: so a scrape never sees a series that came back from
//           a tombstone before its total is in it.
// Memory:   a metric object of 64 bytes a series, and the cells (cell_store.h).
// Errors:   std::bad_alloc; nothing has changed then.
//
// A series that comes back goes on from its total and began when that total began; without a total it begins anew.
#ifndef SERIESGUARD_LIB_METRICS_CELLS_BACKEND_H_
#define SERIESGUARD_LIB_METRICS_CELLS_BACKEND_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/guard/series_backend.h"
#include "lib/metrics/bucket_bounds.h"
#include "lib/metrics/cell_store.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/family_cells.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"

namespace seriesguard {

// What is the same for metrics of every type.
class CellsBackendBase : public SeriesBackend {
 public:
  // The guard alone makes series here.
  bool Has(const LabelPairs&) const override { return false; }

  // Adds the series to a family whose name and type stand there already (cell_store.h). Mutex.
  void Collect(bool with_created, CollectedFamily* family) const { store_.Collect(with_created, family); }

  // How many exemplars were refused. From any thread.
  ExemplarRefusals exemplar_refusals() const { return store_.exemplar_refusals(); }

 protected:
  // `wall_clock_ns`: nanoseconds since the epoch.
  CellsBackendBase(const CellLayout& layout, size_t stripes, std::function<int64_t()> wall_clock_ns)
      : store_(layout, stripes), wall_clock_ns_(std::move(wall_clock_ns)) {}

  CellSeries* Take(const LabelPairs& labels);
  void Give(CellSeries* series) { store_.Give(series); }
  // Of a counter or a histogram.
  static SeriesTotal TotalOf(const CellSeries& series, bool is_histogram);
  static void ResumeFrom(const SeriesTotal& total, CellSeries* series);

 private:
  CellStore store_;
  const std::function<int64_t()> wall_clock_ns_;
};

// T: Counter, Gauge or Histogram.
template <typename T>
class CellsBackend : public CellsBackendBase {
 public:
  // `boundaries`: of a histogram.
  CellsBackend(std::vector<double> boundaries, size_t stripes, std::function<int64_t()> wall_clock_ns)
      : CellsBackendBase(LayoutOf(boundaries.size()), stripes, std::move(wall_clock_ns)),
        bounds_(std::move(boundaries)) {}

  void* Create(const LabelPairs& labels) override {
    auto owned = std::make_shared<Owned>();
    owned->series = Take(labels);
    const FamilyCells& cells = *owned->series->cells;
    T& metric = *owned;
    if constexpr (kIsHistogram) {
      metric = Histogram(cells, owned->series->slot, &bounds_, owned->series->exemplars);
    } else if constexpr (!kIsGauge) {
      metric = T(cells, owned->series->slot, owned->series->exemplars);
    } else {
      metric = T(cells, owned->series->slot);
    }
    owned->series->metric = owned;
    return &metric;
  }
  void Remove(void* metric) override { Give(static_cast<Owned*>(static_cast<T*>(metric))->series); }
  std::optional<SeriesTotal> Total(const void* metric) const override {
    if constexpr (kIsGauge) return std::nullopt;  // it does not go on from anything
    return TotalOf(*static_cast<const Owned*>(static_cast<const T*>(metric))->series, kIsHistogram);
  }
  void Resume(void* metric, const SeriesTotal& total) override {
    ResumeFrom(total, static_cast<Owned*>(static_cast<T*>(metric))->series);
  }
  double GaugeValue(const void* metric) const override {
    if constexpr (kIsGauge) return static_cast<const Gauge*>(metric)->value();
    return SeriesBackend::GaugeValue(metric);
  }
  void SetGauge(void* metric, double value) override {
    if constexpr (kIsGauge) static_cast<Gauge*>(metric)->Set(value);
  }

 private:
  static constexpr bool kIsGauge = std::is_same_v<T, Gauge>;
  static constexpr bool kIsHistogram = std::is_same_v<T, Histogram>;

  // What Cell::metric points to; a cache line of its own, because every call reads it.
  struct alignas(64) Owned : T {
    CellSeries* series = nullptr;
  };
  static_assert(sizeof(Owned) == 64);

  static CellLayout LayoutOf(size_t boundaries) {
    if constexpr (kIsHistogram) return CellLayout::Histogram(boundaries);
    return kIsGauge ? CellLayout::Gauge() : CellLayout::Counter();
  }

  const BucketBounds bounds_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_CELLS_BACKEND_H_
