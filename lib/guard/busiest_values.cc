// SPDX-License-Identifier: Apache-2.0
//
// busiest_values.cc: sets of eight places with randomised admission, and a sequence lock a place.
//
// The sequence lock has no fences (ThreadSanitizer does not know them): the writer stores what it guards with release, so
// that whoever acquires a new word sees the odd sequence too, and a reader's acquiring loads cannot sink below its second
// look at the sequence. On x86 both are plain moves.
#include "lib/guard/busiest_values.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <unordered_set>
#include <utility>

namespace seriesguard {
namespace {

constexpr uint64_t kEveryByte = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x8080808080808080;

// The bits that choose the set are the lower ones, those of HyperLogLog's register the upper ones: a tag is between.
uint64_t TagOf(uint64_t key) { return (key >> 32) & 0xff; }

// A high bit in each byte of `tags` that is `tag`. A byte above a true one may show falsely: the key decides.
uint64_t MatchingBytes(uint64_t tags, uint64_t tag) {
  const uint64_t difference = tags ^ (tag * kEveryByte);
  return (difference - kEveryByte) & ~difference & kHighBits;
}

// 64 bits for the draw of an admission. The keyed hash is what nobody outside can foresee, the counter makes every draw of
// one value another one, and the whole costs less than a generator with a state of its own.
uint64_t Draw(uint64_t key) {
  thread_local uint64_t draws = 0;
  uint64_t mixed = key ^ (++draws * 0x9e3779b97f4a7c15);
  mixed ^= mixed >> 32;
  mixed *= 0xd6e8feb86659fd93;
  return mixed ^ (mixed >> 32);
}

// True with probability numerator / denominator, for a uniform `draw`; certain when that is above 1.
bool Wins(uint64_t draw, uint64_t numerator, uint64_t denominator) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(draw) * denominator) >> 64) < numerator;
}

size_t SetsFor(size_t capacity) {
  const size_t places = std::clamp(capacity, BusiestValues::kMinCapacity, BusiestValues::kMaxCapacity);
  return (places + BusiestValues::kWays - 1) / BusiestValues::kWays;
}

size_t WordsFor(size_t kept_value_bytes) { return (std::min(kept_value_bytes, BusiestValues::kMaxValueBytes) + 7) / 8; }

}  // namespace

size_t BusiestValues::CapacityFor(int64_t value_limit) {
  const int64_t most = static_cast<int64_t>(kMaxCapacity);
  return std::max(kMinCapacity, static_cast<size_t>(std::clamp<int64_t>(value_limit, 0, most / 4) * 4));
}

BusiestValues::BusiestValues(size_t capacity, size_t kept_value_bytes, int64_t now_ns)
    : value_words_(WordsFor(kept_value_bytes)), set_count_(SetsFor(capacity)), now_ns_(now_ns) {
  owned_ = ::operator new(BytesFor(capacity, kept_value_bytes), std::align_val_t(kAlignment));
  std::memset(owned_, 0, set_count_ * (sizeof(Set) + sizeof(Head) + kWays * sizeof(Place)));
  LayOut(owned_);
}

BusiestValues::BusiestValues(void* memory, size_t capacity, size_t kept_value_bytes, int64_t now_ns)
    : value_words_(WordsFor(kept_value_bytes)), set_count_(SetsFor(capacity)), now_ns_(now_ns) {
  LayOut(memory);
}

BusiestValues::~BusiestValues() {
  if (owned_ != nullptr) ::operator delete(owned_, std::align_val_t(kAlignment));
}

// All members are atomics whose zero is that of their bytes: zeroed memory is an empty object of each.
void BusiestValues::LayOut(void* memory) {
  sets_ = static_cast<Set*>(memory);
  heads_ = reinterpret_cast<Head*>(sets_ + set_count_);
  places_ = reinterpret_cast<Place*>(heads_ + set_count_);
  words_ = reinterpret_cast<std::atomic<uint64_t>*>(places_ + set_count_ * kWays);
}

size_t BusiestValues::BytesFor(size_t capacity, size_t kept_value_bytes) {
  return SetsFor(capacity) *
         (sizeof(Set) + sizeof(Head) + kWays * (sizeof(Place) + WordsFor(kept_value_bytes) * sizeof(uint64_t)));
}

