// SPDX-License-Identifier: Apache-2.0
//
// decompressing_source.h: a packed source as an unpacked one, as a bounded stream.
//
// Use:      made by OpenSource; tests put it on a source of their own.
// Threads:  one thread at a time.
// Memory:   64 KiB of packed bytes, and what the decoder holds.
// Errors:   the first one stays. What was given out before it is right as far as it goes.
//
// Invariants
//   1. Never gives out more than max_uncompressed_bytes bytes; a stream of exactly that many is no error.
//   2. No size that the stream declares of itself is used for anything.
//   3. The end is reported only behind a complete member: a stream that is cut short is DataLoss.
#ifndef SERIESGUARD_ANALYZER_INPUT_DECOMPRESSING_SOURCE_H_
#define SERIESGUARD_ANALYZER_INPUT_DECOMPRESSING_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"
#include "analyzer/input/stream_decoder.h"

namespace seriesguard {

class DecompressingSource final : public ByteSource {
 public:
  // `name` stands in messages, raw.
  DecompressingSource(std::unique_ptr<ByteSource> packed, std::unique_ptr<StreamDecoder> decoder, std::string name,
                      const SourceOptions& options);

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;
  uint64_t compressed_position() const override { return packed_used_; }
  std::optional<uint64_t> compressed_size() const override { return packed_->compressed_size(); }
  bool is_plain_file() const override { return false; }
  int fd() const override { return -1; }

 private:
  static constexpr size_t kPackedBytes = size_t{64} << 10;

  absl::Status Refill();
  absl::StatusOr<size_t> DecodeSome(char* buffer, size_t size);
  absl::Status CheckRatio() const;

  std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<StreamDecoder> decoder_;
  std::string name_;
  uint64_t max_uncompressed_bytes_;
  double max_ratio_;

  std::unique_ptr<char[]> window_;  // packed bytes [begin_, end_) are not decoded yet
  size_t begin_ = 0;
  size_t end_ = 0;
  bool has_packed_ended_ = false;
  uint64_t packed_used_ = 0;
  uint64_t produced_ = 0;
  absl::Status status_;  // the first error
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_DECOMPRESSING_SOURCE_H_
