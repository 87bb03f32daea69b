// SPDX-License-Identifier: Apache-2.0
//
// range_source.cc: pread, which leaves the descriptor's own position alone.
#include "analyzer/input/range_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/status/status.h"

namespace seriesguard {

absl::StatusOr<size_t> RangeSource::Read(char* buffer, size_t size) {
  const uint64_t end = claim_(position_ + size);
  if (end <= position_) return size_t{0};
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(size, end - position_));
  ssize_t got;
  do {
    got = pread(fd_, buffer, wanted, static_cast<off_t>(position_));
  } while (got < 0 && errno == EINTR);
  if (got < 0) return absl::UnavailableError(std::strerror(errno));
  position_ += static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

}  // namespace seriesguard
