// SPDX-License-Identifier: Apache-2.0
//
// symbol_table.cc: open addressing with linear probing at most three quarters full. Entries stand in pieces of one or
// more adjoining chunks: small pieces first, so that a small dump touches little memory, then pieces of a huge page.
#include "analyzer/census/symbol_table.h"

#include <utility>

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

Symbol SymbolTable::Find(std::string_view text) const {
  if (text.empty()) return kNoSymbol;
  const uint32_t hash = static_cast<uint32_t>(key_(text) >> 32);
  for (size_t slot = hash >> shift_; slots_[slot].place != 0; slot = (slot + 1) & mask_) {
    if (slots_[slot].hash != hash) continue;
    const char* entry = At(slots_[slot].place);
    uint32_t head[2];
    std::memcpy(head, entry, sizeof head);
    if (head[1] == text.size() && std::memcmp(entry + sizeof head, text.data(), text.size()) == 0) return head[0];
  }
  return kNoSymbol;
}

size_t SymbolTable::bytes() const {
  return (mask_ + 1) * sizeof(Slot) + places_.capacity() * sizeof(uint32_t) + storage_bytes_;
}

}  // namespace seriesguard
