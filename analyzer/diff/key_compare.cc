// SPDX-License-Identifier: Apache-2.0
//
// key_compare.cc: dense keys set bits; few go into one small table; many are dealt by hash into parts of that size
// first, as distinct_keys.cc does it and for the same reason.
#include "analyzer/diff/key_compare.h"

#include <sys/random.h>

#include <algorithm>
#include <chrono>

namespace seriesguard {
namespace {

constexpr size_t kTableKeys = 8192;   // of one table pass: 256 KiB of slots
constexpr uint64_t kBitsPerKey = 32;  // a bitmap may have so many bits a key
constexpr uint32_t kSeenBefore = 1;
constexpr uint32_t kSeenAfter = 2;

void Clear(uint64_t bound, std::vector<uint64_t>* bits) {
  const size_t words = static_cast<size_t>((bound + 63) / 64);
  if (bits->size() < words) bits->resize(words);
  std::fill_n(bits->begin(), words, 0);
}

}  // namespace

KeyCompare::KeyCompare() {
  if (getrandom(secret_, sizeof secret_, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof secret_)) {
    secret_[0] = reinterpret_cast<uintptr_t>(this);
    secret_[1] = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  secret_[1] |= 1;
}

KeyCompare::Distinct KeyCompare::CompareInBitmaps(Keys before, Keys after, uint64_t bound, std::vector<uint32_t>* gone,
                                                  std::vector<uint32_t>* added) {
  Clear(bound, &bits_before_);
  Clear(bound, &bits_after_);
  uint64_t* const in_before = bits_before_.data();
  uint64_t* const in_after = bits_after_.data();
  Distinct distinct;
  for (uint32_t i = 0; i < before.count; ++i) {
    uint64_t& word = in_before[before.keys[i] >> 6];
    const uint64_t bit = uint64_t{1} << (before.keys[i] & 63);
    distinct.before += (word & bit) == 0;
    word |= bit;
  }
  for (uint32_t i = 0; i < after.count; ++i) {
    uint64_t& word = in_after[after.keys[i] >> 6];
    const uint64_t bit = uint64_t{1} << (after.keys[i] & 63);
    if ((word & bit) != 0) continue;
    word |= bit;
    ++distinct.after;
    if ((in_before[after.keys[i] >> 6] & bit) == 0) added->push_back(i);
  }
  const uint64_t kept = distinct.after - added->size();
  if (kept == distinct.before) return distinct;
  for (uint32_t i = 0; i < before.count; ++i) {
    uint64_t& word = in_after[before.keys[i] >> 6];
    const uint64_t bit = uint64_t{1} << (before.keys[i] & 63);
    if ((word & bit) != 0) continue;
    word |= bit;  // named once
    gone->push_back(i);
  }
  return distinct;
}

// `rows` may be null: then a key's index is its row.
KeyCompare::Distinct KeyCompare::CompareInTable(const uint64_t* before, const uint32_t* before_rows,
                                                size_t before_count, const uint64_t* after, const uint32_t* after_rows,
                                                size_t after_count, std::vector<uint32_t>* gone,
                                                std::vector<uint32_t>* added) {
  size_t slots = 64;
  while (slots < 2 * (before_count + after_count)) slots *= 2;
  if (table_.size() < slots) table_.resize(slots);
  std::fill_n(table_.begin(), slots, Slot{0, 0, 0});
  Slot* const table = table_.data();
  const uint64_t mask = slots - 1;
  const auto find = [&](uint64_t key) {
    uint64_t slot = Mix(key) & mask;
    while (table[slot].stored != 0 && table[slot].stored != key + 1) slot = (slot + 1) & mask;
    return table + slot;
  };
  Distinct distinct;
  for (size_t i = 0; i < before_count; ++i) {
    Slot* const slot = find(before[i]);
    if (slot->stored != 0) continue;
    *slot = {before[i] + 1, before_rows == nullptr ? static_cast<uint32_t>(i) : before_rows[i], kSeenBefore};
    ++distinct.before;
  }
  uint64_t kept = 0;
  for (size_t i = 0; i < after_count; ++i) {
    Slot* const slot = find(after[i]);
    if (slot->stored == 0) {
      const uint32_t row = after_rows == nullptr ? static_cast<uint32_t>(i) : after_rows[i];
      *slot = {after[i] + 1, row, kSeenAfter};
      added->push_back(row);
      ++distinct.after;
    } else if (slot->state == kSeenBefore) {
      slot->state = kSeenBefore | kSeenAfter;
      ++kept;
      ++distinct.after;
    }
  }
  for (size_t slot = 0; slot < slots && kept < distinct.before; ++slot) {
    if (table[slot].state == kSeenBefore) gone->push_back(table[slot].row);
  }
  return distinct;
}

void KeyCompare::Deal(Keys from, int bits, Part* part) const {
  const int shift = 64 - bits;
  part->ends.assign(size_t{1} << bits, 0);
  for (uint32_t i = 0; i < from.count; ++i) ++part->ends[static_cast<size_t>(Mix(from.keys[i]) >> shift)];
  size_t sum = 0;
  for (size_t& end : part->ends) {
    const size_t size = end;
    end = sum;  // the start for now; dealing moves it to the end
    sum += size;
  }
  if (part->keys.size() < from.count) {
    part->keys.resize(from.count);
    part->rows.resize(from.count);
  }
  for (uint32_t i = 0; i < from.count; ++i) {
    const size_t place = part->ends[static_cast<size_t>(Mix(from.keys[i]) >> shift)]++;
    part->keys[place] = from.keys[i];
    part->rows[place] = i;
  }
}

KeyCompare::Distinct KeyCompare::Compare(Keys before, Keys after, uint64_t bound, std::vector<uint32_t>* gone,
                                         std::vector<uint32_t>* added) {
  gone->clear();
  added->clear();
  const size_t count = size_t{before.count} + after.count;
  if (bound <= 4096 || bound / kBitsPerKey <= count) return CompareInBitmaps(before, after, bound, gone, added);
  Distinct distinct;
  if (count <= kTableKeys) {
    distinct = CompareInTable(before.keys, nullptr, before.count, after.keys, nullptr, after.count, gone, added);
  } else {
    int bits = 1;
    while ((count >> bits) > kTableKeys / 2) ++bits;
    Deal(before, bits, &before_);
    Deal(after, bits, &after_);
    size_t b = 0;
    size_t a = 0;
    for (size_t part = 0; part < before_.ends.size(); ++part) {
      const Distinct of_part =
          CompareInTable(before_.keys.data() + b, before_.rows.data() + b, before_.ends[part] - b,
                         after_.keys.data() + a, after_.rows.data() + a, after_.ends[part] - a, gone, added);
      distinct.before += of_part.before;
      distinct.after += of_part.after;
      b = before_.ends[part];
      a = after_.ends[part];
    }
    std::sort(added->begin(), added->end());
  }
  std::sort(gone->begin(), gone->end());
  return distinct;
}

}  // namespace seriesguard
