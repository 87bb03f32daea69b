// SPDX-License-Identifier: Apache-2.0
//
// hit_cache.h: a bounded memory of what raw label values led to, read without a lock.
//
// Use:      Find on the hot path, inside an EpochRegion; Remember after the long way round; Clear and Drop when what was
//           remembered no longer holds.
// Threads:  Find and IsWorthIt from any; Remember, Clear and Drop one at a time (the guard's mutex).
// Memory:   fixed: `slots` pointers and marks, and at most as many entries of 40 bytes + 36 a label (+ long values).
// Cost:     Find about 2 ns a label and one cache line or two; a miss the same.
//
// Invariants
//   1. An entry never changes after it was published; a replaced one is given to the reclaimer.
//   2. An answer is exact: equal words and sizes are equal values, and of long values the bytes are compared as well.
//   3. A set of raw values is remembered when it comes for the second time, so that values that come once each (a
//      scanner's paths) cost no memory and no allocation.
#ifndef SERIESGUARD_LIB_GUARD_HIT_CACHE_H_
#define SERIESGUARD_LIB_GUARD_HIT_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"

namespace seriesguard {

template <typename Payload>
class HitCache {
 public:
  // `slots` is rounded up to a power of two, at least 64.
  HitCache(size_t slots, const KeySecret& secret, Reclaimer* reclaimer) : secret_(secret), reclaimer_(reclaimer) {
    size_t count = 64;
    shift_ = 64 - 6;
    while (count < slots) {
      count *= 2;
      --shift_;
    }
    slots_ = std::vector<std::atomic<const Entry*>>(count);
    marks_ = std::vector<std::atomic<uint16_t>>(count);
  }
  HitCache(const HitCache&) = delete;
  HitCache& operator=(const HitCache&) = delete;
  ~HitCache() {
    for (auto& slot : slots_) Destroy(slot.load(std::memory_order_relaxed));
  }

  const KeySecret& secret() const { return secret_; }

  // Returns what `key` leads to, or null. Lifetime of the answer: the caller's EpochRegion.
  template <size_t N>
  Payload* Find(const RawKey<N>& key) const {
    const size_t first = key.hash() >> shift_;
    for (size_t way = 0; way < kWays; ++way) {
      const Entry* const entry = slots_[(first + way) & (slots_.size() - 1)].load(std::memory_order_acquire);
      if (entry == nullptr || entry->hash != key.hash()) continue;
      if (IsEntryOf(*entry, key)) return entry->payload;
    }
    return nullptr;
  }

  // Says whether `key` was here before, and notes that it is now.
  template <size_t N>
  bool IsWorthIt(const RawKey<N>& key) {
    std::atomic<uint16_t>& mark = marks_[key.hash() >> shift_];
    const uint16_t wanted = static_cast<uint16_t>(key.hash() | 1);  // the index is made of other bits
    if (mark.load(std::memory_order_relaxed) == wanted) return true;
    mark.store(wanted, std::memory_order_relaxed);
    return false;
  }

  // Remembers that `key` leads to `payload`; an older entry may have to go for it.
  template <size_t N>
  void Remember(const RawKey<N>& key, Payload* payload) {
    const size_t first = key.hash() >> shift_;
    std::atomic<const Entry*>* place = nullptr;
    for (size_t way = 0; way < kWays; ++way) {
      std::atomic<const Entry*>& slot = slots_[(first + way) & (slots_.size() - 1)];
      const Entry* const entry = slot.load(std::memory_order_relaxed);
      if (entry != nullptr && entry->hash == key.hash() && IsEntryOf(*entry, key)) {
        place = &slot;  // another thread was here first, perhaps with an older answer
        break;
      }
      if (entry == nullptr && place == nullptr) place = &slot;
    }
    if (place == nullptr) place = &slots_[(first + next_victim_++ % kWays) & (slots_.size() - 1)];
    Put(place, MakeEntry(key, payload));
  }

