// SPDX-License-Identifier: Apache-2.0
//
// hit_cache.h: a bounded memory of what raw label values led to, read without a lock.
//
// Use:      Find on the hot path, inside an EpochRegion; Remember after the long way round; Clear and Drop when what was
//           remembered no longer holds.
// Threads:  Find and IsWorthIt from any; Remember, Clear and Drop one at a time (the guard's mutex).
// Memory:   at most `most_slots` pointers and as many marks, and an entry for each remembered set of values: 40 bytes, 20
//           to 36 a label, and the bytes of values longer than 32. Small at first, it doubles while it fills up.
// Cost:     Find about 2 ns a label and two to three cache lines; a miss one line, as a rule.
//
// Invariants
//   1. An entry never changes after it was published; a replaced one is given to the reclaimer.
//   2. An answer is exact: equal sizes and words are equal values, and of long values the bytes are compared as well.
//   3. A set of raw values is remembered when it comes for the second time, so that values that come once each (a
//      scanner's paths) cost no memory and no allocation.
//   4. A set of seven places is one cache line. Its eighth word has eight bits of the hash of each place, none of them 0,
//      so that one comparison finds the place, or tells that there is none. Place and bits are not written at once: a
//      reader who meets the one without the other misses, or sees the entry's own hash.
#ifndef SERIESGUARD_LIB_GUARD_HIT_CACHE_H_
#define SERIESGUARD_LIB_GUARD_HIT_CACHE_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"

namespace seriesguard {

// Payload is what is remembered: a small value that can be copied and compared.
template <typename Payload>
class HitCache {
 public:
  static constexpr size_t kFirstSlots = 256;

  // `most_slots` is rounded up to a power of two, at least kFirstSlots.
  HitCache(size_t most_slots, const KeySecret& secret, Reclaimer* reclaimer)
      : secret_(secret), reclaimer_(reclaimer), most_slots_(RoundUp(most_slots)), table_(new Table(kFirstSlots)) {}
  HitCache(const HitCache&) = delete;
  HitCache& operator=(const HitCache&) = delete;
  ~HitCache() {
    const Table* const table = table_.load(std::memory_order_relaxed);
    for (const Set& set : table->sets) {
      for (const auto& place : set.places) Destroy(place.load(std::memory_order_relaxed));
    }
    delete table;
  }

  const KeySecret& secret() const { return secret_; }

  // Returns what `key` leads to, or null. Lifetime of the answer: the caller's EpochRegion.
  template <size_t N>
  const Payload* Find(const RawKey<N>& key) const {
    const Table& table = *table_.load(std::memory_order_acquire);
    const Set& set = table.sets[key.hash() >> table.shift];
    for (uint64_t match = set.Match(key.hash()); match != 0; match &= match - 1) {
      const Entry* const entry = set.places[WayOf(match)].load(std::memory_order_acquire);
      if (entry != nullptr && IsEntryOf(*entry, key)) return &entry->payload;
    }
    return nullptr;
  }

  // Says whether `key` was here before, and notes that it is now.
  template <size_t N>
  bool IsWorthIt(const RawKey<N>& key) {
    if (key.has_long_value() && BytesOf(key) > kMostBytes) return false;
    Table& table = *table_.load(std::memory_order_acquire);
    std::atomic<uint16_t>& mark = table.marks[key.hash() >> (table.shift - kSlotBits)];
    const uint16_t wanted = static_cast<uint16_t>(key.hash() | 1);  // the index is made of other bits
    if (mark.load(std::memory_order_relaxed) == wanted) return true;
    mark.store(wanted, std::memory_order_relaxed);
    return false;
  }

  // Remembers that `key` leads to `payload`; an older entry may have to go for it.
  template <size_t N>
  void Remember(const RawKey<N>& key, const Payload& payload) {
    Table* table = table_.load(std::memory_order_relaxed);
    // A quarter full, hardly any set has more entries than places.
    if (entries_ * 4 >= slots() && slots() < most_slots_) table = Grow();
    Set& set = table->sets[key.hash() >> table->shift];
    size_t way = kWays;
    for (size_t i = 0; i < kWays; ++i) {
      const Entry* const entry = set.places[i].load(std::memory_order_relaxed);
      if (entry != nullptr && IsEntryOf(*entry, key)) {
        way = i;  // another thread was here first, perhaps with an older answer
        break;
      }
      if (entry == nullptr && way == kWays) way = i;
    }
    if (way == kWays) way = next_victim_++ % kWays;
    Put(&set, way, MakeEntry(key, payload));
  }

  // Forgets everything that leads to a payload for which `is_gone` is true.
  template <typename IsGone>
  void Drop(IsGone is_gone) {
    for (Set& set : table_.load(std::memory_order_relaxed)->sets) {
      for (size_t way = 0; way < kWays; ++way) {
        const Entry* const entry = set.places[way].load(std::memory_order_relaxed);
        if (entry != nullptr && is_gone(entry->payload)) Put(&set, way, nullptr);
      }
    }
  }
  void Clear() {
    Drop([](const Payload&) { return true; });
  }

  // Of the writer.
  size_t slots() const { return table_.load(std::memory_order_relaxed)->sets.size() * kSlotsPerSet; }
  size_t entries() const { return entries_; }
  size_t bytes() const { return slots() * (sizeof(uint64_t) + sizeof(uint16_t)) + entry_bytes_; }

 private:
  static constexpr size_t kWays = 7;
  static constexpr size_t kSlotsPerSet = 8;  // counted as a power of two
  static constexpr int kSlotBits = 3;

  struct Entry;
  struct alignas(64) Set {
    std::atomic<uint64_t> tags{0};  // byte i of place i; byte 7 stays 0
    std::atomic<const Entry*> places[kWays]{};

