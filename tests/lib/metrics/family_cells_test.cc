// SPDX-License-Identifier: Apache-2.0
//
// family_cells_test.cc: the layout byte by byte, and the fast sums against slow ones.
#include "lib/metrics/family_cells.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/metrics/cell_memory.h"

namespace seriesguard {
namespace {

TEST(FamilyCells, LaysItsArraysOutAsTheFileFormatSays) {
  CellMemory family(CellLayout::Histogram(2), /*slots=*/5, /*stripes=*/2);  // 3 ints and a double a slot
  const size_t generations = 128, ints = 128, doubles = 128;                // 20, 120 and 40 bytes, padded
  EXPECT_EQ(family.bytes, generations + 2 * (ints + doubles));
  family.cells.SetGeneration(4, 77);
  family.cells.ints(3, 1)[2].store(5);
  family.cells.doubles(4, 1)->store(2.5);
  uint32_t generation;
  std::memcpy(&generation, family.memory.get() + 4 * 4, sizeof(generation));
  uint64_t count;
  std::memcpy(&count, family.memory.get() + generations + (ints + doubles) + (3 * 3 + 2) * 8, sizeof(count));
  double sum;
  std::memcpy(&sum, family.memory.get() + generations + (ints + doubles) + ints + 4 * 8, sizeof(sum));
  EXPECT_EQ(generation, 77u);
  EXPECT_EQ(count, 5u);
  EXPECT_EQ(sum, 2.5);
}

TEST(FamilyCells, HasOneStripeWhereTheLayoutHasNone) {
  CellMemory family(CellLayout::Gauge(), 16, 8);
  EXPECT_EQ(family.cells.stripes(), 1u);
  EXPECT_EQ(family.bytes, 128u + 128u + 128u);
}

TEST(FamilyCells, SharesNoCacheLineBetweenStripes) {
  for (const size_t slots : {size_t{1}, size_t{15}, size_t{17}, size_t{64}}) {
    CellMemory family(CellLayout::Counter(), slots, 4);
    const auto begin = [&](size_t stripe) { return reinterpret_cast<uintptr_t>(family.cells.ints(0, stripe)); };
    for (size_t stripe = 0; stripe < 4; ++stripe) EXPECT_EQ(begin(stripe) % kCellAlignment, 0u);
    EXPECT_EQ(reinterpret_cast<char*>(family.cells.doubles(slots - 1, 3) + 1) <= family.memory.get() + family.bytes,
              true);
    EXPECT_GE(begin(1), reinterpret_cast<uintptr_t>(family.cells.doubles(slots - 1, 0) + 1));
  }
}

TEST(FamilyCells, ZeroesOneSlotInAllStripesAndNoOther) {
  CellMemory family(CellLayout::Histogram(3), 4, 2);
  for (size_t slot = 0; slot < 4; ++slot) {
    for (size_t stripe = 0; stripe < 2; ++stripe) {
      for (size_t i = 0; i < 4; ++i) family.cells.ints(slot, stripe)[i].store(10 * slot + 1);
      family.cells.doubles(slot, stripe)->store(0.5);
    }
  }
  family.cells.Zero(2);
  for (size_t slot = 0; slot < 4; ++slot) {
    std::vector<uint64_t> ints(4);
    double sum = 0;
    family.cells.AddTotal(slot, ints.data(), &sum);
    EXPECT_EQ(ints, std::vector<uint64_t>(4, slot == 2 ? 0 : 2 * (10 * slot + 1)));
    EXPECT_EQ(sum, slot == 2 ? 0 : 1);
  }
}

// Every layout, number of slots and of stripes, random generations: both fast sums are those of AddTotal.
TEST(FamilyCells, AddsAWholeFamilyAsSlotBySlot) {
  std::mt19937 random(1);
  for (const CellLayout& layout : {CellLayout::Counter(), CellLayout::Gauge(), CellLayout::Histogram(12),
                                   CellLayout::Histogram(0), CellLayout{2, 3, true}}) {
    for (const size_t slots : {size_t{1}, size_t{7}, size_t{64}, size_t{333}}) {
      for (const size_t stripes : {size_t{1}, size_t{2}, size_t{8}}) {
        CellMemory family(layout, slots, stripes);
        std::vector<uint32_t> expected(slots);
        for (size_t slot = 0; slot < slots; ++slot) {
          family.cells.SetGeneration(slot, random() % 3);
          expected[slot] = random() % 3;
          for (size_t stripe = 0; stripe < family.cells.stripes(); ++stripe) {
            for (size_t i = 0; i < layout.int_words; ++i) family.cells.ints(slot, stripe)[i].store(random());
            for (size_t i = 0; i < layout.double_words; ++i)
              family.cells.doubles(slot, stripe)[i].store(random() / 4.0);
          }
        }
        std::vector<uint64_t> ints(slots * layout.int_words, 3), fast_ints = ints, image_ints = ints;
        std::vector<double> doubles(slots * layout.double_words, 1), fast_doubles = doubles, image_doubles = doubles;
        for (size_t slot = 0; slot < slots; ++slot) {
          if (expected[slot] == 0 || family.cells.generation(slot) != expected[slot]) continue;
          family.cells.AddTotal(slot, &ints[slot * layout.int_words], &doubles[slot * layout.double_words]);
        }
        family.cells.AddAll(expected.data(), fast_ints.data(), fast_doubles.data());
        const std::vector<uint64_t> image(reinterpret_cast<const uint64_t*>(family.memory.get()),
                                          reinterpret_cast<const uint64_t*>(family.memory.get() + family.bytes));
        FamilyCells::AddImage(layout, slots, stripes, image.data(), expected.data(), image_ints.data(),
                              image_doubles.data());
        EXPECT_EQ(fast_ints, ints);
        EXPECT_EQ(fast_doubles, doubles);
        EXPECT_EQ(image_ints, ints);
        EXPECT_EQ(image_doubles, doubles);
      }
    }
  }
}

// What stands in a slot that nobody wants may be anything.
TEST(FamilyCells, LetsNothingOfAnUnwantedSlotThrough) {
  CellMemory family(CellLayout::Counter(), 2, 1);
  for (size_t slot = 0; slot < 2; ++slot) {
    family.cells.SetGeneration(slot, 5);
    family.cells.ints(slot)->store(UINT64_MAX);
    family.cells.doubles(slot)->store(std::numeric_limits<double>::quiet_NaN());
  }
  const uint32_t expected[2] = {0, 4};
  uint64_t ints[2] = {1, 2};
  double doubles[2] = {1, 2};
  family.cells.AddAll(expected, ints, doubles);
  FamilyCells::AddImage(CellLayout::Counter(), 2, 1, family.memory.get(), expected, ints, doubles);
  EXPECT_EQ(ints[0] + ints[1], 3u);
  EXPECT_EQ(doubles[0] + doubles[1], 3);
}

// A reader that loads the generation first never meets words from before it (invariant 2).
TEST(FamilyCells, ShowsNoWordsFromBeforeItsGeneration) {
  CellMemory family(CellLayout::Counter(), 1, 2);
  constexpr uint32_t kGenerations = 2000;
  std::thread owner([&family] {
    for (uint32_t generation = 1; generation <= kGenerations; ++generation) {
      family.cells.SetGeneration(0, 0);
      family.cells.Zero(0);
      family.cells.SetGeneration(0, generation);
      // Counts above 2^32 tell which generation they are of; a later one only counts higher.
      family.cells.ints(0, generation % 2)->fetch_add(uint64_t{generation} << 32);
    }
  });
  for (uint32_t wanted = 1; wanted < kGenerations;) {
    uint64_t count = 0;
    double rest = 0;
    const uint32_t now = family.cells.generation(0);
    if (now != 0) wanted = now;
    family.cells.AddAll(&wanted, &count, &rest);
    if (count != 0) {
      EXPECT_GE(count >> 32, wanted);
    }
  }
  owner.join();
}

}  // namespace
}  // namespace seriesguard
