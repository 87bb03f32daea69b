// SPDX-License-Identifier: Apache-2.0
//
// sequence_set.h: distinct sequences of numbers, of any lengths, numbered as they first came.
//
// Use:      series as the numbers of their names and values.
// Threads:  one at a time.
// Memory:   4 bytes a number, and 16 to 24 a sequence.
// Cost:     one hash, as a rule one compare. The hash is seeded by the process (absl::Hash), and never decides alone.
#ifndef SERIESGUARD_ANALYZER_RELABEL_SEQUENCE_SET_H_
#define SERIESGUARD_ANALYZER_RELABEL_SEQUENCE_SET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/types/span.h"

namespace seriesguard {

class SequenceSet {
 public:
  SequenceSet() : slots_(16, 0), ends_(1, 0) {}

  struct Inserted {
    uint32_t id;
    bool is_new;
  };
  // Requires:  fewer than 2^32 - 1 sequences.
  Inserted Insert(const std::vector<uint32_t>& sequence) {
    if ((size() + 1) * 4 > slots_.size() * 3) Grow();
    for (size_t slot = SlotOf(sequence);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot] == 0) {
        numbers_.insert(numbers_.end(), sequence.begin(), sequence.end());
        ends_.push_back(numbers_.size());
        slots_[slot] = static_cast<uint32_t>(size());
        return {static_cast<uint32_t>(size() - 1), true};
      }
      const uint32_t id = slots_[slot] - 1;
      const absl::Span<const uint32_t> known = At(id);
      if (std::equal(known.begin(), known.end(), sequence.begin(), sequence.end())) return {id, false};
    }
  }

  absl::Span<const uint32_t> At(size_t id) const {
    return absl::Span<const uint32_t>(numbers_.data() + ends_[id], ends_[id + 1] - ends_[id]);
  }
  size_t size() const { return ends_.size() - 1; }

 private:
  size_t SlotOf(absl::Span<const uint32_t> sequence) const {
    return absl::Hash<absl::Span<const uint32_t>>()(sequence) & (slots_.size() - 1);
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t id = 0; id < size(); ++id) {
      size_t slot = SlotOf(At(id));
      while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<uint32_t>(id + 1);
    }
  }

  std::vector<uint32_t> slots_;  // id + 1; 0: free
  std::vector<uint32_t> numbers_;
  std::vector<uint64_t> ends_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_SEQUENCE_SET_H_
