// SPDX-License-Identifier: Apache-2.0
//
// distinct_keys.cc: three ways, by the shape of the keys. Dense keys set bits. Few keys go into one small table that
// stays in the cache. Many are first dealt by hash into parts of that size (a table larger than the cache costs a
// miss a key, two sequential passes do not).
#include "analyzer/census/distinct_keys.h"

#include <sys/random.h>

#include <algorithm>
#include <chrono>

namespace seriesguard {
namespace {

constexpr size_t kTableKeys = 16384;  // of one table pass: 256 KiB of slots
constexpr uint64_t kBitsPerKey = 32;  // a bitmap may have so many bits a key

}  // namespace

DistinctKeys::DistinctKeys() {
  if (getrandom(secret_, sizeof secret_, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof secret_)) {
    secret_[0] = reinterpret_cast<uintptr_t>(this);
    secret_[1] = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  secret_[1] |= 1;
}

uint64_t DistinctKeys::CountInBitmap(const uint64_t* keys, size_t count, uint64_t bound) {
  const size_t words = static_cast<size_t>((bound + 63) / 64);
  if (table_.size() < words) table_.resize(words);
  std::fill_n(table_.begin(), words, 0);
  uint64_t* const bits = table_.data();
  for (size_t i = 0; i < count; ++i) bits[keys[i] >> 6] |= uint64_t{1} << (keys[i] & 63);
  uint64_t distinct = 0;
  for (size_t i = 0; i < words; ++i) distinct += static_cast<uint64_t>(__builtin_popcountll(bits[i]));
  return distinct;
}

uint64_t DistinctKeys::CountInTable(const uint64_t* keys, size_t count) {
  size_t slots = 64;
  while (slots < 2 * count) slots *= 2;
  if (table_.size() < slots) table_.resize(slots);
  std::fill_n(table_.begin(), slots, 0);
  uint64_t* const table = table_.data();
  const uint64_t mask = slots - 1;
  uint64_t distinct = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t stored = keys[i] + 1;  // 0 marks an empty slot
    uint64_t slot = Mix(keys[i]) & mask;
    while (table[slot] != 0 && table[slot] != stored) slot = (slot + 1) & mask;
    distinct += table[slot] == 0;
    table[slot] = stored;
  }
  return distinct;
}

uint64_t DistinctKeys::CountInPartitions(const uint64_t* keys, size_t count) {
  int bits = 1;
  while ((count >> bits) > kTableKeys / 2) ++bits;
  const int shift = 64 - bits;
  const auto part_of = [this, shift](uint64_t key) { return static_cast<size_t>(Mix(key) >> shift); };
  std::vector<size_t> ends(size_t{1} << bits, 0);
  for (size_t i = 0; i < count; ++i) ++ends[part_of(keys[i])];
  size_t sum = 0;
  for (size_t& end : ends) {
    const size_t size = end;
    end = sum;  // the start for now; dealing moves it to the end
    sum += size;
  }
  if (scratch_.size() < count) scratch_.resize(count);
  uint64_t* const dealt = scratch_.data();
  for (size_t i = 0; i < count; ++i) dealt[ends[part_of(keys[i])]++] = keys[i];
  uint64_t distinct = 0;
  size_t begin = 0;
  for (const size_t end : ends) {
    distinct += CountInTable(dealt + begin, end - begin);
    begin = end;
  }
  return distinct;
}

uint64_t DistinctKeys::Count(const uint64_t* keys, size_t count, uint64_t bound) {
  if (count <= 1) return count;
  if (bound <= 4096 || bound / kBitsPerKey <= count) return CountInBitmap(keys, count, bound);
  if (count <= kTableKeys) return CountInTable(keys, count);
  return CountInPartitions(keys, count);
}

void DistinctKeys::MarkRepeats(const uint64_t* keys, size_t count, std::vector<bool>* repeats,
                               std::vector<size_t>* first, size_t first_limit) {
  constexpr uint32_t kEmpty = UINT32_MAX;
  repeats->assign(count, false);
  if (first != nullptr) first->clear();
  // Indices of first occurrences; the table grows with them and not with the repeats.
  std::vector<uint32_t> index(64, kEmpty);
  size_t distinct = 0;
  uint64_t mask = index.size() - 1;
  for (size_t i = 0; i < count; ++i) {
    uint64_t slot = Mix(keys[i]) & mask;
    while (index[slot] != kEmpty && keys[index[slot]] != keys[i]) slot = (slot + 1) & mask;
    if (index[slot] != kEmpty) {
      (*repeats)[i] = true;
      if (first != nullptr && first->size() < first_limit) first->push_back(index[slot]);
      continue;
    }
    index[slot] = static_cast<uint32_t>(i);
    if (2 * ++distinct <= index.size()) continue;
    std::vector<uint32_t> grown(index.size() * 2, kEmpty);
    mask = grown.size() - 1;
    for (const uint32_t known : index) {
      if (known == kEmpty) continue;
      uint64_t place = Mix(keys[known]) & mask;
      while (grown[place] != kEmpty) place = (place + 1) & mask;
      grown[place] = known;
    }
    index.swap(grown);
  }
}

uint64_t DistinctKeys::Densify(uint64_t* keys, size_t count) {
  size_t slots = 64;
  while (slots < 2 * count) slots *= 2;
  struct Entry {
    uint64_t key;
    uint64_t number;
  };
  std::vector<Entry> table(slots, Entry{0, UINT64_MAX});
  const uint64_t mask = slots - 1;
  uint64_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    uint64_t slot = Mix(keys[i]) & mask;
    while (table[slot].number != UINT64_MAX && table[slot].key != keys[i]) slot = (slot + 1) & mask;
    if (table[slot].number == UINT64_MAX) table[slot] = {keys[i], next++};
    keys[i] = table[slot].number;
  }
  return next;
}

}  // namespace seriesguard
