// SPDX-License-Identifier: Apache-2.0
//
// number_column_test.cc: a column against a plain vector, through every way that it can be filled and joined.
#include "analyzer/census/number_column.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

std::vector<uint32_t> Decoded(const NumberColumn& column) {
  std::vector<uint32_t> numbers;
  for (const NumberColumn::Segment& segment : column.segments()) {
    const size_t begin = numbers.size();
    numbers.resize(begin + segment.rows);
    DecodeSegment(segment, 0, segment.rows, numbers.data() + begin);
  }
  return numbers;
}

void Fill(const std::vector<uint32_t>& numbers, NumberColumn* column, ByteArena* arena) {
  for (uint32_t row = 0; row < numbers.size(); ++row) column->Set(row, numbers[row], arena);
  column->Seal(static_cast<uint32_t>(numbers.size()), arena);
}

// Runs of 1 to `longest_run` rows, numbers within `range` of a base.
std::vector<uint32_t> RandomNumbers(size_t rows, uint32_t longest_run, uint32_t base, uint32_t range,
                                    std::mt19937* random) {
  std::vector<uint32_t> numbers;
  while (numbers.size() < rows) {
    const uint32_t number = base + (*random)() % range;
    for (uint32_t run = 1 + (*random)() % longest_run; run > 0 && numbers.size() < rows; --run)
      numbers.push_back(number);
  }
  return numbers;
}

TEST(NumberColumn, HoldsItsInitialNumberUntilTheFirstSet) {
  ByteArena arena;
  NumberColumn column(7);
  column.Set(0, 7, &arena);
  column.Set(500, 8, &arena);
  EXPECT_EQ(column.current(), 8u);
  column.Seal(501, &arena);
  std::vector<uint32_t> expected(500, 7);
  expected.push_back(8);
  EXPECT_EQ(Decoded(column), expected);
  EXPECT_EQ(arena.bytes(), 0u);  // two runs need no bytes a row
}

TEST(NumberColumn, OfNoRowsIsEmpty) {
  ByteArena arena;
  NumberColumn column;
  column.Seal(0, &arena);
  EXPECT_TRUE(column.segments().empty());
}

TEST(NumberColumn, LastSetOfARowCounts) {
  ByteArena arena;
  NumberColumn column;
  column.Set(0, 1, &arena);
  column.Set(1, 2, &arena);
  column.Set(1, 3, &arena);
  column.Set(2, 4, &arena);
  column.Seal(3, &arena);
  EXPECT_EQ(Decoded(column), (std::vector<uint32_t>{1, 3, 4}));
}

