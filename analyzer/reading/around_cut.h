// SPDX-License-Identifier: Apache-2.0
//
// around_cut.h: where a large plain file may be cut, and what a reader who begins there must know of the bytes before.
//
// Use:      WorkList asks where to cut; the reader of what stands behind asks for the TYPE line in force there.
// Threads:  any; reads by pread() only.
// Errors:   bytes that cannot be read are as if they were not there: a place or a type is a guess in any case, which
//           the reader checks (read_dumps.cc).
// Cost:     CutNear reads `search_bytes`; TypeBefore back to the nearest TYPE line, at the speed of memory.
#ifndef SERIESGUARD_ANALYZER_READING_AROUND_CUT_H_
#define SERIESGUARD_ANALYZER_READING_AROUND_CUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

// Finds a place behind `wanted` where a line begins: at the first TYPE line within `search_bytes`, else at the first
// line at all. A line's begin is a guess: a newline may stand inside a quoted string.
//
// Returns:   a place in (wanted, end), or `end` when there is none near.
uint64_t CutNear(int fd, uint64_t wanted, uint64_t end, size_t search_bytes);

// Looks backwards from the line that begins at byte `end` for a line that says TYPE; kNone when there is none. A type
// that changes nothing about a sample is told as kGauge.
MetricType TypeBefore(int fd, uint64_t end);

// Counts the newlines in bytes [begin, end); empty when they cannot be read.
std::optional<uint64_t> CountNewlines(int fd, uint64_t begin, uint64_t end);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_AROUND_CUT_H_
