// SPDX-License-Identifier: Apache-2.0
//
// guard_model_backend.h: a metric library of nothing but counters, for tests that must know every series there is.
//
// Use:      FamilySpec::backend = world->MakeBackend(); the test reads the world.
// Threads:  FakeSeries from any; the world's own mutex guards the rest, as a metric library's would.
// Memory:   a removed series is deleted at once, so that AddressSanitizer sees whoever still feeds it.
#ifndef SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_BACKEND_H_
#define SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_BACKEND_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "lib/guard/cell.h"
#include "lib/guard/series_backend.h"

namespace seriesguard {

struct FakeSeries {
  LabelPairs labels;
  std::atomic<int64_t> total{0};
};

// What a family of the fake library exports.
class FakeWorld : public std::enable_shared_from_this<FakeWorld> {
 public:
  std::unique_ptr<SeriesBackend> MakeBackend() { return std::make_unique<Backend>(shared_from_this()); }

  // Name and total of every series.
  std::map<LabelPairs, int64_t> Scrape() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::map<LabelPairs, int64_t> totals;
    for (const auto& [labels, series] : series_) totals[labels] = series->total.load();
    return totals;
  }
  size_t size() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return series_.size();
  }
  int64_t Sum() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    int64_t sum = 0;
    for (const auto& [labels, series] : series_) sum += series->total.load();
    return sum;
  }
  bool Has(const LabelPairs& labels) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return series_.count(labels) > 0;
  }
  // As somebody else's code would add one.
  FakeSeries* Add(const LabelPairs& labels) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& place = series_[labels];
    if (place == nullptr) {
      place = std::make_unique<FakeSeries>();
      place->labels = labels;
    }
    return place.get();
  }
  // The next Create throws.
  void FailNext() { fails_ = true; }
  // Totals cannot be read, as those of gauges.
  void HideTotals() { hides_totals_ = true; }

 private:
  class Backend : public SeriesBackend {
   public:
    explicit Backend(std::shared_ptr<FakeWorld> world) : world_(std::move(world)) {}
    bool Has(const LabelPairs& labels) const override { return world_->Has(labels); }
    void* Create(const LabelPairs& labels) override {
      if (world_->fails_.exchange(false)) throw std::bad_alloc();
      return world_->Add(labels);
    }
    void Remove(void* metric) override {
      const std::lock_guard<std::mutex> lock(world_->mutex_);
      world_->series_.erase(static_cast<FakeSeries*>(metric)->labels);
    }
    std::optional<SeriesTotal> Total(const void* metric) const override {
      if (world_->hides_totals_) return std::nullopt;
      return SeriesTotal{static_cast<double>(static_cast<const FakeSeries*>(metric)->total.load()), {}};
    }
    void Resume(void* metric, const SeriesTotal& total) override {
      static_cast<FakeSeries*>(metric)->total.fetch_add(static_cast<int64_t>(total.value));
    }

   private:
    const std::shared_ptr<FakeWorld> world_;
  };

  mutable std::mutex mutex_;
  std::map<LabelPairs, std::unique_ptr<FakeSeries>> series_;
  std::atomic<bool> fails_{false};
  bool hides_totals_ = false;
};

// What the handle `cell` feeds. Requires: inside an EpochRegion.
inline FakeSeries* SeriesOf(const Cell* cell) {
  return static_cast<FakeSeries*>(cell->target.load(std::memory_order_acquire)->metric);
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_BACKEND_H_
