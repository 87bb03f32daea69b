// SPDX-License-Identifier: Apache-2.0
//
// busiest_values.h: which rejected values of one label have the most traffic, with about how much of it.
//
// Use:      one a (metric, label); the fold path records every value that is not named. The maintenance reads Top() to say
//           and promote the busiest, ages the counts, and forgets what it promoted.
// Threads:  Record() from any thread at any time; the others from any thread as well, Decay() from one at a time. Nobody
//           waits for anybody: what would have to wait is skipped, and that is the whole error of a race.
// Memory:   fixed at construction, bytes() tells; nothing is allocated afterwards but what Top() returns.
// Errors:   construction may throw std::bad_alloc, nothing else throws.
// Cost:     Record: no lock, no clock, no allocation; bench/guard_sketch_bench.cc holds the figure. Top(): microseconds to a
//           millisecond, by capacity. Bytes of a value beyond kept_value_bytes() are never looked at.
// Source:   docs/guard.md, "Who gets a place". Randomised admission: Ben Basat, Einziger, Friedman and Kassner, "Randomized
//           admission policy for efficient top-k and frequency estimation", 2017; its set-associative form.
//
// Meaning of a count: an unknown value takes the place of the weakest of its set with probability 1 / (weakest + 1) and
// goes on from weakest + 1, so that a flood of values seen once rarely gets in and a value that keeps coming does. From
// then on each of its occurrences counts. Recorded by one thread a count is too high by at most what the weakest had when
// the value came in, and too low by at most what came before; tests/lib/guard/busiest_values_quality_test.cc has the
// errors and compares with Space-Saving. Threads that meet on one value at one instant lose increments.
//
// Values are told apart by their 64-bit hash alone. With a keyed hash nobody can prepare two that are the same; should it
// happen, two values share a count, and admission, which compares bytes, is not concerned.
//
// Invariants
//   1. At most capacity() values, whatever is recorded; memory never changes.
//   2. Every place is in one set; keys of a set are changed only by the holder of its writing_ flag, which is tried
//      once and never waited for (Forget() may clear one, by exchange). So a key stands in its set at most once.
//   3. A set that never saw more than kWays distinct values has exact counts of what was recorded by one thread at a time.
//   4. No count is above what was recorded in its set, whatever races; of one thread not even their sum is.
//   5. A value that is read is one that was written whole: a place's sequence is odd while it is written, and a reader that
//      sees it odd or changed drops what it read.
#ifndef SERIESGUARD_LIB_GUARD_BUSIEST_VALUES_H_
#define SERIESGUARD_LIB_GUARD_BUSIEST_VALUES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

// A rejected value as Top() tells it. The bytes are as they came: show them through safe_text only.
struct BusiestValue {
  std::string value;          // the first kept_value_bytes() bytes
  bool cut = false;           // there were more: the value cannot be named
  uint64_t hash = 0;          // as given to Record(); 0 as 1
  uint64_t count = 0;         // about how often it was recorded, aged
  int64_t first_seen_ns = 0;  // the time of the last Decay() before it got in; anew if it was pushed out in between
};

class BusiestValues {
 public:
  static constexpr size_t kWays = 8;
  static constexpr size_t kMinCapacity = 64;
  static constexpr size_t kMaxCapacity = 4096;
  static constexpr size_t kMaxValueBytes = 256;

  // The capacity that serves a label of which `value_limit` values are named: four times as many, within the bounds.
  static size_t CapacityFor(int64_t value_limit);

  // Holds `capacity` values, raised to kMinCapacity or lowered to kMaxCapacity and rounded up to whole sets, and of each at
  // most `kept_value_bytes`, lowered to kMaxValueBytes and rounded up to 8. `now_ns` is the time until the first Decay().
  explicit BusiestValues(size_t capacity, size_t kept_value_bytes = kMaxValueBytes, int64_t now_ns = 0);
  // The same in memory that is given, such as a file that other processes read: zeroed, or what such an object has written
  // into it before; a copy of such memory will do to read. Aligned to kAlignment, BytesFor() bytes, outlives the object.
  BusiestValues(void* memory, size_t capacity, size_t kept_value_bytes, int64_t now_ns);
  static constexpr size_t kAlignment = 64;
  static size_t BytesFor(size_t capacity, size_t kept_value_bytes);
  ~BusiestValues();
  BusiestValues(const BusiestValues&) = delete;
  BusiestValues& operator=(const BusiestValues&) = delete;

