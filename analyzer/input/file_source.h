// SPDX-License-Identifier: Apache-2.0
//
// file_source.h: the bytes of a descriptor as they are, with EINTR, short reads and odd files taken care of.
//
// Use:      made by OpenSource, which peeks at the first bytes and may put a decoder on top.
// Threads:  one thread at a time.
// Errors:   the system's text and the name, raw.
#ifndef SERIESGUARD_ANALYZER_INPUT_FILE_SOURCE_H_
#define SERIESGUARD_ANALYZER_INPUT_FILE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"

namespace seriesguard {

class FileSource final : public ByteSource {
 public:
  // Opens a file by name. A FIFO blocks until somebody writes to it.
  static absl::StatusOr<std::unique_ptr<FileSource>> Open(const std::string& path);

  // Takes a descriptor; closes it in the end only when `owns_fd`, and at once when it is refused.
  static absl::StatusOr<std::unique_ptr<FileSource>> FromFd(int fd, bool owns_fd, std::string name);

  // A file from its beginning, wherever the descriptor stands: it is read by pread(), so that several sources may have
  // copies of one descriptor.
  //
  // Requires:  `fd` is a regular file; the source closes it.
  static absl::StatusOr<std::unique_ptr<FileSource>> FromSharedFile(int fd, std::string name);

  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override;

  // Looks at the first bytes without using them up; to be called before the first Read.
  //
  // Returns:   `size` bytes, or fewer where the input is shorter.
  // Lifetime:  the view lives until the next call of Peek or Read.
  absl::StatusOr<std::string_view> Peek(size_t size);

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;
  uint64_t compressed_position() const override { return position_; }
  std::optional<uint64_t> compressed_size() const override { return size_; }
  bool is_plain_file() const override { return is_plain_file_; }
  int fd() const override { return is_plain_file_ ? fd_ : -1; }
  const std::string& name() const { return name_; }

 private:
  FileSource(int fd, bool owns_fd, std::string name) : fd_(fd), owns_fd_(owns_fd), name_(std::move(name)) {}

  absl::StatusOr<size_t> ReadFromSystem(char* buffer, size_t size);

  int fd_;
  bool owns_fd_;
  std::string name_;
  std::optional<uint64_t> offset_;  // of the next pread(); empty: read() goes by the descriptor's own
  std::optional<uint64_t> size_;
  bool is_plain_file_ = false;
  uint64_t position_ = 0;  // bytes given out, peeked ones not counted
  std::string ahead_;      // peeked, not yet given out
  size_t ahead_used_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_FILE_SOURCE_H_
