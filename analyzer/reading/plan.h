// SPDX-License-Identifier: Apache-2.0
//
// plan.h: which thread reads which bytes.
//
// A large plain file is cut at a guess: at a TYPE line if one is near, else behind a newline. The guess may be wrong
// (a newline inside a quoted string, or a TYPE line before the cut that rewrites `le` behind it); the reader finds out
// when the part before does not end exactly at the cut, and the run is repeated on one thread.
#ifndef SERIESGUARD_ANALYZER_READING_PLAN_H_
#define SERIESGUARD_ANALYZER_READING_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

// Bytes of one input: [begin, end) of a plain file, or all of a source.
struct Part {
  size_t input = 0;
  bool whole = true;
  uint64_t begin = 0;
  uint64_t end = 0;     // of a part that is not whole
  bool is_last = true;  // ends at the input's end
};

// One thread's parts, in the order of the inputs.
using Share = std::vector<Part>;

// What is known of an input before it is read.
struct InputShape {
  uint64_t bytes = 0;      // of the file; 0 = not known
  int plain_file_fd = -1;  // >= 0: an uncompressed file of kCutBytes or more that may be cut
};

// A smaller file, or a smaller rest of one, is not cut.
inline constexpr uint64_t kCutBytes = 8 << 20;

// Deals the inputs to at most `threads` shares of about equal size, cutting where a share is full. Shares are in
// order: all of the first stands before all of the second.
std::vector<Share> PlanShares(const std::vector<InputShape>& inputs, size_t threads);

// Looks backwards from byte `end` of a plain file for a line that says TYPE; kNone when there is none. A guess, like the
// cut itself: such a line may stand inside a quoted string.
MetricType TypeBefore(int fd, uint64_t end);

// Counts the newlines in bytes [begin, end) of a plain file; empty when it cannot be read.
std::optional<uint64_t> CountNewlines(int fd, uint64_t begin, uint64_t end);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_PLAN_H_
