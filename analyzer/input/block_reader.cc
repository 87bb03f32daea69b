// SPDX-License-Identifier: Apache-2.0
//
// block_reader.cc: carry-over and growth. A window that had no newline is followed by one of twice its size, so that a
// line of n bytes costs O(n) and not O(n^2 / block_bytes).
#include "analyzer/input/block_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"

namespace seriesguard {

BlockReader::BlockReader(ByteSource* source, size_t block_bytes, size_t max_line_bytes)
    : source_(source),
      block_bytes_(std::max<size_t>(block_bytes, 1)),
      max_line_bytes_(std::min(max_line_bytes, SIZE_MAX / 4)) {}

absl::StatusOr<BlockReader::Window> BlockReader::Next(size_t keep) {
  if (keep > size_) return absl::InternalError("BlockReader::Next: more is to be kept than there is");
  const size_t max_window_bytes = max_line_bytes_ + 1;
  const bool is_full = keep == max_window_bytes;  // max_line_bytes + 1 bytes, and none of them ends the line
  if (is_full) {
    return absl::ResourceExhaustedError(absl::StrCat("a line is longer than ", max_line_bytes_, " bytes"));
  }
  const size_t fresh_wanted = std::min(std::max(block_bytes_, keep), max_window_bytes - keep);
  if (!Reserve(keep + fresh_wanted, keep)) {
    return absl::ResourceExhaustedError(absl::StrCat("no memory for a line of more than ", keep, " bytes"));
  }
  size_ = keep;
  while (size_ < keep + fresh_wanted && !at_end_ && status_.ok()) {
    auto got = source_->Read(buffer_.get() + size_, keep + fresh_wanted - size_);
    if (!got.ok()) {
      status_ = got.status();
    } else if (*got > keep + fresh_wanted - size_) {
      status_ = absl::InternalError("a byte source gave more than was asked for");
    } else {
      size_ += *got;
      at_end_ = *got == 0;
    }
  }
  std::memset(buffer_.get() + size_, 0, kSlackBytes);
  if (!status_.ok() && size_ == keep) return status_;
  return Window{std::string_view(buffer_.get(), size_), at_end_};
}

// Makes room for `bytes` and brings the last `keep` bytes of the window to the front.
bool BlockReader::Reserve(size_t bytes, size_t keep) {
  const char* kept = buffer_ == nullptr ? nullptr : buffer_.get() + (size_ - keep);
  if (bytes <= capacity_) {
    if (keep > 0) std::memmove(buffer_.get(), kept, keep);
    return true;
  }
  // Behind half the limit take all of it at once: untouched pages cost nothing, while one more doubling would hold two
  // buffers of nearly the limit side by side.
  if (bytes > max_line_bytes_ / 2) bytes = std::max(bytes, max_line_bytes_ + 1);
  std::unique_ptr<char[]> larger(new (std::nothrow) char[bytes + kSlackBytes]);
  if (larger == nullptr) return false;
  if (keep > 0) std::memcpy(larger.get(), kept, keep);
  buffer_ = std::move(larger);
  capacity_ = bytes;
  return true;
}

}  // namespace seriesguard
