// SPDX-License-Identifier: Apache-2.0
//
// symbol_table.h: every distinct string of a dump once, numbered in order of first appearance.
//
// Use:      label values, label names and metric names share one table a builder; columns hold the numbers.
// Threads:  one at a time; const calls from any thread while nobody interns. Adopt uses threads of its own.
// Memory:   bytes() tells. A symbol costs its bytes, 8 for its head, 4 for its place and, until DropIndex, 11 to 21 for its slot.
// Errors:   none; a table holds at most 2^32 - 1 symbols and 16 GiB of bytes, which the memory limit meets first.
// Cost:     a known string: one keyed hash, one slot, one compare of the bytes (bench/symbol_table_bench.cc).
//           Adopt: both indices are read straight through, because a string's slot is the top bits of its hash; bytes
//           are looked at only where two hashes are equal. Nothing is hashed, copied or inserted.
//
// Invariants
//   1. Two symbols are equal exactly when their bytes are; a hash alone never decides. (Of an adopted symbol: the one
//      that Adopt gives for it.)
//   2. Symbol 0 is the empty string: a label without a value, which does not exist for a server.
//   3. Bytes never move: views live as long as the table.
#ifndef SERIESGUARD_ANALYZER_CENSUS_SYMBOL_TABLE_H_
#define SERIESGUARD_ANALYZER_CENSUS_SYMBOL_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "analyzer/census/huge_pages.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {

using Symbol = uint32_t;
inline constexpr Symbol kNoSymbol = 0;

// True when the `size` bytes at `a` and `b` are equal; label values are short, so a call to memcmp costs more than the
// comparison. Reads nothing outside the two ranges: the last load overlaps the one before.
inline bool EqualText(const char* a, const char* b, size_t size) {
  const auto differ = [a, b](size_t at, auto word) {
    auto other = word;
    std::memcpy(&word, a + at, sizeof word);
    std::memcpy(&other, b + at, sizeof other);
    return word ^ other;
  };
  if (size >= 8) {
    uint64_t difference = differ(size - 8, uint64_t{0});
    for (size_t i = 0; i + 8 < size; i += 8) difference |= differ(i, uint64_t{0});
    return difference == 0;
  }
  if (size >= 4) return (differ(0, uint32_t{0}) | differ(size - 4, uint32_t{0})) == 0;
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

class SymbolTable {
 public:
  explicit SymbolTable(const HashKey& key);
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // Returns the number of `text`, a new one for a new string.
  //
  // Lifetime:  copies the bytes of a new string.
  Symbol Intern(std::string_view text) { return text.empty() ? kNoSymbol : Intern(text, Hash(text)); }

  // The same in three steps, for callers that have many strings at hand and other work between the steps: memory is
  // slow, and each step asks for the line that the next one needs.
  uint32_t Hash(std::string_view text) const { return static_cast<uint32_t>(key_(text) >> 32); }
  void PrefetchSlot(uint32_t hash) const { __builtin_prefetch(&slots_[hash >> shift_]); }
  void PrefetchEntry(uint32_t hash) const {
    size_t slot = hash >> shift_;
    while (slots_[slot].place != 0 && slots_[slot].hash != hash) slot = (slot + 1) & mask_;
    if (slots_[slot].place != 0) __builtin_prefetch(At(slots_[slot].place));
  }
  // Requires: `text` is not empty and `hash` is Hash(text).
  Symbol Intern(std::string_view text, uint32_t hash) {
    for (size_t slot = hash >> shift_;; slot = (slot + 1) & mask_) {
      const Slot& candidate = slots_[slot];
      if (candidate.place == 0) return Add(text, hash, slot);
      if (candidate.hash == hash) {
        const char* entry = At(candidate.place);
        uint32_t head[2];
        std::memcpy(head, entry, sizeof head);
        if (head[1] == text.size() && EqualText(entry + sizeof head, text.data(), text.size())) return head[0];
      }
    }
  }

  // Takes over all strings of `other`, which has the same hash key, and works on up to `threads` threads. The result
  // tells for each symbol of `other` which one stands for its string here. No string may be interned afterwards.
  std::vector<Symbol> Adopt(SymbolTable&& other, size_t threads);

  // Gives back the memory that only Intern, Adopt and Find need; none of them may be called afterwards.
  void DropIndex();

  // Returns the number of `text`, or kNoSymbol when it was never interned (or is empty).
  Symbol Find(std::string_view text) const;

  // True when the symbol's bytes are `text`.
  bool IsText(Symbol symbol, std::string_view text) const {
    const std::string_view known = Text(symbol);
    return known.size() == text.size() && EqualText(known.data(), text.data(), text.size());
  }

  // The bytes of a symbol. Lifetime: the table's.
  std::string_view Text(Symbol symbol) const {
    const char* entry = At(places_[symbol]);
    uint32_t size;
    std::memcpy(&size, entry + 4, sizeof size);
    return {entry + 8, size};
  }

  // Asks memory for the bytes of a symbol that Text will soon be asked for.
  void PrefetchText(Symbol symbol) const { __builtin_prefetch(At(places_[symbol])); }

  // How many symbols there are, the empty one included.
  size_t size() const { return places_.size(); }
  size_t bytes() const;

 private:
  // `place` counts 4-byte units from the start of all chunks; 0 = an empty slot.
  struct Slot {
    uint32_t hash;
    uint32_t place;
  };
  // The index of an adopted table, whose places and symbols are counted from its own beginning.
  struct AdoptedIndex {
    Block block;
    size_t mask;
    int shift;
    Symbol first_symbol;
    uint32_t first_place;
  };
  // Any index of this table.
  struct Index {
    const Slot* slots;
    size_t mask;
    int shift;
    Symbol first_symbol;
    uint32_t first_place;
  };
  static constexpr size_t kChunkBytes = 128 << 10;
  static constexpr size_t kLargePieceBytes = 2 << 20;
  static constexpr size_t kUnit = 4;
  static constexpr size_t kUnitsPerChunk = kChunkBytes / kUnit;

  const char* At(uint32_t place) const { return chunks_[place / kUnitsPerChunk] + (place % kUnitsPerChunk) * kUnit; }
  Symbol Add(std::string_view text, uint32_t hash, size_t slot);
  uint32_t Store(std::string_view text, Symbol symbol);
  void Grow();
  std::vector<Index> Indices() const;
  Symbol FindIn(const Index& index, std::string_view text, uint32_t hash) const;
  void FindSlots(const SymbolTable& other, size_t begin, size_t end, std::vector<Symbol>* found) const;
  static Block EmptySlots(size_t count);

  const HashKey key_;
  Block slot_block_;
  Slot* slots_;
  size_t mask_;
  int shift_;
  std::vector<uint32_t> places_;     // by symbol
  std::vector<const char*> chunks_;  // start of each kChunkBytes of the address space of places
  std::vector<Block> storage_;
  size_t storage_bytes_ = 0;
  size_t next_unit_ = 0;  // where the next entry goes
  std::vector<AdoptedIndex> adopted_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SYMBOL_TABLE_H_
