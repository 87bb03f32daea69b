// SPDX-License-Identifier: Apache-2.0
//
// family_cells.h: the numbers of a family's series in one process, as dense arrays by slot over memory that is given.
//
// Use:      FamilyCells cells(layout, slots, stripes, memory); the memory is a piece of heap or of a mapped file.
// Threads:  words are atomics, any thread. Zero and SetGeneration: whoever owns the slot (the family's admission).
// Lifetime: the memory outlives the object; copies see the same memory.
// Memory:   BytesFor(layout, slots, stripes). Zeroed memory is a family whose slots are all unused.
// Errors:   none; what is given is trusted. Who maps a file checks its size against BytesFor first.
// Cost:     AddAll and AddImage: one pass over the arrays; AddImage is vectorised (bench/metrics_bench.cc).
// Source:   docs/multiprocess.md describes the same bytes as a file format.
//
// The bytes, each array padded to kCellAlignment:
//   u32 generation[slots]
//   for each stripe:  u64 ints[slots][int_words]    whole amounts, added with fetch_add
//                     f64 doubles[slots][double_words]
// Arrays and not structs, so that a scrape adds a whole file in a few loops. A stripe shares no cache line with another.
//
// Invariants
//   1. What a slot has counted is the sum over its stripes. Only a gauge's words are written by anything but additions, and a
//      gauge has one stripe.
//   2. A slot's generation names the series that its words belong to; 0: none. It is stored after the words were zeroed, and
//      a reader loads it before them, so that generation g is never met with words from before g. (A copy of a file that
//      is read from its beginning keeps that order: the generations stand first.)
//   3. The other way round a reader of generation g may meet words of g + 1. Whoever can be overtaken by a new series in the
//      slot looks behind his reading whether the slot's owner still says g.
#ifndef SERIESGUARD_LIB_METRICS_FAMILY_CELLS_H_
#define SERIESGUARD_LIB_METRICS_FAMILY_CELLS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace seriesguard {

inline constexpr size_t kCellAlignment = 128;  // processors fetch lines of 64 bytes in pairs

// What one series has, per stripe.
struct CellLayout {
  uint32_t int_words = 1;
  uint32_t double_words = 1;
  bool is_striped = true;

  static CellLayout Counter() { return {1, 1, true}; }  // whole amounts; the others
  static CellLayout Gauge() { return {1, 1, false}; }   // CLOCK_BOOTTIME ns of the last Set; the value
  static CellLayout Histogram(size_t boundaries) {      // counts a bucket, not cumulated; the sum
    return {static_cast<uint32_t>(boundaries) + 1, 1, true};
  }
};

class FamilyCells {
 public:
  // Bytes of `slots` slots. `stripes` is a power of two; a layout that is not striped has one whatever it says.
  static size_t BytesFor(const CellLayout& layout, size_t slots, size_t stripes);

  FamilyCells() = default;
  // Requires: `memory` is aligned to kCellAlignment and has BytesFor(layout, slots, stripes) bytes.
  FamilyCells(const CellLayout& layout, size_t slots, size_t stripes, void* memory);

  const CellLayout& layout() const { return layout_; }
  size_t slots() const { return slots_; }
  size_t stripes() const { return stripes_; }
  // From a word of one stripe to the same word of the next.
  size_t stripe_bytes() const { return stripe_bytes_; }

  // The words of a slot, by stripe. `ints(s)[i]`: word i, below layout().int_words.
  std::atomic<uint64_t>* ints(size_t slot, size_t stripe = 0) const {
    return reinterpret_cast<std::atomic<uint64_t>*>(first_stripe_ + stripe * stripe_bytes_) + slot * layout_.int_words;
  }
  std::atomic<double>* doubles(size_t slot, size_t stripe = 0) const {
    return reinterpret_cast<std::atomic<double>*>(first_stripe_ + stripe * stripe_bytes_ + ints_bytes_) +
           slot * layout_.double_words;
  }

  uint32_t generation(size_t slot) const { return generations_[slot].load(std::memory_order_acquire); }
  // Says that the words, which were zeroed, belong to another series now.
  void SetGeneration(size_t slot, uint32_t generation) {
    generations_[slot].store(generation, std::memory_order_release);
  }
  // Requires: the generation was set to 0, and nobody adds to the slot.
  void Zero(size_t slot);

  // Adds what a slot has counted: `ints[i]` word i, `doubles[i]` word i.
  void AddTotal(size_t slot, uint64_t* ints, double* doubles) const;

  // Adds what every slot has counted whose generation is the expected one: `ints[slot * int_words + i]`, `doubles` likewise.
  // expected[slot] = 0: nobody wants this slot.
  void AddAll(const uint32_t* expected, uint64_t* ints, double* doubles) const;

  // The same from a copy of such memory that nobody changes; of any bytes, aligned to 8. Requires: as the constructor but
  // for the alignment.
  static void AddImage(const CellLayout& layout, size_t slots, size_t stripes, const void* image,
                       const uint32_t* expected, uint64_t* ints, double* doubles);

 private:
  CellLayout layout_;
  size_t slots_ = 0;
  size_t stripes_ = 1;
  size_t ints_bytes_ = 0;  // of one stripe
  size_t stripe_bytes_ = 0;
  std::atomic<uint32_t>* generations_ = nullptr;
  char* first_stripe_ = nullptr;
};

static_assert(sizeof(std::atomic<uint64_t>) == 8 && std::atomic<uint64_t>::is_always_lock_free);
static_assert(sizeof(std::atomic<double>) == 8 && std::atomic<double>::is_always_lock_free);
static_assert(sizeof(std::atomic<uint32_t>) == 4 && std::atomic<uint32_t>::is_always_lock_free);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_FAMILY_CELLS_H_
