// SPDX-License-Identifier: Apache-2.0
//
// pointer_table.h: a hash table of pointers that readers walk without a lock while one writer changes it.
//
// Use:      the admitted values of a label, the cells of a family.
// Threads:  Find from any, inside an EpochRegion; Insert and Remove one at a time (the guard's mutex).
// Memory:   8 bytes a slot, at most a quarter of the slots used: what is not there, the rule under a flood, is mostly told
//           by one empty slot. Grows by doubling, the old array goes to the reclaimer.
//
// Invariants
//   1. A reader sees an array that was right at some moment since it loaded the pointer to it: an insertion writes one
//      slot, a removal publishes a new array, so that a probe never meets a hole.
//   2. At least three quarters of the slots are empty: every probe ends.
//   3. A slot holds an address in its low 48 bits and above them 16 bits of the hash, which spare looks at other elements.
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
  explicit PointerTable(Reclaimer* reclaimer) : reclaimer_(reclaimer), array_(new Array(kFirstSlots)) {}
  PointerTable(const PointerTable&) = delete;
  PointerTable& operator=(const PointerTable&) = delete;
  ~PointerTable() { delete array_.load(std::memory_order_relaxed); }

  // Returns the element with `hash` for which `is_it` holds, or null.
  template <typename IsIt>
  T* Find(uint64_t hash, IsIt is_it) const {
    const Array& array = *array_.load(std::memory_order_acquire);
    const size_t mask = array.slots.size() - 1;
    for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
      const uint64_t place = array.slots[slot].load(std::memory_order_acquire);
      if (place == 0) return nullptr;
      if (((place ^ hash) & kTagMask) != 0) continue;
      T* const element = ElementOf(place);
      if (element->hash == hash && is_it(*element)) return element;
    }
  }

  // Makes room for one element, so that the next Insert cannot fail.
  void ReserveOne() {
    const Array* const array = array_.load(std::memory_order_relaxed);
    if ((count_ + 1) * 4 > array->slots.size()) Rebuild(array->slots.size() * 2, nullptr);
  }

  // Requires: no equal element is there.
  void Insert(T* element) {
    ReserveOne();
    ++count_;
    Place(array_.load(std::memory_order_relaxed), element);
  }

  void Remove(const T* element) {
    Rebuild(array_.load(std::memory_order_relaxed)->slots.size(), element);
    --count_;
  }

  size_t size() const { return count_; }
  size_t bytes() const { return array_.load(std::memory_order_relaxed)->slots.size() * sizeof(uint64_t); }

 private:
  static constexpr size_t kFirstSlots = 16;
  struct Array {
    explicit Array(size_t count) : slots(count) {}
    std::vector<std::atomic<uint64_t>> slots;
  };

  static constexpr uint64_t kTagMask = uint64_t{0xffff} << 48;
  static T* ElementOf(uint64_t place) { return reinterpret_cast<T*>(place & ~kTagMask); }

  // Requires: an address below 2^48, as every system gives that is not asked for others.
  static void Place(Array* array, T* element) {
    const size_t mask = array->slots.size() - 1;
    size_t slot = element->hash & mask;
    while (array->slots[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & mask;
    const uint64_t place = reinterpret_cast<uint64_t>(element) | (element->hash & kTagMask);
    array->slots[slot].store(place, std::memory_order_release);
  }

  Array* Rebuild(size_t slots, const T* without) {
    Array* const old = array_.load(std::memory_order_relaxed);
    Array* const fresh = new Array(slots);
    for (const std::atomic<uint64_t>& slot : old->slots) {
      T* const element = ElementOf(slot.load(std::memory_order_relaxed));
      if (element != nullptr && element != without) Place(fresh, element);
    }
    array_.store(fresh, std::memory_order_release);
    reclaimer_->Retire([old] { delete old; });
    return fresh;
  }

  Reclaimer* const reclaimer_;
  std::atomic<Array*> array_;
  size_t count_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_POINTER_TABLE_H_
