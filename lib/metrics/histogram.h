// SPDX-License-Identifier: Apache-2.0
//
// histogram.h: one series of a histogram: a count a bucket, and the sum.
//
// Use:      made by the family's backend; asked for through GuardedFamily<Histogram, N>.
// Threads:  any. A scrape in the middle of an observation may see its bucket without its sum, never half of either.
// Lifetime: of the cells and the boundaries; owns neither.
// Errors:   none. NaN is counted in the bucket +Inf, and the sum is NaN from then on (bucket_bounds.h).
// Cost:     two atomic operations and the search for the bucket (bench/metrics_bench.cc).
//           With an exemplar: exemplar_shelf.h besides.
#ifndef SERIESGUARD_LIB_METRICS_HISTOGRAM_H_
#define SERIESGUARD_LIB_METRICS_HISTOGRAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib/metrics/bucket_bounds.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/exemplar_shelf.h"
#include "lib/metrics/family_cells.h"
#include "lib/metrics/stripe.h"

namespace seriesguard {

class Histogram {
 public:
  Histogram() = default;
  // `exemplars`: of the cells; null: none are kept.
  Histogram(const FamilyCells& cells, size_t slot, const BucketBounds* bounds, ExemplarShelf* exemplars = nullptr)
      : counts_(cells.ints(slot)),
        stripe_bytes_(cells.stripe_bytes()),
        sum_offset_(reinterpret_cast<char*>(cells.doubles(slot)) - reinterpret_cast<char*>(cells.ints(slot))),
        bounds_(bounds),
        stripe_mask_(static_cast<uint32_t>(cells.stripes() - 1)),
        slot_(static_cast<uint32_t>(slot)),
        exemplars_(exemplars) {}

  void Observe(double value) {
    std::atomic<uint64_t>* const counts = Counts();
    counts[bounds_->BucketOf(value)].fetch_add(1, std::memory_order_relaxed);
    AddToDouble(SumBehind(counts), value);
  }
  // The same, with an example of it, which is kept in the bucket of `value`. The value counts whatever becomes of it.
  ExemplarResult Observe(double value, const Exemplar& exemplar) {
    Observe(value);
    if (exemplars_ == nullptr) return ExemplarResult::kNoMemory;
    return exemplars_->Keep(slot_, bounds_->BucketOf(value), value, exemplar);
  }
  // Adds many observations at once. `increments[i]`: observations in bucket i, one more than there are boundaries; with
  // another number of them nothing is counted.
  void ObserveMultiple(const std::vector<uint64_t>& increments, double sum_of_values) {
    if (increments.size() != bounds_->size() + 1) return;
    std::atomic<uint64_t>* const counts = Counts();
    for (size_t i = 0; i < increments.size(); ++i) {
      if (increments[i] > 0) counts[i].fetch_add(increments[i], std::memory_order_relaxed);
    }
    AddToDouble(SumBehind(counts), sum_of_values);
  }

 private:
  std::atomic<uint64_t>* Counts() const {
    const size_t stripe = static_cast<uint32_t>(ThisStripe()) & stripe_mask_;
    return reinterpret_cast<std::atomic<uint64_t>*>(reinterpret_cast<char*>(counts_) + stripe * stripe_bytes_);
  }
  std::atomic<double>* SumBehind(std::atomic<uint64_t>* counts) const {
    return reinterpret_cast<std::atomic<double>*>(reinterpret_cast<char*>(counts) + sum_offset_);
  }

  std::atomic<uint64_t>* counts_ = nullptr;  // of stripe 0
  size_t stripe_bytes_ = 0;
  ptrdiff_t sum_offset_ = 0;  // from the counts to the sum
  const BucketBounds* bounds_ = nullptr;
  uint32_t stripe_mask_ = 0;
  uint32_t slot_ = 0;
  ExemplarShelf* exemplars_ = nullptr;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_HISTOGRAM_H_
