// SPDX-License-Identifier: Apache-2.0
//
// body_file.cc: O_TMPFILE, which no file system needs a name for.
#include "analyzer/input/body_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/input/byte_source.h"

namespace seriesguard {
namespace {

int OpenNameless(const std::string& folder) {
  const int fd =
      ::open(folder.empty() ? "/tmp" : folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  return fd >= 0 ? fd : ::memfd_create("seriesguard", MFD_CLOEXEC);
}

}  // namespace

absl::StatusOr<std::unique_ptr<BodyFile>> BodyFile::Make(const std::string& folder) {
  const int fd = OpenNameless(folder);
  if (fd < 0) return absl::ErrnoToStatus(errno, "cannot make a temporary file");
  return std::unique_ptr<BodyFile>(new BodyFile(fd));
}

BodyFile::~BodyFile() { ::close(fd_); }

absl::Status BodyFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return absl::ErrnoToStatus(errno, "cannot write a temporary file");
    bytes.remove_prefix(static_cast<size_t>(written));
    bytes_ += static_cast<uint64_t>(written);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ByteSource>> BodyFile::Open(const std::string& name,
                                                           const SourceOptions& options) const {
  const int fd = ::fcntl(fd_, F_DUPFD_CLOEXEC, 3);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", name));
  return SourceFromSharedFile(fd, is_gzip_, name, options);
}

}  // namespace seriesguard