TEST(NumberColumn, AgreesWithAVectorForEveryShapeOfRuns) {
  std::mt19937 random(20240612);
  for (const uint32_t longest_run : {1u, 2u, 40u, 255u, 256u, 257u, 3000u}) {
    for (const uint32_t range : {1u, 2u, 256u, 257u, 65'536u, 65'537u, 4'000'000'000u}) {
      for (const size_t rows : {1, 15, 16, 17, 63, 64, 65, 1023, 1024, 1025, 2049, 20'000}) {
        const std::vector<uint32_t> numbers = RandomNumbers(rows, longest_run, 1000, range, &random);
        ByteArena arena;
        NumberColumn column;
        Fill(numbers, &column, &arena);
        ASSERT_EQ(Decoded(column), numbers) << longest_run << " " << range << " " << rows;
        for (int i = 0; i < 20; ++i) {
          const uint32_t row = random() % rows;
          ASSERT_EQ(NumberOfRow(column, row), numbers[row]);
        }
        for (const auto& segment : column.segments()) {
          ASSERT_TRUE(segment.width == 0 || segment.rows <= NumberColumn::kSegmentRows);
          const uint32_t from = random() % segment.rows, count = random() % (segment.rows - from + 1);
          std::vector<uint32_t> part(count + 1, 4711);
          DecodeSegment(segment, from, count, part.data());
          ASSERT_EQ(part[count], 4711u);  // not one more
        }
      }
    }
  }
}

TEST(NumberColumn, TakesAsManyBytesARowAsItsRangeNeeds) {
  const struct {
    uint32_t range;
    uint8_t width;
  } table[] = {{256, 1}, {257, 2}, {65'536, 2}, {65'537, 4}};
  for (const auto& row : table) {
    ByteArena arena;
    NumberColumn column;
    std::vector<uint32_t> numbers;
    for (uint32_t i = 0; i < 1024; ++i) numbers.push_back(1'000'000 + (i % 2 == 0 ? 0 : row.range - 1));
    Fill(numbers, &column, &arena);
    ASSERT_EQ(column.segments().size(), 1u);
    EXPECT_EQ(column.segments()[0].width, row.width) << row.range;
    EXPECT_EQ(Decoded(column), numbers);
  }
}

TEST(NumberColumn, LongRunIsOneSegmentOfAnyLength) {
  ByteArena arena;
  NumberColumn column;
  column.Set(0, 5, &arena);
  column.Set(1'000'000, 6, &arena);
  column.Seal(3'000'000, &arena);
  ASSERT_EQ(column.segments().size(), 2u);
  EXPECT_EQ(column.segments()[0].rows, 1'000'000u);
  EXPECT_EQ(column.segments()[1].rows, 2'000'000u);
  EXPECT_EQ(NumberOfRow(column, 999'999), 5u);
  EXPECT_EQ(NumberOfRow(column, 1'000'000), 6u);
  EXPECT_EQ(NumberOfRow(column, 3'000'000), 0u);  // no such row
}

TEST(NumberColumn, AppendKeepsEachPartsDictionary) {
  std::mt19937 random(3);
  ByteArena arena;
  NumberColumn joined;
  joined.Seal(0, &arena);
  std::vector<uint32_t> expected;
  std::vector<uint8_t> dictionaries;
  for (uint8_t dictionary = 0; dictionary < 40; ++dictionary) {
    const std::vector<uint32_t> numbers =
        RandomNumbers(random() % 3000, 1 + random() % 600, 0, 1 + random() % 70'000, &random);
    ByteArena other_arena;
    NumberColumn part;
    Fill(numbers, &part, &other_arena);
    joined.Append(std::move(part), dictionary);
    arena.Adopt(std::move(other_arena));
    EXPECT_EQ(other_arena.bytes(), 0u);
    expected.insert(expected.end(), numbers.begin(), numbers.end());
    dictionaries.insert(dictionaries.end(), numbers.size(), dictionary);
    joined.AppendRun(77, 10);
    joined.AppendRun(78, 0);
    expected.insert(expected.end(), 10, 77);
    dictionaries.insert(dictionaries.end(), 10, 0);
  }
  ASSERT_EQ(Decoded(joined), expected);
  for (uint32_t row = 0; row < expected.size(); row += 13) {
    uint8_t dictionary = 255;
    ASSERT_EQ(NumberOfRow(joined, row, &dictionary), expected[row]);
    ASSERT_EQ(dictionary, dictionaries[row]);
  }
}

TEST(NumberColumn, AppendShiftedAddsModuloTheWord) {
  ByteArena arena;
  NumberColumn joined, part;
  Fill({10, 11, 4'294'967'290u}, &joined, &arena);
  Fill({3, 3, 300, 70'000}, &part, &arena);
  joined.AppendShifted(std::move(part), 0u - 5);
  EXPECT_EQ(Decoded(joined),
            (std::vector<uint32_t>{10, 11, 4'294'967'290u, 4'294'967'294u, 4'294'967'294u, 295, 69'995}));
}

TEST(ByteArena, HandsOutDisjointAlignedPieces) {
  ByteArena arena;
  std::vector<std::pair<uint8_t*, size_t>> pieces;
  std::mt19937 random(8);
  for (int i = 0; i < 2000; ++i) {
    const size_t size = i % 500 == 0 ? 1 << 20 : 1 + random() % 5000;
    uint8_t* piece = arena.Allocate(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % 4, 0u);
    for (size_t b = 0; b < size; ++b) piece[b] = static_cast<uint8_t>(i);
    pieces.emplace_back(piece, size);
  }
  size_t sum = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    sum += pieces[i].second;
    ASSERT_EQ(pieces[i].first[0], static_cast<uint8_t>(i));
    ASSERT_EQ(pieces[i].first[pieces[i].second - 1], static_cast<uint8_t>(i));
  }
  EXPECT_GE(arena.bytes(), sum);
}

}  // namespace
}  // namespace seriesguard
