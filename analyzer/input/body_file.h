// SPDX-License-Identifier: Apache-2.0
//
// body_file.h: the body of an answer in a file without a name, so that it is read like any other file afterwards.
//
// Use:      Make(), Append() while it comes, then Open() as often as it is to be read.
// Threads:  one while it is written; any afterwards, each with a source of its own.
// Memory:   none but the page cache: a temporary file; where the folder cannot hold one, the memory file that the kernel gives
//           (memfd).
// Errors:   the system's words.
// Why:      a file and not a string: a body may be 1 GiB, and a plain file is cut among threads like a dump on disk.
//           It never has a name, so nothing is left behind however the run ends, and nobody else can open it.
#ifndef SERIESGUARD_ANALYZER_INPUT_BODY_FILE_H_
#define SERIESGUARD_ANALYZER_INPUT_BODY_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"

namespace seriesguard {

class BodyFile {
 public:
  // Makes an empty one in `folder`; an empty name is /tmp.
  static absl::StatusOr<std::unique_ptr<BodyFile>> Make(const std::string& folder);
  ~BodyFile();
  BodyFile(const BodyFile&) = delete;
  BodyFile& operator=(const BodyFile&) = delete;

  absl::Status Append(std::string_view bytes);

  // Says that the bytes are the gzip stream of an answer's `Content-Encoding`.
  void SetGzip() { is_gzip_ = true; }
  bool is_gzip() const { return is_gzip_; }

  uint64_t bytes() const { return bytes_; }

  // Returns a source at the first uncompressed byte. Without SetGzip() the compression is recognised, as of a file.
  //
  // Errors:    as SourceFromSharedFile().
  // Lifetime:  the source may outlive the body. `name` stands in messages.
  absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& name, const SourceOptions& options) const;

 private:
  explicit BodyFile(int fd) : fd_(fd) {}

  const int fd_;
  uint64_t bytes_ = 0;
  bool is_gzip_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_BODY_FILE_H_