  // Forgets everything that leads to a payload for which `is_gone` is true.
  template <typename IsGone>
  void Drop(IsGone is_gone) {
    for (auto& slot : slots_) {
      const Entry* const entry = slot.load(std::memory_order_relaxed);
      if (entry != nullptr && is_gone(entry->payload)) Put(&slot, nullptr);
    }
  }
  void Clear() {
    Drop([](const Payload*) { return true; });
  }

  size_t slots() const { return slots_.size(); }
  size_t bytes() const {
    return slots_.size() * (sizeof(void*) + sizeof(uint16_t)) + entry_bytes_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr size_t kWays = 4;

  struct Entry {
    uint64_t hash;
    Payload* payload;
    uint32_t labels;
    uint32_t allocated;
    std::unique_ptr<std::string[]> long_values;  // null when no value is long
    // Followed by kWordsPerValue words a label, then by the sizes.
    const uint64_t* words() const { return reinterpret_cast<const uint64_t*>(this + 1); }
    uint64_t* words() { return reinterpret_cast<uint64_t*>(this + 1); }
    const uint32_t* sizes() const { return reinterpret_cast<const uint32_t*>(words() + labels * kWordsPerValue); }
    uint32_t* sizes() { return reinterpret_cast<uint32_t*>(words() + labels * kWordsPerValue); }
  };
  static_assert(sizeof(Entry) % alignof(uint64_t) == 0);

  template <size_t N>
  static bool IsEntryOf(const Entry& entry, const RawKey<N>& key) {
    uint64_t difference = 0;
    const uint64_t* const words = entry.words();
    for (size_t i = 0; i < N * kWordsPerValue; ++i) difference |= words[i] ^ key.words()[i];
    for (size_t i = 0; i < N; ++i) difference |= entry.sizes()[i] ^ static_cast<uint64_t>(key.values()[i].size());
    if (difference != 0) return false;
    if (entry.long_values == nullptr) return true;
    for (size_t i = 0; i < N; ++i) {
      if (key.values()[i].size() > kInlineValueBytes && entry.long_values[i] != key.values()[i]) return false;
    }
    return true;
  }

  template <size_t N>
  Entry* MakeEntry(const RawKey<N>& key, Payload* payload) {
    const size_t bytes = sizeof(Entry) + N * (kWordsPerValue * sizeof(uint64_t) + sizeof(uint32_t));
    Entry* const entry = new (::operator new(bytes)) Entry{key.hash(), payload, N, static_cast<uint32_t>(bytes), nullptr};
    std::memcpy(entry->words(), key.words(), N * kWordsPerValue * sizeof(uint64_t));
    for (size_t i = 0; i < N; ++i) {
      entry->sizes()[i] = static_cast<uint32_t>(key.values()[i].size());
      if (key.values()[i].size() <= kInlineValueBytes) continue;
      if (entry->long_values == nullptr) entry->long_values = std::make_unique<std::string[]>(N);
      entry->long_values[i] = std::string(key.values()[i]);
      entry->allocated += static_cast<uint32_t>(key.values()[i].size());
    }
    return entry;
  }

  void Put(std::atomic<const Entry*>* place, const Entry* entry) {
    const Entry* const old = place->exchange(entry, std::memory_order_acq_rel);
    if (entry != nullptr) entry_bytes_.fetch_add(entry->allocated, std::memory_order_relaxed);
    if (old == nullptr) return;
    entry_bytes_.fetch_sub(old->allocated, std::memory_order_relaxed);
    reclaimer_->Retire([old] { Destroy(old); });
  }

  static void Destroy(const Entry* entry) {
    if (entry == nullptr) return;
    entry->~Entry();
    ::operator delete(const_cast<Entry*>(entry));
  }

  const KeySecret& secret_;
  Reclaimer* const reclaimer_;
  int shift_;
  std::vector<std::atomic<const Entry*>> slots_;
  std::vector<std::atomic<uint16_t>> marks_;
  size_t next_victim_ = 0;
  std::atomic<size_t> entry_bytes_{0};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_HIT_CACHE_H_
