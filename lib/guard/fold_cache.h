// SPDX-License-Identifier: Apache-2.0
//
// fold_cache.h: a bounded memory of raw label values that were folded, and how, so that one that comes again is counted
// without asking its labels again.
//
// Use:      beside the hit cache, which it never takes a place from. Find before the labels are asked; Remember when they
//           were, and IsWorthIt said so.
// Threads:  all members from any, inside an EpochRegion. Nobody waits: who meets a writer at a place, or in it, misses.
// Memory:   fixed at construction, 260 bytes a place; pages of places that were never used stay untouched. Nothing is
//           allocated afterwards.
// Errors:   construction may throw std::bad_alloc, nothing else throws.
// Cost:     Find: two to four cache lines, about 5 ns; a miss one line of a small array, as a rule, and IsWorthIt the same line.
//           bench/guard_bench.cc has the figures.
//
// Invariants
//   1. An answer is exact: equal words are equal values (raw_key.h), and of long values the bytes are compared as well; a
//      hash alone never decides. What does not fit into a place, or folds more than kMostFolds labels, is not remembered.
//   2. An answer is given only in the generation that it was made in (generation.h): a value that could be named now is
//      asked for anew, and a cell is never found here by a reader for whom it was not in the tables.
//   3. What is remembered says how to count, and counts nothing: the caller counts each call, and feeds the sketches with the
//      original value, as if the labels had been asked.
//   4. A set of raw values is remembered when it comes for the second time, so that values that come once each (a
//      scanner's paths) push nothing out.
//   5. A place is read whole or not at all: its sequence is odd while it is written, and a reader that sees it odd or changed
//      misses. The writer stores with release what the sequence guards, a reader loads it with acquire: who saw a new word
//      sees the odd sequence. (A writer that a fork left behind in the child takes its place out of use there.)
#ifndef SERIESGUARD_LIB_GUARD_FOLD_CACHE_H_
#define SERIESGUARD_LIB_GUARD_FOLD_CACHE_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "lib/guard/cell.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/raw_key.h"

namespace seriesguard {

// How a call is counted of which values are folded.
class KnownFold {
 public:
  static constexpr size_t kMostFolds = 4;

  KnownFold() {}  // leaves everything open
  explicit KnownFold(Cell* counted_in) : cell(counted_in), packed(0) {}

  // Adds a label; its value is told to the sketches with `hash` if `is_noted`. Returns false where there is no room.
  bool Add(size_t label, FoldReason reason, bool is_noted, uint64_t hash) {
    static_assert(kMaxGuardedLabels <= 16 && kFoldReasons <= 16);
    const size_t count = size();
    if (count == kMostFolds) return false;
    const uint64_t fold = label | static_cast<uint64_t>(reason) << 4 | (is_noted ? kNoted : 0) | kUsed;
    packed |= fold << (count * kFoldBits);
    hashes[count] = hash;
    return true;
  }
  size_t size() const {
    size_t count = 0;
    while (count < kMostFolds && (packed >> (count * kFoldBits) & kUsed) != 0) ++count;
    return count;
  }
  // Calls use(label, reason, is_noted, hash) for each.
  template <typename Use>
  void ForEach(Use use) const {
    size_t i = 0;
    for (uint64_t rest = packed; rest != 0; rest >>= kFoldBits, ++i) {
      use(rest & 15, static_cast<FoldReason>(rest >> 4 & 15), (rest & kNoted) != 0, hashes[i]);
    }
  }

  Cell* cell;
  uint64_t packed;  // kFoldBits a label
  std::array<uint64_t, kMostFolds> hashes;

 private:
  static constexpr uint64_t kNoted = 1 << 8, kUsed = 1 << 9;
  static constexpr size_t kFoldBits = 16;
};

class FoldCache {
 public:
  static constexpr size_t kWays = 8;
  static constexpr size_t kMinPlaces = 64;
  static constexpr size_t kMaxPlaces = 1024;

  // Has `places`, rounded up to a power of two within the bounds; 0: remembers nothing.
  explicit FoldCache(size_t places)
      : places_count_(places == 0 ? 0 : RoundUp(places)), memory_(std::calloc(1, BytesFor(places_count_)), &std::free) {
    if (memory_ == nullptr) throw std::bad_alloc();
    // All members are atomics whose zero is that of their bytes.
    const uintptr_t begin = reinterpret_cast<uintptr_t>(memory_.get());
    places_ = reinterpret_cast<Place*>((begin + alignof(Place) - 1) / alignof(Place) * alignof(Place));
    sets_ = reinterpret_cast<Set*>(places_ + places_count_);
    for (size_t sets = SetsOf(places_count_); sets > 1; sets /= 2) --set_shift_;  // never 64
  }
  FoldCache(const FoldCache&) = delete;
  FoldCache& operator=(const FoldCache&) = delete;

