// SPDX-License-Identifier: Apache-2.0
//
// byte_source_base.h: where bytes come from, and the caps on what a compressed stream may become.
//
// Use:      readers include byte_source.h, which opens sources; this part is apart so that decoders can share it.
// Threads:  one thread at a time; fd() of a plain file may be used with pread() by several.
// Errors:   a message holds the path as the user gave it, raw: print it through rules/safe_text.
#ifndef SERIESGUARD_ANALYZER_INPUT_BYTE_SOURCE_BASE_H_
#define SERIESGUARD_ANALYZER_INPUT_BYTE_SOURCE_BASE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"

namespace seriesguard {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills up to `size` bytes; fewer is no sign of the end.
  //
  // Requires:  size > 0.
  // Returns:   how many bytes were written; 0 at the end, and again at every later call.
  // Errors:    DataLoss: a compressed stream that is damaged or ends early; ResourceExhausted: a cap of SourceOptions;
  //            else what the system said, with its text. An error of a compressed stream stays: every later call has it.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;

  // Bytes of the file that are used up, for progress; of a compressed file its packed bytes.
  virtual uint64_t compressed_position() const = 0;

  // Bytes of the file when it was opened; nothing for pipes, terminals and files that do not tell (those of /proc).
  virtual std::optional<uint64_t> compressed_size() const = 0;

  // True for an uncompressed regular file that begins at offset 0 and knows its size: fd() may be used with pread().
  virtual bool is_plain_file() const = 0;

  // The descriptor of a plain file, owned by the source; -1 where is_plain_file() is false.
  virtual int fd() const = 0;
};

struct SourceOptions {
  // Most bytes that one compressed input may become; 0 = no cap. Bytes that were never compressed are not capped.
  uint64_t max_uncompressed_bytes = uint64_t{64} << 30;

  // Most bytes out for one byte in, judged only after kRatioFreeBytes of output; 0 = no cap. A dump packs to a
  // twentieth or a hundredth; gzip cannot pass 1032, zstd passes 30,000.
  double max_ratio = 1000;

  int stdin_fd = 0;  // what "-" means; never closed
};

inline constexpr uint64_t kRatioFreeBytes = uint64_t{64} << 20;

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_BYTE_SOURCE_BASE_H_
