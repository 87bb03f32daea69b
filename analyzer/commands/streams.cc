// SPDX-License-Identifier: Apache-2.0
//
// streams.cc: one report is one loop of write().
#include "analyzer/commands/streams.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace seriesguard {

absl::Status DescriptorSink::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    const int error = errno;
    if (error == EINTR) continue;
    if (error == EPIPE) return absl::CancelledError("the reader has gone");
    return absl::UnavailableError(std::generic_category().message(error));
  }
  return absl::OkStatus();
}

absl::Status StringSink::Write(std::string_view bytes) {
  text_.append(bytes);
  return absl::OkStatus();
}

void PrintError(std::string_view text, const Streams& streams) { streams.err->Write(text).IgnoreError(); }

}  // namespace seriesguard
