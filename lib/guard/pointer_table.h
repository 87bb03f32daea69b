// SPDX-License-Identifier: Apache-2.0
//
// pointer_table.h: a hash table of pointers that readers walk without a lock while one writer changes it.
//
// Use:      the admitted values of a label, the cells of a family.
// Threads:  Find from any, inside an EpochRegion; Insert and Remove one at a time (the guard's mutex).
// Memory:   64 bytes for each two elements there is room for. Grows by doubling, the old array goes to the reclaimer.
// Cost:     one cache line and, for what is there, its own; where an element stands in its line changes no branch, which
//           a processor would guess wrong at every second one.
//
// Invariants
//   1. A reader sees an array that was right at some moment since it loaded the pointer to it: an insertion fills one
//      place, a removal publishes a new array, so that a probe never meets a hole.
//   2. A bucket of seven places is one cache line. Its eighth word has eight bits of the hash of each place, none of them
//      0, and in its last byte whether elements of a full bucket went on to the next one.
//   3. There are at most two elements a bucket on average: some bucket is not full, and every probe ends.
#ifndef SERIESGUARD_LIB_GUARD_POINTER_TABLE_H_
#define SERIESGUARD_LIB_GUARD_POINTER_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib/guard/reclaimer.h"

namespace seriesguard {

// T has a member `uint64_t hash`.
template <typename T>
class PointerTable {
 public:
  explicit PointerTable(Reclaimer* reclaimer) : reclaimer_(reclaimer), array_(new Array(kFirstBuckets)) {}
  PointerTable(const PointerTable&) = delete;
  PointerTable& operator=(const PointerTable&) = delete;
  ~PointerTable() { delete array_.load(std::memory_order_relaxed); }

  // Returns the element with `hash` for which `is_it` holds, or null.
  template <typename IsIt>
  T* Find(uint64_t hash, IsIt is_it) const {
    const Array& array = *array_.load(std::memory_order_acquire);
    const size_t mask = array.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      const Bucket& bucket = array[i];
      const uint64_t tags = bucket.tags.load(std::memory_order_acquire);
      for (uint64_t match = Match(tags, TagOf(hash)); match != 0; match &= match - 1) {
        // (A place is written before its tag.)
        T* const element = bucket.places[__builtin_ctzll(match) / 8].load(std::memory_order_relaxed);
        if (element != nullptr && element->hash == hash && is_it(*element)) return element;
      }
      if (__builtin_expect((tags & kWentOn) == 0, 1)) return nullptr;
    }
  }

  // Makes room for one element, so that the next Insert cannot fail.
  void ReserveOne() {
    const Array* const array = array_.load(std::memory_order_relaxed);
    if (count_ + 1 > array->size() * kPerBucket) Rebuild(array->size() * 2, nullptr);
  }

  // Requires: no equal element is there.
  void Insert(T* element) {
    ReserveOne();
    ++count_;
    Place(array_.load(std::memory_order_relaxed), element);
  }

  void Remove(const T* element) {
    Rebuild(array_.load(std::memory_order_relaxed)->size(), element);
    --count_;
  }

  size_t size() const { return count_; }
  size_t bytes() const { return array_.load(std::memory_order_relaxed)->size() * sizeof(Bucket); }

 private:
  static constexpr size_t kFirstBuckets = 4;
  static constexpr size_t kPerBucket = 2;  // elements on average
  static constexpr size_t kWays = 7;
  static constexpr uint64_t kWentOn = uint64_t{1} << 63;

  struct alignas(64) Bucket {
    std::atomic<uint64_t> tags{0};
    std::atomic<T*> places[kWays]{};
  };
  using Array = std::vector<Bucket>;

  // High bits, because the low ones choose the bucket.
  static uint64_t TagOf(uint64_t hash) { return hash >> 56 == 0 ? 0xff : hash >> 56; }

  // Returns the highest bit of each place's byte that is `tag`, and perhaps of one above such a byte: the subtraction
  // borrows.
  static uint64_t Match(uint64_t tags, uint64_t tag) {
    constexpr uint64_t kLow = 0x0101010101010101u, kHigh = 0x0080808080808080u;
    const uint64_t difference = tags ^ (kLow * tag);
    return (difference - kLow) & ~difference & kHigh;
  }

  static void Place(Array* array, T* element) {
    const size_t mask = array->size() - 1;
    for (size_t i = element->hash & mask;; i = (i + 1) & mask) {
      Bucket& bucket = (*array)[i];
      const uint64_t tags = bucket.tags.load(std::memory_order_relaxed);
      for (size_t way = 0; way < kWays; ++way) {
        if (bucket.places[way].load(std::memory_order_relaxed) != nullptr) continue;
        bucket.places[way].store(element, std::memory_order_release);
        bucket.tags.store(tags | TagOf(element->hash) << (way * 8), std::memory_order_release);
        return;
      }
      bucket.tags.store(tags | kWentOn, std::memory_order_release);
    }
  }

  void Rebuild(size_t buckets, const T* without) {
    Array* const old = array_.load(std::memory_order_relaxed);
    Array* const fresh = new Array(buckets);
    for (const Bucket& bucket : *old) {
      for (const std::atomic<T*>& place : bucket.places) {
        T* const element = place.load(std::memory_order_relaxed);
        if (element != nullptr && element != without) Place(fresh, element);
      }
    }
    array_.store(fresh, std::memory_order_release);
    reclaimer_->Retire([old] { delete old; });
  }

  Reclaimer* const reclaimer_;
  std::atomic<Array*> array_;
  size_t count_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_POINTER_TABLE_H_
