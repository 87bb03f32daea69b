// SPDX-License-Identifier: Apache-2.0
//
// number_column.h: one number a row, stored in as few bytes as the numbers near it need.
//
// Use:      a label's symbols, and line numbers, of one sample name; rows are only ever appended.
// Threads:  one writer; after Seal() any number of readers.
// Memory:   nothing a row while the number stays the same; else 1, 2 or 4 bytes a row in segments of 1,024, packed as
//           distances from the segment's smallest number.
// Cost:     Set: a compare when the number is the same, else a store; once in 1,024 rows a pass over the segment.
//
// Invariants
//   1. Rows [0, run_begin_) are in the segments and the open buffer, rows from run_begin_ on all hold current_.
//   2. A segment of width 0 is a run of any length; any other has at most kSegmentRows rows.
#ifndef SERIESGUARD_ANALYZER_CENSUS_NUMBER_COLUMN_H_
#define SERIESGUARD_ANALYZER_CENSUS_NUMBER_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace seriesguard {

// Bytes that live until the census dies, handed out without any given back.
class ByteArena {
 public:
  uint8_t* Allocate(size_t bytes);
  size_t bytes() const { return reserved_; }
  // Takes over everything that `other` handed out.
  void Adopt(ByteArena&& other);

 private:
  static constexpr size_t kChunkBytes = 256 << 10;
  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  uint8_t* next_ = nullptr;
  size_t left_ = 0;
  size_t reserved_ = 0;
};

class NumberColumn {
 public:
  static constexpr uint32_t kSegmentRows = 1024;

  struct Segment {
    const uint8_t* data;
    uint32_t rows;
    uint32_t base;
    uint8_t width;       // 0, 1, 2 or 4 bytes a row
    uint8_t dictionary;  // which remapping of symbols applies; see SeriesTable
  };

  // The column holds `initial` for every row until the first Set.
  explicit NumberColumn(uint32_t initial = 0) : current_(initial) {}

  // Says that `row` and the rows after it hold `number`, until the next Set. Rows come in ascending order.
  void Set(uint32_t row, uint32_t number, ByteArena* arena) {
    if (number == current_) return;
    if (row == run_begin_ + 1 && open_rows_ < open_capacity_) {
      open_[open_rows_++] = current_;
      run_begin_ = row;
    } else {
      CloseRun(row, arena);
    }
    current_ = number;
  }

  uint32_t current() const { return current_; }

  // Ends the column at `rows` rows: everything is in segments afterwards.
  void Seal(uint32_t rows, ByteArena* arena);

  // Appends the rows of `other` (both sealed), marking its segments with `dictionary`.
  void Append(NumberColumn&& other, uint8_t dictionary);

  // The same for numbers that are not symbols: `distance` is added to each, modulo 2^32.
  void AppendShifted(NumberColumn&& other, uint32_t distance);

  // Appends `rows` rows of one number to a sealed column.
  void AppendRun(uint32_t number, uint32_t rows);

  const std::vector<Segment>& segments() const { return segments_; }
  size_t bytes() const { return segments_.capacity() * sizeof(Segment) + open_capacity_ * sizeof(uint32_t); }

 private:
  void CloseRun(uint32_t row, ByteArena* arena);
  void FlushOpen(ByteArena* arena);
  void GrowOpen();

  uint32_t current_;
  uint32_t run_begin_ = 0;
  uint32_t open_rows_ = 0;
  uint32_t open_capacity_ = 0;
  std::unique_ptr<uint32_t[]> open_;
  std::vector<Segment> segments_;
};

// The number of one row of a sealed column; `dictionary` (may be null) receives its segment's.
// Cost: linear in the number of segments.
uint32_t NumberOfRow(const NumberColumn& column, uint32_t row, uint8_t* dictionary = nullptr);

// Copies a segment's numbers [from, from + count) to `out`.
void DecodeSegment(const NumberColumn::Segment& segment, uint32_t from, uint32_t count, uint32_t* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_NUMBER_COLUMN_H_
