// SPDX-License-Identifier: Apache-2.0
//
// exemplar_shelf.h: the latest exemplar of each counter, and of each bucket of each histogram, of one block of cells.
//
// Use:      one a block of FamilyCells; the metrics Keep, a scrape Appends.
// Threads:  Keep and Append from any.
// Memory:   itself while no exemplar was given. From the first on 8 bytes a place, and 144 for each place that has had one;
//           720 more where one of them was longer than 96 bytes. Nothing is given back before the shelf ends; nothing grows
//           with the number of exemplars.
// Errors:   ExemplarResult.
// Cost:     Keep: some 100 ns, of which reading the clock and checking the text are the most; a metric that is given no
//           exemplar counts as fast as it would without a shelf (bench/metrics_bench.cc).
// Fork:     a place that a thread of the parent was writing while it forked is free for the child: locks tell their epoch.
//
// Invariants
//   1. Nobody waits: who finds a place locked leaves it as it is. The counting itself never comes here.
//   2. A place tells which generation of the slot it belongs to; a series is never shown the exemplar of one before it.
//   3. A text is whole: it is written and copied under the place's lock, and its size is 0 while it is not.
#ifndef SERIESGUARD_LIB_METRICS_EXEMPLAR_SHELF_H_
#define SERIESGUARD_LIB_METRICS_EXEMPLAR_SHELF_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/family_cells.h"

namespace seriesguard {

// What the shelves of one family count together.
class ExemplarCounts {
 public:
  void Note(ExemplarResult result) {
    if (result == ExemplarResult::kInvalid) invalid_.fetch_add(1, std::memory_order_relaxed);
    if (result == ExemplarResult::kTooLong) too_long_.fetch_add(1, std::memory_order_relaxed);
    if (result == ExemplarResult::kNoMemory) no_memory_.fetch_add(1, std::memory_order_relaxed);
  }
  ExemplarRefusals refusals() const {
    return {invalid_.load(std::memory_order_relaxed), too_long_.load(std::memory_order_relaxed),
            no_memory_.load(std::memory_order_relaxed)};
  }

 private:
  std::atomic<uint64_t> invalid_{0}, too_long_{0}, no_memory_{0};
};

class ExemplarShelf {
 public:
  // A series has as many places as it has words to count in: a counter one, a histogram one a bucket.
  //
  // Lifetime:  `counts` outlives the shelf.
  ExemplarShelf(const FamilyCells& cells, ExemplarCounts* counts)
      : cells_(cells), places_a_slot_(cells.layout().int_words), counts_(counts) {}
  ExemplarShelf(const ExemplarShelf&) = delete;
  ExemplarShelf& operator=(const ExemplarShelf&) = delete;
  ~ExemplarShelf();

  // Keeps the exemplar in a place of a slot, instead of the one before.
  ExemplarResult Keep(size_t slot, size_t index, double value, const Exemplar& exemplar);

  // Adds what the slot has to family->exemplars, and tells `*series` where; a series of another generation has nothing.
  void Append(size_t slot, uint32_t generation, CollectedSeries* series, CollectedFamily* family) const;

 private:
  struct Place;

  // Returns the place with room for a text, making it where there is none; null without memory.
  Place* Make(size_t at, size_t text_bytes);
  bool Read(size_t at, uint32_t generation, CollectedExemplar* exemplar) const;

  const FamilyCells cells_;
  const size_t places_a_slot_;
  ExemplarCounts* const counts_;
  std::atomic<std::atomic<Place*>*> places_{nullptr};  // [slot * places_a_slot_ + index]; null: no exemplar yet
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_EXEMPLAR_SHELF_H_
