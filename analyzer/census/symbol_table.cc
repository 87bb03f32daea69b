// SPDX-License-Identifier: Apache-2.0
//
// symbol_table.cc: open addressing with linear probing at most three quarters full. Entries stand in pieces of one or
// more adjoining chunks: small pieces first, so that a small dump touches little memory, then pieces of a huge page.
#include "analyzer/census/symbol_table.h"

#include <algorithm>
#include <utility>

#include "analyzer/census/on_threads.h"

namespace seriesguard {
namespace {
constexpr size_t kFirstSlots = 256;
constexpr int kFirstShift = 32 - 8;
}  // namespace

Block SymbolTable::EmptySlots(size_t count) {
  Block block = AllocateBlock(count * sizeof(Slot));
  std::memset(block.get(), 0, count * sizeof(Slot));
  return block;
}

SymbolTable::SymbolTable(const HashKey& key)
    : key_(key),
      slot_block_(EmptySlots(kFirstSlots)),
      slots_(reinterpret_cast<Slot*>(slot_block_.get())),
      mask_(kFirstSlots - 1),
      shift_(kFirstShift) {
  places_.push_back(Store("", kNoSymbol));
}

uint32_t SymbolTable::Store(std::string_view text, Symbol symbol) {
  const size_t size = 8 + text.size();
  const size_t units = (size + kUnit - 1) / kUnit;
  const size_t units_here = chunks_.size() * kUnitsPerChunk;
  if (next_unit_ + units > units_here) {
    size_t piece = units * kUnit;
    if (storage_bytes_ >= kLargePieceBytes && piece < kLargePieceBytes) piece = kLargePieceBytes;
    const size_t chunk_count = (piece + kChunkBytes - 1) / kChunkBytes;
    storage_.push_back(AllocateBlock(chunk_count * kChunkBytes));
    storage_bytes_ += chunk_count * kChunkBytes;
    // The very first entry is the empty symbol; place 0 stays free, because it marks an empty slot.
    next_unit_ = units_here == 0 ? 1 : units_here;
    for (size_t i = 0; i < chunk_count; ++i) chunks_.push_back(storage_.back().get() + i * kChunkBytes);
  }
  const uint32_t place = static_cast<uint32_t>(next_unit_);
  char* entry = const_cast<char*>(At(place));
  const uint32_t head[2] = {symbol, static_cast<uint32_t>(text.size())};
  std::memcpy(entry, head, sizeof head);
  std::memcpy(entry + sizeof head, text.data(), text.size());
  next_unit_ += units;
  return place;
}

Symbol SymbolTable::Add(std::string_view text, uint32_t hash, size_t slot) {
  const Symbol symbol = static_cast<Symbol>(places_.size());
  const uint32_t place = Store(text, symbol);
  places_.push_back(place);
  slots_[slot] = {hash, place};
  if (places_.size() * 4 > (mask_ + 1) * 3) Grow();
  return symbol;
}

void SymbolTable::Grow() {
  const size_t old_count = mask_ + 1;
  Block old_block = EmptySlots(old_count * 2);
  old_block.swap(slot_block_);
  const Slot* old = slots_;
  slots_ = reinterpret_cast<Slot*>(slot_block_.get());
  mask_ = old_count * 2 - 1;
  --shift_;
  // The index is the hash's top bits, so that old order is nearly new order: this reads and writes straight through.
  for (size_t i = 0; i < old_count; ++i) {
    const Slot moved = old[i];
    if (moved.place == 0) continue;
    size_t slot = moved.hash >> shift_;
    while (slots_[slot].place != 0) slot = (slot + 1) & mask_;
    slots_[slot] = moved;
  }
}

std::vector<SymbolTable::Index> SymbolTable::Indices() const {
  std::vector<Index> indices = {{slots_, mask_, shift_, 0, 0}};
  for (const AdoptedIndex& index : adopted_) {
    indices.push_back({reinterpret_cast<const Slot*>(index.block.get()), index.mask, index.shift, index.first_symbol,
                       index.first_place});
  }
  return indices;
}

Symbol SymbolTable::FindIn(const Index& index, std::string_view text, uint32_t hash) const {
  for (size_t slot = hash >> index.shift; index.slots[slot].place != 0; slot = (slot + 1) & index.mask) {
    if (index.slots[slot].hash != hash) continue;
    const char* entry = At(index.slots[slot].place + index.first_place);
    uint32_t head[2];
    std::memcpy(head, entry, sizeof head);
    if (head[1] == text.size() && EqualText(entry + sizeof head, text.data(), text.size())) {
      return head[0] + index.first_symbol;
    }
  }
  return kNoSymbol;
}

Symbol SymbolTable::Find(std::string_view text) const {
  if (text.empty()) return kNoSymbol;
  const uint32_t hash = Hash(text);
  for (const Index& index : Indices()) {
    const Symbol symbol = FindIn(index, text, hash);
    if (symbol != kNoSymbol) return symbol;
  }
  return kNoSymbol;
}

// Looks up what the slots [begin, end) of `other` hold. Strings that are not here are left as they are in `found`.
void SymbolTable::FindSlots(const SymbolTable& other, size_t begin, size_t end, std::vector<Symbol>* found) const {
  constexpr size_t kDistance = 16;
  struct Candidate {
    uint32_t hash, place;
  };
  const auto settle = [&](const Candidate& candidate, const Index& index) {
    const char* entry = other.At(candidate.place);
    uint32_t head[2];
    std::memcpy(head, entry, sizeof head);
    const Symbol symbol = FindIn(index, {entry + sizeof head, head[1]}, candidate.hash);
    // What an earlier index knows stays: that is the symbol that later ones were told to use.
    if (symbol != kNoSymbol && (*found)[head[0]] == kNoSymbol) (*found)[head[0]] = symbol;
  };
  for (const Index& index : Indices()) {
    Candidate ahead[kDistance];  // hashes that occur on both sides; their bytes are on their way from memory
    size_t seen = 0;
    for (size_t i = begin; i < end; ++i) {
      const Slot theirs = other.slots_[i];
      if (theirs.place == 0) continue;
      size_t slot = theirs.hash >> index.shift;
      while (index.slots[slot].place != 0 && index.slots[slot].hash != theirs.hash) slot = (slot + 1) & index.mask;
      if (index.slots[slot].place == 0) continue;
      __builtin_prefetch(other.At(theirs.place));
      __builtin_prefetch(At(index.slots[slot].place + index.first_place));
      Candidate& oldest = ahead[seen % kDistance];
      if (seen >= kDistance) settle(oldest, index);
      oldest = {theirs.hash, theirs.place};
      ++seen;
    }
    for (size_t i = seen - std::min(seen, kDistance); i < seen; ++i) settle(ahead[i % kDistance], index);
  }
}

std::vector<Symbol> SymbolTable::Adopt(SymbolTable&& other, size_t threads) {
  constexpr size_t kSlotsWorthAThread = 1 << 16;
  std::vector<Symbol> symbols(other.size(), kNoSymbol);
  const size_t slots = other.mask_ + 1;
  const size_t shares = std::max<size_t>(std::min(threads, slots / kSlotsWorthAThread), 1);
  OnThreads(shares, [this, &other, &symbols, slots, shares](size_t i) {
    FindSlots(other, slots * i / shares, slots * (i + 1) / shares, &symbols);
  });

  const Symbol first_symbol = static_cast<Symbol>(size());
  const uint32_t first_place = static_cast<uint32_t>(chunks_.size() * kUnitsPerChunk);
  for (Symbol symbol = 1; symbol < symbols.size(); ++symbol) {
    if (symbols[symbol] == kNoSymbol) symbols[symbol] = first_symbol + symbol;
  }
  places_.reserve(places_.size() + other.places_.size());
  for (const uint32_t place : other.places_) places_.push_back(first_place + place);
  chunks_.insert(chunks_.end(), other.chunks_.begin(), other.chunks_.end());
  for (Block& block : other.storage_) storage_.push_back(std::move(block));
  storage_bytes_ += other.storage_bytes_;
  next_unit_ = chunks_.size() * kUnitsPerChunk;
  adopted_.push_back({std::move(other.slot_block_), other.mask_, other.shift_, first_symbol, first_place});
  return symbols;
}

void SymbolTable::DropIndex() {
  // The smallest index, without any string: what is asked against the contract finds nothing and breaks nothing.
  slot_block_ = EmptySlots(kFirstSlots);
  slots_ = reinterpret_cast<Slot*>(slot_block_.get());
  mask_ = kFirstSlots - 1;
  shift_ = kFirstShift;
  adopted_.clear();
}

size_t SymbolTable::bytes() const {
  size_t slots = mask_ + 1;
  for (const AdoptedIndex& index : adopted_) slots += index.mask + 1;
  return slots * sizeof(Slot) + places_.capacity() * sizeof(uint32_t) + storage_bytes_;
}

}  // namespace seriesguard
