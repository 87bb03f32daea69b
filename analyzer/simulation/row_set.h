// SPDX-License-Identifier: Apache-2.0
//
// row_set.h: distinct rows of numbers, all of the same width, numbered as they first came.
//
// Use:      label sets as codes of their values.
// Threads:  one at a time.
// Memory:   4 bytes a number, and 8 to 16 a row for the index.
// Cost:     one hash, as a rule one compare. The hash is seeded by the process (absl::Hash), and never decides alone.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_ROW_SET_H_
#define SERIESGUARD_ANALYZER_SIMULATION_ROW_SET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/types/span.h"

namespace seriesguard {

class RowSet {
 public:
  explicit RowSet(size_t width) : width_(width), slots_(16, 0) {}

  struct Inserted {
    uint32_t id;
    bool is_new;
  };
  // Requires:  `row` has `width` numbers and is none of this set's own; fewer than 2^32 - 1 rows.
  Inserted Insert(const uint32_t* row) {
    if ((size_ + 1) * 4 > slots_.size() * 3) Grow();
    for (size_t slot = SlotOf(row);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot] == 0) {
        numbers_.insert(numbers_.end(), row, row + width_);
        slots_[slot] = static_cast<uint32_t>(++size_);
        return {static_cast<uint32_t>(size_ - 1), true};
      }
      const uint32_t id = slots_[slot] - 1;
      if (std::equal(row, row + width_, Row(id))) return {id, false};
    }
  }

  const uint32_t* Row(size_t id) const { return numbers_.data() + id * width_; }
  size_t size() const { return size_; }
  size_t width() const { return width_; }

 private:
  size_t SlotOf(const uint32_t* row) const {
    return absl::Hash<absl::Span<const uint32_t>>()(absl::Span<const uint32_t>(row, width_)) & (slots_.size() - 1);
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t id = 0; id < size_; ++id) {
      size_t slot = SlotOf(Row(id));
      while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<uint32_t>(id + 1);
    }
  }

  size_t width_;
  size_t size_ = 0;
  std::vector<uint32_t> numbers_;
  std::vector<uint32_t> slots_;  // id + 1; 0: free
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_ROW_SET_H_
