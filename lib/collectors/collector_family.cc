// SPDX-License-Identifier: Apache-2.0
//
// collector_family.cc: see the header.
#include "lib/collectors/collector_family.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

#include "lib/guard/cell.h"
#include "lib/guard/epoch.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/gauge_join.h"

namespace seriesguard {

// Add writes the fields from `run` on inside an epoch region, in which nothing is removed; End reads them under the mutex, in
// the same thread; nobody else looks at them.
struct CollectorFamily::Series {
  LabelPairs labels;
  uint64_t run = 0;  // in which it was told last
  uint64_t sources = 0;
  CollectedPoint now;     // what was told in that run
  bool is_shown = false;  // `last` and `offset` mean something
  bool is_sum = false;    // invariant 1, from now on for ever
  CollectedPoint last, offset;
};

class CollectorFamily::Backend : public SeriesBackend {
 public:
  bool Has(const LabelPairs&) const override { return false; }
  void* Create(const LabelPairs& labels) override {
    series_.emplace_back();
    series_.back().labels = labels;
    return &series_.back();
  }
  void Remove(void* metric) override {
    series_.remove_if([metric](const Series& series) { return &series == metric; });
  }
  // What is told of a series that comes back is its total again: there is nothing to go on from.
  std::optional<SeriesTotal> Total(const void*) const override { return std::nullopt; }
  void Resume(void*, const SeriesTotal&) override {}

  std::list<Series>& series() { return series_; }

 private:
  std::list<Series> series_;  // the guard's mutex
};

absl::StatusOr<std::unique_ptr<CollectorFamily>> CollectorFamily::Create(Guard guard, std::string name,
                                                                         std::vector<std::string> labels,
                                                                         MetricKind kind, uint64_t cost, size_t parts) {
  std::unique_ptr<CollectorFamily> family(new CollectorFamily(guard, labels, kind, parts));
  auto backend = std::make_unique<Backend>();
  family->backend_ = backend.get();
  FamilySpec spec;
  spec.name = std::move(name);
  spec.labels = std::move(labels);
  spec.kind = kind;
  spec.cost = cost;
  spec.is_collected = true;
  spec.backend = std::move(backend);
  absl::StatusOr<FamilyGuard*> added = guard.AddFamily(std::move(spec));
  if (!added.ok()) return added.status();
  family->family_ = *added;
  return family;
}

// Says whether the series is called as the collector called it.
bool CollectorFamily::IsOwnName(const Series& series, const std::string_view* values) const {
  size_t present = 0;
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (values[i].empty()) continue;
    if (present == series.labels.size() || series.labels[present].second != values[i] ||
        series.labels[present].first != labels_[i]) {
      return false;
    }
    ++present;
  }
  return present == series.labels.size();
}

void CollectorFamily::Add(const std::string_view* values, const CollectedPoint& point) {
  const EpochRegion region;
  const CountedIn counted = family_->FindAny(values);
  Series& series = *static_cast<Series*>(counted.metric);
  if (series.run != run_) {
    series.run = run_;
    series.sources = 0;
    series.now = CollectedPoint();
    series.now.buckets.resize(parts_, 0);
  }
  ++series.sources;
  if (series.sources > 1 || !IsOwnName(series, values)) series.is_sum = true;
  const bool is_gauge = kind_ == MetricKind::kGauge;
  const Fold fold = counted.is_joined ? counted.cell->join->fold() : Fold::kLast;
  if (series.sources == 1 || (is_gauge && fold == Fold::kLast)) {
    series.now.value = point.value;
  } else if (is_gauge && fold == Fold::kMax) {
    series.now.value = std::max(series.now.value, point.value);
  } else if (is_gauge && fold == Fold::kMin) {
    series.now.value = std::min(series.now.value, point.value);
  } else {
    series.now.value += point.value;
  }
  for (size_t i = 0; i < parts_ && i < point.buckets.size(); ++i) series.now.buckets[i] += point.buckets[i];
  if (series.sources == 1) series.now.extra = point.extra;
}

// Says what the series shows after a run, in series->now; false: nothing.
bool CollectorFamily::Settle(Series* series) {
  const bool is_told = series->run == run_;
  const bool is_cumulative = kind_ != MetricKind::kGauge;
  if (!is_told && !(is_cumulative && series->is_sum && series->is_shown)) return false;
  if (!is_told) {
    series->run = run_;
    series->now = CollectedPoint();
  }
  series->now.buckets.resize(parts_, 0);
  if (series->is_sum) series->now.extra.clear();
  if (!is_cumulative) return true;
  series->last.buckets.resize(parts_, 0);
  series->offset.buckets.resize(parts_, 0);
  const CollectedPoint told = series->now;
  if (series->is_sum) {
    // (What is observed may be negative: then a histogram's sum falls, and its counts do not.)
    bool fell = kind_ == MetricKind::kCounter && told.value < series->last.value;
    for (size_t i = 0; i < parts_; ++i) fell = fell || told.buckets[i] < series->last.buckets[i];
    if (fell) {
      ++resets_;
      series->offset.value += std::max(0.0, series->last.value - told.value);
      for (size_t i = 0; i < parts_; ++i) {
        series->offset.buckets[i] += std::max(0.0, series->last.buckets[i] - told.buckets[i]);
      }
    }
    series->now.value += series->offset.value;
    for (size_t i = 0; i < parts_; ++i) series->now.buckets[i] += series->offset.buckets[i];
  }
  series->last = told;
  series->is_shown = true;
  return true;
}

void CollectorFamily::End(const std::function<void(const LabelPairs&, const CollectedPoint&)>& show) {
  const std::lock_guard<std::mutex> lock(guard_.mutex());
  for (Series& series : backend_->series()) {
    if (Settle(&series)) show(series.labels, series.now);
  }
}

}  // namespace seriesguard
