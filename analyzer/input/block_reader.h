// SPDX-License-Identifier: Apache-2.0
//
// block_reader.h: a source as a row of large windows, each of which begins with the line that the last one cut.
//
// Use:      for (keep = 0;; keep = bytes behind the last newline) { window = Next(keep); ...; if (at_end) break; }
// Threads:  one thread at a time.
// Memory:   block_bytes at first; grows only for a line that does not fit, at most to max_line_bytes + 65, and half
//           as much again while it grows.
// Errors:   ResourceExhausted: a line is too long; else those of the source.
// Cost:     every byte is moved at most twice in the average, however long the lines are.
//
// Invariants
//   1. kSlackBytes readable zero bytes stand behind every window, so a wide load may run over its end.
//   2. A line of max_line_bytes bytes passes and a longer one does not, whatever block_bytes is and however the source
//      cuts its reads: a window is never longer than max_line_bytes and one newline.
//   3. After the end the source is not read again (a terminal would ask for more).
#ifndef SERIESGUARD_ANALYZER_INPUT_BLOCK_READER_H_
#define SERIESGUARD_ANALYZER_INPUT_BLOCK_READER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"

namespace seriesguard {

inline constexpr size_t kBlockBytes = size_t{1} << 20;
inline constexpr size_t kMaxLineBytes = size_t{32} << 20;
inline constexpr size_t kSlackBytes = 64;

class BlockReader {
 public:
  struct Window {
    std::string_view bytes;
    bool at_end = false;  // nothing follows; the last line may lack its newline
  };

  // Requires:  block_bytes > 0; `source` lives longer than the reader.
  explicit BlockReader(ByteSource* source, size_t block_bytes = kBlockBytes, size_t max_line_bytes = kMaxLineBytes);

  // Moves the last `keep` bytes of the current window to the front and appends fresh ones.
  //
  // Requires:  keep <= size of the current window (0 at first).
  // Returns:   a window; without fresh bytes only together with at_end.
  // Errors:    ResourceExhausted: `keep` bytes are a line of more than max_line_bytes, or memory is out. An error of the
  //            source comes after the bytes that the source gave before it, and stays.
  // Lifetime:  the window lives until the next call.
  absl::StatusOr<Window> Next(size_t keep);

 private:
  bool Reserve(size_t bytes, size_t keep);

  ByteSource* source_;
  size_t block_bytes_;
  size_t max_line_bytes_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;  // without the slack
  size_t size_ = 0;      // of the current window, which begins at buffer_[0]
  bool at_end_ = false;
  absl::Status status_;  // an error of the source that is still to be told, or was
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_BLOCK_READER_H_