  // Counts one occurrence of `value`, whose hash by the guard's HashKey is `hash`.
  //
  // Requires:  the same value always comes with the same hash.
  // Lifetime:  copies what it keeps.
  // Cost:      known: three cache lines. Unknown: one, as a rule.
  void Record(uint64_t hash, std::string_view value);

  // The busiest values, at most `n`, busiest first and equal ones by hash. A value that is being written meanwhile is
  // left out, as is one that aged to less than half an occurrence. A thread that had not yet seen a promotion may have
  // recorded the value after Forget(): who names values checks that they are not named already.
  std::vector<BusiestValue> Top(size_t n) const;

  // Multiplies every count by `factor`, for a half-life of h and a time t since the last call 2 ^ (-t / h). What gets in
  // from now on was first seen at `now_ns`. A factor that is no number from 0 to 1 is taken as the nearest (NaN: 1).
  void Decay(double factor, int64_t now_ns);

  // Drops the value of `hash`, because it is named from now on. Returns whether it was there.
  bool Forget(uint64_t hash);

  size_t capacity() const { return set_count_ * kWays; }
  size_t kept_value_bytes() const { return value_words_ * sizeof(uint64_t); }
  size_t bytes() const;

 private:
  // Counts are fixed-point, so that ageing by small steps does not round them away.
  static constexpr uint64_t kOne = uint64_t{1} << 16;

  // What an unknown value has to read: half a cache line.
  struct alignas(32) Head {
    std::atomic<uint64_t> tags{0};     // byte i: eight bits of the key of way i, or of one that was there
    std::atomic<uint64_t> weakest{0};  // a recent lower bound of the counts; too high after a race until the next look
    std::atomic<bool> writing{false};
  };
  // What a known value has to read and write: a line each.
  struct alignas(64) Set {
    std::array<std::atomic<uint64_t>, kWays> keys{};  // 0: empty place
    std::array<std::atomic<uint64_t>, kWays> counts{};
  };
  struct Place {
    std::atomic<uint32_t> sequence{0};  // odd: being written
    std::atomic<uint32_t> length{0};    // bytes kept, kCut added if the value had more
    std::atomic<int64_t> first_seen_ns{0};
  };
  static constexpr uint32_t kCut = uint32_t{1} << 31;

  static uint64_t KeyOf(uint64_t hash) { return hash == 0 ? 1 : hash; }
  size_t SetOf(uint64_t key) const { return (static_cast<uint32_t>(key) * uint64_t{set_count_}) >> 32; }

  void Admit(size_t set, uint64_t key, std::string_view value, uint64_t draw, uint64_t bound);
  void Write(size_t set, size_t way, uint64_t key, std::string_view value, uint64_t count);
  bool Read(size_t set, size_t way, uint64_t key, BusiestValue* out) const;
  std::atomic<uint64_t>* WordsOf(size_t place) const { return words_ + place * value_words_; }

  void LayOut(void* memory);

  const size_t value_words_;  // of one place
  const size_t set_count_;
  std::atomic<int64_t> now_ns_;
  void* owned_ = nullptr;  // the memory, if it is the object's own
  // Pieces of the memory. heads_[i] and sets_[i] are of one set; places_[i * kWays + w]: way w of set i.
  Set* sets_ = nullptr;
  Head* heads_ = nullptr;
  Place* places_ = nullptr;
  // The bytes of place p from WordsOf(p). Own ones are left as they are, so that the pages of a label that never folds stay
  // untouched.
  std::atomic<uint64_t>* words_ = nullptr;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_BUSIEST_VALUES_H_