size_t BusiestValues::bytes() const { return sizeof(*this) + BytesFor(capacity(), kept_value_bytes()); }

void BusiestValues::Record(uint64_t hash, std::string_view value) {
  const uint64_t key = KeyOf(hash);
  const size_t set = SetOf(key);
  const Head& head = heads_[set];
  uint64_t matching = MatchingBytes(head.tags.load(std::memory_order_relaxed), TagOf(key));
  for (; matching != 0; matching &= matching - 1) {
    const size_t way = static_cast<size_t>(__builtin_ctzll(matching)) / 8;
    if (sets_[set].keys[way].load(std::memory_order_relaxed) != key) continue;
    // Not one atomic addition: that costs more than all the rest, and a lost increment of a busy value changes nothing.
    std::atomic<uint64_t>& count = sets_[set].counts[way];
    count.store(count.load(std::memory_order_relaxed) + kOne, std::memory_order_relaxed);
    return;
  }
  const uint64_t bound = head.weakest.load(std::memory_order_relaxed);
  const uint64_t draw = Draw(key);
  if (Wins(draw, kOne, bound + kOne)) Admit(set, key, value, draw, bound);
}

// Second half of an admission: `bound`, by which the first draw was won, may be below the weakest count, so that a second
// draw makes up for the difference: kOne / (bound + kOne) * (bound + kOne) / (weakest + kOne) = kOne / (weakest + kOne).
void BusiestValues::Admit(size_t set, uint64_t key, std::string_view value, uint64_t draw, uint64_t bound) {
  Head& head = heads_[set];
  if (head.writing.load(std::memory_order_relaxed) || head.writing.exchange(true, std::memory_order_acquire)) return;
  std::array<uint64_t, kWays> counts;
  size_t way = 0;
  bool is_known = false;
  for (size_t i = 0; i < kWays; ++i) {
    const uint64_t known = sets_[set].keys[i].load(std::memory_order_relaxed);
    is_known = is_known || known == key;
    counts[i] = known == 0 ? 0 : sets_[set].counts[i].load(std::memory_order_relaxed);
    if (counts[i] < counts[way]) way = i;
  }
  const uint64_t weakest = counts[way];
  if (is_known) {
    // Another thread let it in since this one looked: one occurrence goes uncounted.
  } else if (Wins(Draw(key ^ draw), bound + kOne, weakest + kOne)) {
    counts[way] = weakest + kOne;
    Write(set, way, key, value, counts[way]);
  }
  head.weakest.store(*std::min_element(counts.begin(), counts.end()), std::memory_order_relaxed);
  head.writing.store(false, std::memory_order_release);
}

// Requires: the caller holds the set's writing flag.
void BusiestValues::Write(size_t set, size_t way, uint64_t key, std::string_view value, uint64_t count) {
  Place& place = places_[set * kWays + way];
  const size_t kept = std::min(value.size(), kept_value_bytes());
  const uint32_t sequence = place.sequence.load(std::memory_order_relaxed);
  place.sequence.store(sequence + 1, std::memory_order_relaxed);
  // The key goes first and comes last: nobody counts for the new value before it stands.
  sets_[set].keys[way].store(0, std::memory_order_release);
  std::atomic<uint64_t>* words = WordsOf(set * kWays + way);
  for (size_t at = 0; at < kept; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, value.data() + at, std::min(sizeof word, kept - at));
    words[at / sizeof word].store(word, std::memory_order_release);
  }
  place.length.store(static_cast<uint32_t>(kept) | (kept < value.size() ? kCut : 0), std::memory_order_release);
  place.first_seen_ns.store(now_ns_.load(std::memory_order_relaxed), std::memory_order_release);
  sets_[set].counts[way].store(count, std::memory_order_release);
  const uint64_t shift = way * 8;
  const uint64_t tags = heads_[set].tags.load(std::memory_order_relaxed);
  heads_[set].tags.store((tags & ~(uint64_t{0xff} << shift)) | (TagOf(key) << shift), std::memory_order_relaxed);
  sets_[set].keys[way].store(key, std::memory_order_release);
  place.sequence.store(sequence + 2, std::memory_order_release);
}

