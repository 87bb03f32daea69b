// SPDX-License-Identifier: Apache-2.0
//
// mmap_file.h: the entries of one file of a client_python worker, none of whose bytes is trusted.
//
// Use:      ReadMmapFile over the open file; the folder's reader opens it safely and says what to do with a bad one.
// Threads:  pure function of what the file gives.
// Memory:   one window of 256 KiB, or of the longest key (at most kMaxKeyBytes) and a little more.
// Errors:   InvalidArgument: damaged, with what and where; else the file's own. The reason never holds bytes of the file.
// Source:   prometheus_client/mmap_dict.py 0.26, and 0.16 for the older layout.
//
// The format, in the byte order of the machine:
//   int32 used          how many bytes of the file count, these eight included; 0 in a file that was just made
//   4 bytes             nothing
//   entries up to used: int32 size of the key; the key; 1 to 8 blanks, so that what follows lies on 8;
//                       double value; and in newer versions (from 0.18.0 on) double time stamp
// Nothing in a file says which of the two layouts it has: the place where its second entry begins does.
//
// Invariants
//   1. `used` is read once, before anything else. A worker adds an entry first and moves `used` behind it afterwards, so
//      what lies before it is whole while others are being added.
//   2. Nothing is mapped: a file that is cut short meanwhile gives fewer bytes, no signal.
//   3. Each entry moves the place at least 16 bytes on: there is no endless loop, and never more entries than used / 16.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_MMAP_FILE_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_MMAP_FILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace seriesguard {

inline constexpr size_t kMaxKeyBytes = size_t{1} << 20;

class MmapBytes {
 public:
  virtual ~MmapBytes() = default;

  // Reads up to `size` bytes from `offset` on; fewer only where the file ends.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) = 0;

  // How long the file is now.
  virtual absl::StatusOr<uint64_t> Size() = 0;
};

struct MmapEntry {
  std::string_view key;  // lives until the next entry
  double value = 0;
  double timestamp = 0;  // seconds; 0 in the older layout and where none was set
};

struct MmapFileFacts {
  uint64_t used_bytes = 0;  // the header included
  uint64_t entries = 0;
  bool has_timestamps = false;  // false as well where there is no entry
};

// Gives each entry to `take`; what `take` says against one ends the reading and becomes the file's error.
absl::StatusOr<MmapFileFacts> ReadMmapFile(MmapBytes* file, const std::function<absl::Status(const MmapEntry&)>& take);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_MMAP_FILE_H_
