// SPDX-License-Identifier: Apache-2.0
//
// memory_source.h: bytes that are in memory already, as a source.
//
// Threads:  one at a time.
// Lifetime: keeps a view; the bytes outlive the source.
#ifndef SERIESGUARD_ANALYZER_INPUT_MEMORY_SOURCE_H_
#define SERIESGUARD_ANALYZER_INPUT_MEMORY_SOURCE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"

namespace seriesguard {

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const size_t count = std::min(size, bytes_.size() - position_);
    std::memcpy(buffer, bytes_.data() + position_, count);
    position_ += count;
    return count;
  }
  uint64_t compressed_position() const override { return position_; }
  std::optional<uint64_t> compressed_size() const override { return bytes_.size(); }
  bool is_plain_file() const override { return false; }
  int fd() const override { return -1; }

 private:
  const std::string_view bytes_;
  size_t position_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_MEMORY_SOURCE_H_