// Copies the value of `key` from its place. Returns false if it is not there, or not whole.
bool BusiestValues::Read(size_t set, size_t way, uint64_t key, BusiestValue* out) const {
  const Place& place = places_[set * kWays + way];
  const uint32_t sequence = place.sequence.load(std::memory_order_acquire);
  if (sequence % 2 != 0 || sets_[set].keys[way].load(std::memory_order_acquire) != key) return false;
  const uint32_t length = place.length.load(std::memory_order_acquire);
  const size_t kept = length & ~kCut;
  char bytes[kMaxValueBytes];
  const std::atomic<uint64_t>* words = WordsOf(set * kWays + way);
  for (size_t at = 0; at < kept; at += sizeof(uint64_t)) {
    const uint64_t word = words[at / sizeof(uint64_t)].load(std::memory_order_acquire);
    std::memcpy(bytes + at, &word, std::min(sizeof word, kept - at));
  }
  out->first_seen_ns = place.first_seen_ns.load(std::memory_order_acquire);
  const uint64_t count = sets_[set].counts[way].load(std::memory_order_acquire);
  if (place.sequence.load(std::memory_order_relaxed) != sequence) return false;
  out->value.assign(bytes, kept);
  out->cut = (length & kCut) != 0;
  out->hash = key;
  out->count = (count + kOne / 2) / kOne;
  return out->count != 0;
}

std::vector<BusiestValue> BusiestValues::Top(size_t n) const {
  struct Candidate {
    uint64_t count, key;
    size_t place;
  };
  std::vector<Candidate> candidates;
  std::unordered_set<uint64_t> seen;  // a value may be pushed out and come back by another place during the walk
  for (size_t place = 0; place < capacity(); ++place) {
    const Set& set = sets_[place / kWays];
    const uint64_t key = set.keys[place % kWays].load(std::memory_order_relaxed);
    const uint64_t count = set.counts[place % kWays].load(std::memory_order_relaxed);
    if (key != 0 && count >= kOne / 2 && seen.insert(key).second) candidates.push_back({count, key, place});
  }
  const auto busier = [](const auto& a, const auto& b) {
    return std::make_pair(b.count, a.key) < std::make_pair(a.count, b.key);
  };
  const size_t kept = std::min(n, candidates.size());
  const auto end = candidates.begin() + static_cast<ptrdiff_t>(kept);
  std::partial_sort(candidates.begin(), end, candidates.end(), busier);
  std::vector<BusiestValue> top;
  top.reserve(kept);
  for (auto it = candidates.begin(); it != end; ++it) {
    BusiestValue value;
    if (Read(it->place / kWays, it->place % kWays, it->key, &value)) top.push_back(std::move(value));
  }
  // Counts have moved on since they were ranked, and were rounded.
  std::sort(top.begin(), top.end(), [](const BusiestValue& a, const BusiestValue& b) {
    return std::make_pair(b.count, a.hash) < std::make_pair(a.count, b.hash);
  });
  return top;
}

void BusiestValues::Decay(double factor, int64_t now_ns) {
  if (!(factor < 1)) factor = 1;
  if (factor < 0) factor = 0;
  now_ns_.store(now_ns, std::memory_order_relaxed);
  for (size_t i = 0; i < set_count_; ++i) {
    uint64_t weakest = UINT64_MAX;
    for (size_t way = 0; way < kWays; ++way) {
      std::atomic<uint64_t>& count = sets_[i].counts[way];
      const uint64_t before = count.load(std::memory_order_relaxed);
      const uint64_t after = factor == 1 ? before : static_cast<uint64_t>(static_cast<double>(before) * factor);
      count.store(after, std::memory_order_relaxed);
      const bool is_empty = sets_[i].keys[way].load(std::memory_order_relaxed) == 0;
      weakest = std::min(weakest, is_empty ? 0 : after);
    }
    heads_[i].weakest.store(weakest, std::memory_order_relaxed);
  }
}

bool BusiestValues::Forget(uint64_t hash) {
  const uint64_t key = KeyOf(hash);
  const size_t set = SetOf(key);
  for (size_t way = 0; way < kWays; ++way) {
    uint64_t known = key;
    if (!sets_[set].keys[way].compare_exchange_strong(known, 0, std::memory_order_relaxed)) continue;
    // If the place was taken in this instant, its new value starts again at 0.
    sets_[set].counts[way].store(0, std::memory_order_relaxed);
    heads_[set].weakest.store(0, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace seriesguard
