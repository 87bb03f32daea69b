// SPDX-License-Identifier: Apache-2.0
//
// number_column.cc: runs of at least kLongRun rows become segments of their own, shorter ones go through the buffer.
#include "analyzer/census/number_column.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace seriesguard {
namespace {

constexpr uint32_t kLongRun = 256;
constexpr uint32_t kFirstCapacity = 16;

template <typename T>
void Pack(const uint32_t* numbers, uint32_t rows, uint32_t base, uint8_t* out) {
  T* packed = reinterpret_cast<T*>(out);
  for (uint32_t i = 0; i < rows; ++i) packed[i] = static_cast<T>(numbers[i] - base);
}

template <typename T>
void Unpack(const uint8_t* data, uint32_t from, uint32_t count, uint32_t base, uint32_t* out) {
  const T* packed = reinterpret_cast<const T*>(data) + from;
  for (uint32_t i = 0; i < count; ++i) out[i] = base + packed[i];
}

}  // namespace

uint8_t* ByteArena::Allocate(size_t bytes) {
  bytes = (bytes + 3) & ~size_t{3};
  if (bytes > left_) {
    const size_t size = std::max(bytes, kChunkBytes);
    chunks_.push_back(std::unique_ptr<uint8_t[]>(new uint8_t[size]));
    reserved_ += size;
    next_ = chunks_.back().get();
    left_ = size;
  }
  uint8_t* result = next_;
  next_ += bytes;
  left_ -= bytes;
  return result;
}

void ByteArena::Adopt(ByteArena&& other) {
  for (auto& chunk : other.chunks_) chunks_.push_back(std::move(chunk));
  reserved_ += other.reserved_;
  other.chunks_.clear();
  other.next_ = nullptr;
  other.left_ = 0;
  other.reserved_ = 0;
}

void NumberColumn::GrowOpen() {
  const uint32_t capacity = open_capacity_ == 0 ? kFirstCapacity : std::min(open_capacity_ * 4, kSegmentRows);
  std::unique_ptr<uint32_t[]> grown(new uint32_t[capacity]);
  if (open_rows_ > 0) std::memcpy(grown.get(), open_.get(), open_rows_ * sizeof(uint32_t));
  open_ = std::move(grown);
  open_capacity_ = capacity;
}

void NumberColumn::FlushOpen(ByteArena* arena) {
  if (open_rows_ == 0) return;
  uint32_t low = open_[0], high = open_[0];
  for (uint32_t i = 1; i < open_rows_; ++i) {
    low = std::min(low, open_[i]);
    high = std::max(high, open_[i]);
  }
  const uint32_t range = high - low;
  Segment segment{nullptr, open_rows_, low, 0, 0};
  if (range > 0) {
    segment.width = range < 256 ? 1 : range < 65536 ? 2 : 4;
    uint8_t* data = arena->Allocate(size_t{open_rows_} * segment.width);
    if (segment.width == 1) {
      Pack<uint8_t>(open_.get(), open_rows_, low, data);
    } else if (segment.width == 2) {
      Pack<uint16_t>(open_.get(), open_rows_, low, data);
    } else {
      Pack<uint32_t>(open_.get(), open_rows_, low, data);
    }
    segment.data = data;
  }
  segments_.push_back(segment);
  open_rows_ = 0;
}

void NumberColumn::CloseRun(uint32_t row, ByteArena* arena) {
  uint32_t rows = row - run_begin_;
  run_begin_ = row;
  if (rows >= kLongRun) {
    FlushOpen(arena);
    segments_.push_back({nullptr, rows, current_, 0, 0});
    return;
  }
  while (rows > 0) {
    if (open_rows_ == open_capacity_) {
      if (open_capacity_ < kSegmentRows)
        GrowOpen();
      else
        FlushOpen(arena);
    }
    const uint32_t count = std::min(rows, open_capacity_ - open_rows_);
    std::fill_n(open_.get() + open_rows_, count, current_);
    open_rows_ += count;
    rows -= count;
  }
}

void NumberColumn::Seal(uint32_t rows, ByteArena* arena) {
  CloseRun(rows, arena);
  FlushOpen(arena);
  open_.reset();
  open_capacity_ = 0;
}

void NumberColumn::Append(NumberColumn&& other, uint8_t dictionary) {
  for (Segment segment : other.segments_) {
    segment.dictionary = dictionary;
    segments_.push_back(segment);
  }
  run_begin_ += other.run_begin_;
}

void NumberColumn::AppendShifted(NumberColumn&& other, uint32_t distance) {
  for (Segment segment : other.segments_) {
    segment.base += distance;
    segments_.push_back(segment);
  }
  run_begin_ += other.run_begin_;
}

void NumberColumn::AppendRun(uint32_t number, uint32_t rows) {
  if (rows == 0) return;
  segments_.push_back({nullptr, rows, number, 0, 0});
  run_begin_ += rows;
}

uint32_t NumberOfRow(const NumberColumn& column, uint32_t row, uint8_t* dictionary) {
  for (const NumberColumn::Segment& segment : column.segments()) {
    if (row >= segment.rows) {
      row -= segment.rows;
      continue;
    }
    if (dictionary != nullptr) *dictionary = segment.dictionary;
    uint32_t number;
    DecodeSegment(segment, row, 1, &number);
    return number;
  }
  return 0;
}

void DecodeSegment(const NumberColumn::Segment& segment, uint32_t from, uint32_t count, uint32_t* out) {
  switch (segment.width) {
    case 0: std::fill_n(out, count, segment.base); break;
    case 1: Unpack<uint8_t>(segment.data, from, count, segment.base, out); break;
    case 2: Unpack<uint16_t>(segment.data, from, count, segment.base, out); break;
    default: Unpack<uint32_t>(segment.data, from, count, segment.base, out); break;
  }
}

}  // namespace seriesguard