  // Where a key is looked for. What a value that never came before has to read and write: half a cache line.
  class alignas(32) Set {
   public:
    // False for nearly all that is not remembered: Find would be in vain.
    bool MayKnow(const AnyRawKey& key) const { return Match(key) != 0; }

    // Says whether `key` was here before, and notes that it is now.
    bool IsWorthIt(const AnyRawKey& key) {
      std::atomic<uint16_t>& mark = marks_[key.hash() >> 16 & (kMarks - 1)];
      const uint16_t wanted = static_cast<uint16_t>(key.hash() | 1);  // the index is made of other bits
      if (mark.load(std::memory_order_relaxed) == wanted) return true;
      mark.store(wanted, std::memory_order_relaxed);
      return false;
    }

   private:
    friend class FoldCache;
    static constexpr size_t kMarks = 8;

    // Low bits, because the high ones choose the set. Never 0, which is an empty place's.
    static uint64_t TagOf(const AnyRawKey& key) { return (key.hash() & 0xff) | 1; }
    // Returns the highest bit of each way's byte that is this key's, and perhaps of one above such a byte: the subtraction
    // borrows.
    uint64_t Match(const AnyRawKey& key) const {
      constexpr uint64_t kLow = 0x0101010101010101u, kHigh = 0x8080808080808080u;
      const uint64_t difference = tags_.load(std::memory_order_acquire) ^ (kLow * TagOf(key));
      return (difference - kLow) & ~difference & kHigh;
    }
    void SetTag(size_t way, const AnyRawKey& key) {
      uint64_t tags = tags_.load(std::memory_order_relaxed);
      uint64_t wanted;
      do {
        wanted = (tags & ~(uint64_t{0xff} << (way * 8))) | (TagOf(key) << (way * 8));
      } while (!tags_.compare_exchange_weak(tags, wanted, std::memory_order_release, std::memory_order_relaxed));
    }

    std::atomic<uint64_t> tags_;                       // byte i of way i
    std::array<std::atomic<uint16_t>, kMarks> marks_;  // of who came once
  };
  Set& SetOf(const AnyRawKey& key) { return sets_[key.hash() >> set_shift_]; }

  // Says whether `key`, of that set, was remembered in `generation`, and how.
  bool Find(const Set& set, const AnyRawKey& key, uint64_t generation, KnownFold* known) const {
    const Place* const places = PlacesOf(set);
    for (uint64_t match = set.Match(key); match != 0; match &= match - 1) {
      if (Read(places[static_cast<size_t>(__builtin_ctzll(match)) / 8], key, generation, known)) return true;
    }
    return false;
  }

  // Remembers what was found out about `key`. Requires: generation.now() was `generation` before anything was looked at.
  // Returns false where it does not fit, or another thread is at the place.
  bool Remember(const AnyRawKey& key, uint64_t generation, const KnownFold& known) {
    if (places_count_ == 0 || !Fits(key)) return false;
    Set& set = SetOf(key);
    const size_t way = WayFor(set, generation);
    Place& place = const_cast<Place*>(PlacesOf(set))[way];
    uint64_t sequence = place.sequence.load(std::memory_order_relaxed);
    if (sequence % 2 != 0 ||
        !place.sequence.compare_exchange_strong(sequence, sequence + 1, std::memory_order_acquire)) {
      return false;
    }
    place.generation.store(generation, std::memory_order_release);
    place.cell.store(known.cell, std::memory_order_release);
    place.folds.store(known.packed, std::memory_order_release);
    for (size_t i = 0; i < KnownFold::kMostFolds; ++i) {
      place.hashes[i].store(i < known.size() ? known.hashes[i] : 0, std::memory_order_release);
    }
    std::atomic<uint64_t>* out = place.words.data();
    for (size_t i = 0; i < key.word_count(); ++i) out++->store(key.words()[i], std::memory_order_release);
    ForEachLongWord(key, [&out](uint64_t word) {
      out++->store(word, std::memory_order_release);
      return true;
    });
    set.SetTag(way, key);
    place.sequence.store(sequence + 2, std::memory_order_release);
    return true;
  }

  size_t places() const { return places_count_; }
  // How many sets of values are remembered in `generation`, for tests. Cost: looks at every place.
  size_t CountOf(uint64_t generation) const {
    return static_cast<size_t>(std::count_if(places_, places_ + places_count_, [generation](const Place& place) {
      return place.generation.load(std::memory_order_acquire) == generation;
    }));
  }
  size_t bytes() const { return BytesFor(places_count_); }

