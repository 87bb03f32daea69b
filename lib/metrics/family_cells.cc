// SPDX-License-Identifier: Apache-2.0
//
// family_cells.cc: see the header. The loops over a whole family are written once, over a way to load a word: relaxed
// atomic where others add meanwhile, plain (and so vectorised by the compiler) where nobody does. A slot that is not wanted is
// masked out and not jumped over: which slots those are follows no pattern.
#include "lib/metrics/family_cells.h"

#include <cstring>

namespace seriesguard {
namespace {

size_t Padded(size_t bytes) { return (bytes + kCellAlignment - 1) / kCellAlignment * kCellAlignment; }
size_t StripesOf(const CellLayout& layout, size_t stripes) { return layout.is_striped ? stripes : 1; }

size_t IntsBytes(const CellLayout& layout, size_t slots) { return Padded(slots * layout.int_words * sizeof(uint64_t)); }
size_t StripeBytes(const CellLayout& layout, size_t slots) {
  return IntsBytes(layout, slots) + Padded(slots * layout.double_words * sizeof(double));
}

struct Shared {
  static uint32_t Generation(const uint32_t* word) {
    return reinterpret_cast<const std::atomic<uint32_t>*>(word)->load(std::memory_order_acquire);
  }
  static uint64_t Load(const uint64_t* word) {
    return reinterpret_cast<const std::atomic<uint64_t>*>(word)->load(std::memory_order_relaxed);
  }
};
struct Private {
  static uint32_t Generation(const uint32_t* word) { return *word; }
  static uint64_t Load(const uint64_t* word) { return *word; }
};

double DoubleOf(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// All ones where the slot is wanted.
template <typename Words>
uint64_t MaskOf(const uint32_t* generation, uint32_t expected) {
  return uint64_t{0} - static_cast<uint64_t>((Words::Generation(generation) == expected) & (expected != 0));
}

// Adds one stripe's array. (An unwanted double becomes +0, which changes no sum: a sum is never -0 where it begins at +0.)
template <typename Words>
void AddInts(const uint32_t* generations, const uint32_t* expected, const uint64_t* __restrict from, size_t slots,
             size_t words, uint64_t* __restrict to) {
  if (words == 1) {
    for (size_t slot = 0; slot < slots; ++slot) {
      const uint64_t mask = MaskOf<Words>(generations + slot, expected[slot]);
      to[slot] += Words::Load(from + slot) & mask;
    }
    return;
  }
  for (size_t slot = 0; slot < slots; ++slot) {
    const uint64_t mask = MaskOf<Words>(generations + slot, expected[slot]);
    for (size_t i = 0; i < words; ++i) to[slot * words + i] += Words::Load(from + slot * words + i) & mask;
  }
}

template <typename Words>
void AddDoubles(const uint32_t* generations, const uint32_t* expected, const uint64_t* __restrict from, size_t slots,
                size_t words, double* __restrict to) {
  if (words == 1) {
    for (size_t slot = 0; slot < slots; ++slot) {
      const uint64_t mask = MaskOf<Words>(generations + slot, expected[slot]);
      to[slot] += DoubleOf(Words::Load(from + slot) & mask);
    }
    return;
  }
  for (size_t slot = 0; slot < slots; ++slot) {
    const uint64_t mask = MaskOf<Words>(generations + slot, expected[slot]);
    for (size_t i = 0; i < words; ++i) to[slot * words + i] += DoubleOf(Words::Load(from + slot * words + i) & mask);
  }
}

template <typename Words>
void AddFamily(const CellLayout& layout, size_t slots, size_t stripes, const char* memory, const uint32_t* expected,
               uint64_t* ints, double* doubles) {
  const auto* const generations = reinterpret_cast<const uint32_t*>(memory);
  const char* stripe = memory + Padded(slots * sizeof(uint32_t));
  for (size_t i = 0; i < StripesOf(layout, stripes); ++i, stripe += StripeBytes(layout, slots)) {
    AddInts<Words>(generations, expected, reinterpret_cast<const uint64_t*>(stripe), slots, layout.int_words, ints);
    AddDoubles<Words>(generations, expected, reinterpret_cast<const uint64_t*>(stripe + IntsBytes(layout, slots)),
                      slots, layout.double_words, doubles);
  }
}

}  // namespace

size_t FamilyCells::BytesFor(const CellLayout& layout, size_t slots, size_t stripes) {
  return Padded(slots * sizeof(uint32_t)) + StripesOf(layout, stripes) * StripeBytes(layout, slots);
}

FamilyCells::FamilyCells(const CellLayout& layout, size_t slots, size_t stripes, void* memory)
    : layout_(layout),
      slots_(slots),
      stripes_(StripesOf(layout, stripes)),
      ints_bytes_(IntsBytes(layout, slots)),
      stripe_bytes_(StripeBytes(layout, slots)),
      generations_(static_cast<std::atomic<uint32_t>*>(memory)),
      first_stripe_(static_cast<char*>(memory) + Padded(slots * sizeof(uint32_t))) {}

void FamilyCells::Zero(size_t slot) {
  for (size_t stripe = 0; stripe < stripes_; ++stripe) {
    for (size_t i = 0; i < layout_.int_words; ++i) ints(slot, stripe)[i].store(0, std::memory_order_relaxed);
    for (size_t i = 0; i < layout_.double_words; ++i) doubles(slot, stripe)[i].store(0, std::memory_order_relaxed);
  }
}

void FamilyCells::AddTotal(size_t slot, uint64_t* out_ints, double* out_doubles) const {
  for (size_t stripe = 0; stripe < stripes_; ++stripe) {
    for (size_t i = 0; i < layout_.int_words; ++i) {
      out_ints[i] += ints(slot, stripe)[i].load(std::memory_order_relaxed);
    }
    for (size_t i = 0; i < layout_.double_words; ++i) {
      out_doubles[i] += doubles(slot, stripe)[i].load(std::memory_order_relaxed);
    }
  }
}

void FamilyCells::AddAll(const uint32_t* expected, uint64_t* out_ints, double* out_doubles) const {
  AddFamily<Shared>(layout_, slots_, stripes_, reinterpret_cast<const char*>(generations_), expected, out_ints,
                    out_doubles);
}

void FamilyCells::AddImage(const CellLayout& layout, size_t slots, size_t stripes, const void* image,
                           const uint32_t* expected, uint64_t* ints, double* doubles) {
  AddFamily<Private>(layout, slots, stripes, static_cast<const char*>(image), expected, ints, doubles);
}

}  // namespace seriesguard
