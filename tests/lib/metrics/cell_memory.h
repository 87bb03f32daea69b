// SPDX-License-Identifier: Apache-2.0
//
// cell_memory.h: zeroed memory for a family's cells, of exactly the size they need, so that AddressSanitizer sees every
// step beyond it.
#ifndef SERIESGUARD_TESTS_LIB_METRICS_CELL_MEMORY_H_
#define SERIESGUARD_TESTS_LIB_METRICS_CELL_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "lib/metrics/family_cells.h"

namespace seriesguard {

struct CellMemory {
  CellMemory(const CellLayout& layout, size_t slots, size_t stripes)
      : bytes(FamilyCells::BytesFor(layout, slots, stripes)),
        memory(static_cast<char*>(::operator new (bytes, std::align_val_t{kCellAlignment}))),
        cells(layout, slots, stripes, memory.get()) {
    std::memset(memory.get(), 0, bytes);
  }
  // The sum of a slot's stripes.
  std::vector<uint64_t> Ints(size_t slot) const {
    std::vector<uint64_t> ints(cells.layout().int_words);
    std::vector<double> doubles(cells.layout().double_words);
    cells.AddTotal(slot, ints.data(), doubles.data());
    return ints;
  }
  double Double(size_t slot) const {
    std::vector<uint64_t> ints(cells.layout().int_words);
    std::vector<double> doubles(cells.layout().double_words);
    cells.AddTotal(slot, ints.data(), doubles.data());
    return doubles[0];
  }

  struct Delete {
    void operator()(char* old) const { ::operator delete (old, std::align_val_t{kCellAlignment}); }
  };
  const size_t bytes;
  const std::unique_ptr<char, Delete> memory;
  FamilyCells cells;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_METRICS_CELL_MEMORY_H_