 private:
  static constexpr size_t kKeyWords = 24;  // of the key and, behind it, of its long values

  // What is compared first and what is needed then stand in one cache line, the key in the next ones.
  struct alignas(64) Place {
    std::atomic<uint64_t> sequence;
    std::atomic<uint64_t> generation;
    std::atomic<Cell*> cell;
    std::atomic<uint64_t> folds;
    std::array<std::atomic<uint64_t>, KnownFold::kMostFolds> hashes;
    std::array<std::atomic<uint64_t>, kKeyWords> words;
  };
  static_assert(sizeof(Place) == 256);

  static size_t RoundUp(size_t places) {
    size_t count = kMinPlaces;
    while (count < places && count < kMaxPlaces) count *= 2;
    return count;
  }
  // Without places there still are sets, always empty.
  static size_t SetsOf(size_t places) { return std::max(places, kMinPlaces) / kWays; }
  static size_t BytesFor(size_t places) {
    return alignof(Place) + places * sizeof(Place) + SetsOf(places) * sizeof(Set);
  }

  const Place* PlacesOf(const Set& set) const { return places_ + static_cast<size_t>(&set - sets_) * kWays; }

  // Calls use(word) for the bytes of each long value, the last word of each padded with zeros, until it returns false.
  template <typename Use>
  static bool ForEachLongWord(const AnyRawKey& key, Use use) {
    if (!key.has_long_value()) return true;
    for (size_t i = 0; i < key.value_count(); ++i) {
      const std::string_view value = key.values()[i];
      if (value.size() <= kInlineValueBytes) continue;
      for (size_t at = 0; at < value.size(); at += sizeof(uint64_t)) {
        uint64_t word = 0;
        std::memcpy(&word, value.data() + at, std::min(sizeof word, value.size() - at));
        if (!use(word)) return false;
      }
    }
    return true;
  }
  static bool Fits(const AnyRawKey& key) {
    if (key.word_count() > kKeyWords) return false;
    if (!key.has_long_value()) return true;
    size_t words = key.word_count();
    for (size_t i = 0; i < key.value_count(); ++i) {
      if (key.values()[i].size() > kInlineValueBytes) words += (key.values()[i].size() + 7) / 8;
    }
    return words <= kKeyWords;
  }

  // (The words are those of a family's number of labels: where they are equal, what follows them has equal sizes too.)
  static bool Read(const Place& place, const AnyRawKey& key, uint64_t generation, KnownFold* known) {
    const uint64_t sequence = place.sequence.load(std::memory_order_acquire);
    if (sequence % 2 != 0 || place.generation.load(std::memory_order_acquire) != generation || !Fits(key)) return false;
    const uint64_t* const words = key.words();
    const size_t count = key.word_count();
    uint64_t difference = 0;
    for (size_t i = 0; i < count; ++i) difference |= place.words[i].load(std::memory_order_acquire) ^ words[i];
    if (difference != 0) return false;
    const std::atomic<uint64_t>* in = place.words.data() + count;
    const auto is_same = [&in](uint64_t word) { return in++->load(std::memory_order_acquire) == word; };
    if (!ForEachLongWord(key, is_same)) return false;
    known->cell = place.cell.load(std::memory_order_acquire);
    known->packed = place.folds.load(std::memory_order_acquire);
    for (size_t i = 0; i < KnownFold::kMostFolds; ++i) {
      known->hashes[i] = place.hashes[i].load(std::memory_order_acquire);
    }
    return place.sequence.load(std::memory_order_relaxed) == sequence;
  }

  // An empty place, or one of another generation; if there is none, one after the other has to go.
  size_t WayFor(const Set& set, uint64_t generation) {
    for (size_t way = 0; way < kWays; ++way) {
      const Place& place = PlacesOf(set)[way];
      if (place.generation.load(std::memory_order_relaxed) == generation) continue;
      if (place.sequence.load(std::memory_order_relaxed) % 2 == 0) return way;
    }
    return next_victim_.fetch_add(1, std::memory_order_relaxed) % kWays;
  }

  const size_t places_count_;
  const std::unique_ptr<void, decltype(&std::free)> memory_;
  int set_shift_ = 64;  // the top bits of a hash are its set's number
  Place* places_ = nullptr;
  Set* sets_ = nullptr;
  std::atomic<uint32_t> next_victim_{0};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_FOLD_CACHE_H_
