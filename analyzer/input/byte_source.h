// SPDX-License-Identifier: Apache-2.0
//
// byte_source.h: opens an input and gives its uncompressed bytes, whatever it is packed with.
//
// Use:      one source an input; the compression is recognised by its first bytes, never by the name, so that pipes
//           and wrongly named files work.
// Threads:  one thread at a time a source; two sources are independent.
// Memory:   gzip: 128 KiB a source; zstd: at most the 128 MiB window that a frame may ask for.
// Errors:   Status with the path in it, raw: print it through rules/safe_text.
// Source:   RFC 1952 (gzip), RFC 8878 (zstd); docs/input.md.
#ifndef SERIESGUARD_ANALYZER_INPUT_BYTE_SOURCE_H_
#define SERIESGUARD_ANALYZER_INPUT_BYTE_SOURCE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"  // ByteSource and SourceOptions belong to this header

namespace seriesguard {

// Opens `path`; "-" is options.stdin_fd.
//
// Returns:   a source at the first uncompressed byte. An empty file is a source without bytes.
// Errors:    NotFound, PermissionDenied and what else the system says, with its text; FailedPrecondition: a folder, a
//            disk, a closed stdin; InvalidArgument: packed with something that is not read here, with what to run.
// Cost:      blocks on a FIFO until it has a writer, and on any pipe until its first bytes came.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenSource(const std::string& path, const SourceOptions& options);

// The same for a descriptor that is already open and that the source will close. `name` stands in messages.
absl::StatusOr<std::unique_ptr<ByteSource>> SourceFromFd(int fd, const std::string& name, const SourceOptions& options);

// The same for a regular file from its beginning, of whose descriptor others may have copies. With `is_gzip` the bytes are
// known to be gzip: anything else is DataLoss when it is read.
absl::StatusOr<std::unique_ptr<ByteSource>> SourceFromSharedFile(int fd, bool is_gzip, const std::string& name,
                                                                 const SourceOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_BYTE_SOURCE_H_
