// SPDX-License-Identifier: Apache-2.0
//
// write_file.cc: a new file beside the old one, then a rename.
#include "analyzer/commands/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

absl::Status Failed(const std::string& path, int error) {
  return absl::UnavailableError(absl::StrCat("cannot write ", SafeText(path), ": ", std::strerror(error)));
}

// Writes all bytes and closes the descriptor. Returns 0 or errno.
int WriteAndClose(int descriptor, std::string_view bytes) {
  int error = 0;
  while (error == 0 && !bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

}  // namespace

absl::Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  struct stat old {};
  const bool is_there = stat(path.c_str(), &old) == 0;
  if (is_there && !S_ISREG(old.st_mode)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const int error = descriptor < 0 ? errno : WriteAndClose(descriptor, bytes);
    return error == 0 ? absl::OkStatus() : Failed(path, error);
  }
  // A link stays a link: the file that it names is replaced.
  std::error_code ignored;
  const std::filesystem::path target =
      is_there ? std::filesystem::canonical(path, ignored) : std::filesystem::path(path);
  const std::string place = target.empty() ? path : target.string();
  const std::string beside = absl::StrCat(place, ".", getpid(), ".new");
  const int descriptor = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return Failed(path, errno);
  if (is_there) (void)fchmod(descriptor, old.st_mode & 07777);  // where it may not be kept, the new file is as usual
  int error = WriteAndClose(descriptor, bytes);
  if (error == 0 && std::rename(beside.c_str(), place.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(beside.c_str());
  return Failed(path, error);
}

}  // namespace seriesguard
