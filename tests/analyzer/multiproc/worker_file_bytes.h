// SPDX-License-Identifier: Apache-2.0
//
// worker_file_bytes.h: writes the format of client_python's worker files, right or deliberately wrong.
//
// Use:      WorkerFileBytes().Add(WorkerKey("x", "x_total", {{"a", "b"}}), 1).Bytes()
// Source:   the banner of analyzer/multiproc/mmap_file.h; no byte comes from a real service.
#ifndef SERIESGUARD_TESTS_ANALYZER_MULTIPROC_WORKER_FILE_BYTES_H_
#define SERIESGUARD_TESTS_ANALYZER_MULTIPROC_WORKER_FILE_BYTES_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/multiproc/mmap_file.h"

namespace seriesguard {

using Labels = std::vector<std::pair<std::string, std::string>>;

// The key of an entry. Texts hold nothing that JSON escapes.
std::string WorkerKey(const std::string& metric, const std::string& sample, const Labels& labels = {},
                      const std::string& help = "help");

class WorkerFileBytes {
 public:
  enum Layout { kStamped, kPlain };

  explicit WorkerFileBytes(Layout layout = kStamped) : layout_(layout), bytes_(8, '\0') {}

  WorkerFileBytes& Add(std::string_view key, double value, double timestamp = 0);

  // Header and entries, `used` set, then zeros up to `size`.
  std::string Bytes(size_t size = 0) const;

 private:
  const Layout layout_;
  std::string bytes_;
};

void Put(std::string* bytes, size_t offset, int32_t value);

// A file that is a string.
class StringFile : public MmapBytes {
 public:
  explicit StringFile(std::string bytes) : bytes_(std::move(bytes)) {}

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override;
  absl::StatusOr<uint64_t> Size() override { return bytes_.size(); }

 protected:
  std::string bytes_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_MULTIPROC_WORKER_FILE_BYTES_H_
