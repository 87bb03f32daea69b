// SPDX-License-Identifier: Apache-2.0
//
// test_bytes.h: what the tests of inputs share: packed bytes, folders that vanish, sources that misbehave.
#ifndef SERIESGUARD_TESTS_ANALYZER_INPUT_TEST_BYTES_H_
#define SERIESGUARD_TESTS_ANALYZER_INPUT_TEST_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/input/byte_source.h"

namespace seriesguard {

// One gzip member; one zstd frame with a checksum.
std::string Gzip(std::string_view bytes);
std::string Zstd(std::string_view bytes, int window_log = 0);

// A small exposition that packs well but not to nothing: the same for the same number of lines.
std::string SampleText(int lines);

// A folder below the test's temporary folder, removed with everything in it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string Path(std::string_view name) const;
  // Returns the path of the new file.
  std::string Write(std::string_view name, std::string_view bytes) const;
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

// A source out of a string: `cut` says how many bytes the read at an offset may give (0 = as many as are asked for),
// and at `fail_at` an error comes instead of bytes.
class FakeSource final : public ByteSource {
 public:
  explicit FakeSource(std::string bytes) : bytes_(std::move(bytes)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;
  uint64_t compressed_position() const override { return position_; }
  std::optional<uint64_t> compressed_size() const override { return bytes_.size(); }
  bool is_plain_file() const override { return false; }
  int fd() const override { return -1; }

  std::function<size_t(size_t offset)> cut;
  std::optional<size_t> fail_at;
  absl::Status failure = absl::UnavailableError("injected");
  int reads = 0;
  int reads_after_end = 0;

 private:
  std::string bytes_;
  size_t position_ = 0;
  bool has_ended_ = false;
};

// Reads to the end in blocks of `block` bytes; what came before an error goes to `before` when that is given.
absl::StatusOr<std::string> ReadAll(ByteSource* source, size_t block = 65536, std::string* before = nullptr);

// Opens and reads a file, or says why not.
absl::StatusOr<std::string> ReadPath(const std::string& path, const SourceOptions& options = SourceOptions(),
                                     size_t block = 65536, std::string* before = nullptr);

// The same for bytes that lie in memory only: a thousand small files cost a disk seconds.
absl::StatusOr<std::string> ReadBytes(std::string_view bytes, size_t block = 65536, std::string* before = nullptr);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_INPUT_TEST_BYTES_H_
