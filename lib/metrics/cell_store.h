// SPDX-License-Identifier: Apache-2.0
//
// cell_store.h: the cells of a family in the heap, and which series has which slot.
//
// Use:      by CellsBackend: a series takes a slot and gives it back; a scrape collects what is taken.
// Threads:  the guard's mutex in every call; the cells themselves from any.
// Lifetime: a CellSeries stands as long as the store; between Give and the next Take it means nothing.
// Memory:   grows by chunks, which stay where they are: the first small, each next one twice as large, up to kMostSlots.
//           Slots that were given back are taken again first.
// Errors:   std::bad_alloc, which the guard turns into a refusal; nothing has changed then.
// Cost:     Collect: linear in the series; a copy of their label text and a sum over the stripes each.
#ifndef SERIESGUARD_LIB_METRICS_CELL_STORE_H_
#define SERIESGUARD_LIB_METRICS_CELL_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/exemplar_shelf.h"
#include "lib/metrics/family_cells.h"

namespace seriesguard {

struct CellSeries {
  const FamilyCells* cells = nullptr;  // of the chunk; never changes
  ExemplarShelf* exemplars = nullptr;  // of the chunk; never changes; null for gauges
  uint32_t slot = 0;                   // in the chunk; never changes
  uint32_t generation = 0;             // of the latest taker
  bool is_taken = false;
  int64_t created_ns = 0;        // since the epoch; 0: not told
  std::string labels;            // rendered
  std::shared_ptr<void> metric;  // of the taker; goes with Give, or with the store
};

class CellStore {
 public:
  static constexpr size_t kFirstSlots = 16;
  static constexpr size_t kMostSlots = 1024;  // of one chunk

  // `stripes` is a power of two.
  CellStore(const CellLayout& layout, size_t stripes) : layout_(layout), stripes_(stripes) {}
  CellStore(const CellStore&) = delete;
  CellStore& operator=(const CellStore&) = delete;

  // Returns a slot whose words are 0, with a generation that it never had before.
  CellSeries* Take(std::string labels, int64_t created_ns);
  // Requires: no thread feeds it any more.
  void Give(CellSeries* series);

  // Adds the series to a family whose name and type stand there already. What `family->type` says decides what the words
  // mean. `with_created`: the times at which they began are told.
  void Collect(bool with_created, CollectedFamily* family) const;

  // How many exemplars were refused. From any thread.
  ExemplarRefusals exemplar_refusals() const { return exemplar_counts_.refusals(); }

  size_t taken() const { return taken_; }
  size_t slots() const;

 private:
  struct Deleter {
    void operator()(char* memory) const;
  };
  struct Chunk {
    std::unique_ptr<char, Deleter> memory;
    FamilyCells cells;
    std::unique_ptr<ExemplarShelf> exemplars;  // null for gauges
    std::vector<CellSeries> series;            // by slot
  };
  void Grow();

  const CellLayout layout_;
  const size_t stripes_;
  ExemplarCounts exemplar_counts_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<CellSeries*> free_;  // last in, first out; has room for every slot there is
  size_t taken_ = 0;
  size_t label_bytes_ = 0;  // of all that are taken
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_CELL_STORE_H_
