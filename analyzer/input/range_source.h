// SPDX-License-Identifier: Apache-2.0
//
// range_source.h: a part of a plain file, so that several threads can read one.
//
// Use:      over ByteSource::fd() of a plain file; the file's own source outlives it. Where the part ends is asked before
//           every read, because another thread may have taken the rest meanwhile.
// Threads:  one at a time; several ranges of one descriptor may be read at once.
#ifndef SERIESGUARD_ANALYZER_INPUT_RANGE_SOURCE_H_
#define SERIESGUARD_ANALYZER_INPUT_RANGE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"

namespace seriesguard {

class RangeSource : public ByteSource {
 public:
  // Asked for the bytes before offset `end`, answers up to where the file may be read: `end`, or less at the part's end.
  using Claim = std::function<uint64_t(uint64_t end)>;

  // The file behind `fd` from `begin` on; a file that is shorter by now simply ends.
  RangeSource(int fd, uint64_t begin, Claim claim)
      : fd_(fd), begin_(begin), position_(begin), claim_(std::move(claim)) {}

  // Errors: Unavailable with the system's text.
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;
  uint64_t compressed_position() const override { return position_ - begin_; }
  std::optional<uint64_t> compressed_size() const override { return std::nullopt; }
  bool is_plain_file() const override { return false; }
  int fd() const override { return -1; }

 private:
  const int fd_;
  const uint64_t begin_;
  uint64_t position_;
  const Claim claim_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_RANGE_SOURCE_H_
