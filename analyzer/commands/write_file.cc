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

// Where a new file is written before it takes the place of an old one.
struct Places {
  std::string final_path;
  std::string beside;
};

Places PlacesOf(const std::string& path, bool is_there) {
  // A link stays a link: the file that it names is replaced.
  std::error_code ignored;
  const std::filesystem::path target =
      is_there ? std::filesystem::canonical(path, ignored) : std::filesystem::path(path);
  const std::string place = target.empty() ? path : target.string();
  return {place, absl::StrCat(place, ".", getpid(), ".new")};
}

int OpenBeside(const Places& places) {
  return open(places.beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

}  // namespace

absl::Status CheckCanWrite(const std::string& path) {
  struct stat old {};
  const bool is_there = stat(path.c_str(), &old) == 0;
  if (is_there && S_ISDIR(old.st_mode)) return Failed(path, EISDIR);
  if (is_there && !S_ISREG(old.st_mode))
    return access(path.c_str(), W_OK) == 0 ? absl::OkStatus() : Failed(path, errno);
  const Places places = PlacesOf(path, is_there);
  const int descriptor = OpenBeside(places);
  if (descriptor < 0) return Failed(path, errno);
  close(descriptor);
  unlink(places.beside.c_str());
  return absl::OkStatus();
}

absl::Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  struct stat old {};
  const bool is_there = stat(path.c_str(), &old) == 0;
  if (is_there && !S_ISREG(old.st_mode)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const int error = descriptor < 0 ? errno : WriteAndClose(descriptor, bytes);
    return error == 0 ? absl::OkStatus() : Failed(path, error);
  }
  const Places places = PlacesOf(path, is_there);
  const int descriptor = OpenBeside(places);
  if (descriptor < 0) return Failed(path, errno);
  if (is_there) (void)fchmod(descriptor, old.st_mode & 07777);  // where it may not be kept, the new file is as usual
  int error = WriteAndClose(descriptor, bytes);
  if (error == 0 && std::rename(places.beside.c_str(), places.final_path.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(places.beside.c_str());
  return Failed(path, error);
}

}  // namespace seriesguard