    // Returns the highest bit of each place's byte that is this hash's, and perhaps of one above such a byte: the
    // subtraction borrows. The eighth byte is no place's.
    uint64_t Match(uint64_t hash) const {
      constexpr uint64_t kLow = 0x0101010101010101u, kHigh = 0x0080808080808080u;
      const uint64_t difference = tags.load(std::memory_order_acquire) ^ (kLow * TagOf(hash));
      return (difference - kLow) & ~difference & kHigh;
    }
    void SetTag(size_t way, uint64_t tag) {
      const uint64_t others = tags.load(std::memory_order_relaxed) & ~(uint64_t{0xff} << (way * 8));
      tags.store(others | (tag << (way * 8)), std::memory_order_release);
    }
  };
  struct Table {
    explicit Table(size_t slots) : sets(slots / kSlotsPerSet), marks(slots) {
      for (size_t rest = sets.size(); rest > 1; rest /= 2) --shift;
    }
    int shift = 64;  // the top bits of a hash are its set's number
    std::vector<Set> sets;
    std::vector<std::atomic<uint16_t>> marks;
  };

  // Allocated at the beginning of a cache line.
  struct Entry {
    uint64_t hash;
    uint32_t words;
    uint32_t bytes;
    Payload payload;
    std::unique_ptr<std::string[]> long_values;  // null when no value is long
    // Followed by the key's words.
    const uint64_t* begin() const { return reinterpret_cast<const uint64_t*>(this + 1); }
    uint64_t* begin() { return reinterpret_cast<uint64_t*>(this + 1); }
  };
  static_assert(sizeof(Entry) % alignof(uint64_t) == 0);
  static constexpr std::align_val_t kEntryAlignment{64};

  // Longer values take the long way each time, so that nobody fills the memory with them.
  static constexpr size_t kMostBytes = 512;

  template <size_t N>
  static size_t BytesOf(const RawKey<N>& key) {
    size_t bytes = 0;
    for (size_t i = 0; i < N; ++i) bytes += key.values()[i].size();
    return bytes;
  }
  static size_t RoundUp(size_t slots) {
    size_t count = kFirstSlots;
    while (count < slots) count *= 2;
    return count;
  }
  // Low bits, because the high ones choose the set. Never 0, which is an empty place's.
  static uint64_t TagOf(uint64_t hash) { return (hash & 0xff) == 0 ? 0xff : hash & 0xff; }
  static size_t WayOf(uint64_t match) { return static_cast<size_t>(__builtin_ctzll(match)) / 8; }

  template <size_t N>
  static bool IsEntryOf(const Entry& entry, const RawKey<N>& key) {
    if (entry.hash != key.hash() || entry.words != key.word_count()) return false;
    if constexpr (N == 0) return true;
    if (!EqualWords(entry.begin(), key.words(), key.word_count())) return false;
    if (!key.has_long_value()) return true;
    for (size_t i = 0; i < N; ++i) {
      if (key.values()[i].size() > kInlineValueBytes && entry.long_values[i] != key.values()[i]) return false;
    }
    return true;
  }

  template <size_t N>
  const Entry* MakeEntry(const RawKey<N>& key, const Payload& payload) {
    const size_t bytes = sizeof(Entry) + key.word_count() * sizeof(uint64_t);
    void* const memory = ::operator new(bytes, kEntryAlignment);
    Entry* const entry = new (memory)
        Entry{key.hash(), static_cast<uint32_t>(key.word_count()), static_cast<uint32_t>(bytes), payload, nullptr};
    std::memcpy(entry->begin(), key.words(), key.word_count() * sizeof(uint64_t));
    if (!key.has_long_value()) return entry;
    entry->long_values = std::make_unique<std::string[]>(N);
    for (size_t i = 0; i < N; ++i) {
      if (key.values()[i].size() <= kInlineValueBytes) continue;
      entry->long_values[i] = std::string(key.values()[i]);
      entry->bytes += static_cast<uint32_t>(key.values()[i].size());
    }
    return entry;
  }

  Table* Grow() {
    Table* const old = table_.load(std::memory_order_relaxed);
    Table* const larger = new Table(slots() * 2);
    for (const Set& set : old->sets) {
      for (const auto& place : set.places) {
        const Entry* const entry = place.load(std::memory_order_relaxed);
        if (entry == nullptr) continue;
        // A set takes entries of one set of before, so there is always room.
        Set& into = larger->sets[entry->hash >> larger->shift];
        size_t way = 0;
        while (into.places[way].load(std::memory_order_relaxed) != nullptr) ++way;
        into.places[way].store(entry, std::memory_order_relaxed);
        into.SetTag(way, TagOf(entry->hash));
      }
    }
    table_.store(larger, std::memory_order_release);
    reclaimer_->Retire([old] { delete old; });
    return larger;
  }

  void Put(Set* set, size_t way, const Entry* entry) {
    const Entry* const old = set->places[way].exchange(entry, std::memory_order_acq_rel);
    set->SetTag(way, entry == nullptr ? 0 : TagOf(entry->hash));
    if (entry != nullptr) {
      ++entries_;
      entry_bytes_ += entry->bytes;
    }
    if (old == nullptr) return;
    --entries_;
    entry_bytes_ -= old->bytes;
    reclaimer_->Retire([old] { Destroy(old); });
  }

  static void Destroy(const Entry* entry) {
    if (entry == nullptr) return;
    entry->~Entry();
    ::operator delete(const_cast<Entry*>(entry), kEntryAlignment);
  }

  const KeySecret& secret_;
  Reclaimer* const reclaimer_;
  const size_t most_slots_;
  std::atomic<Table*> table_;
  size_t entries_ = 0;
  size_t entry_bytes_ = 0;
  size_t next_victim_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_HIT_CACHE_H_
