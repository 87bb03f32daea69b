// SPDX-License-Identifier: Apache-2.0
//
// file_source.cc: system calls of an input, each with the surprise that it answers.
#include "analyzer/input/file_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxReadBytes = size_t{1} << 30;  // Linux gives at most 2 GiB a call; POSIX leaves more undefined

}  // namespace

absl::StatusOr<std::unique_ptr<FileSource>> FileSource::Open(const std::string& path) {
  if (path.empty()) return absl::NotFoundError("an input with an empty name");
  if (path.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": a NUL byte in the name of an input"));
  }
  int fd;
  do {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  if (fd <= 2) {
    // A standard stream was closed, so the file got its number: "-" would read this file as stdin, and a message would
    // be written into it. Move it out of their way.
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    const int error = errno;
    ::close(fd);
    if (moved < 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot open ", path));
    fd = moved;
  }
  return FromFd(fd, /*owns_fd=*/true, path);
}

absl::StatusOr<std::unique_ptr<FileSource>> FileSource::FromFd(int fd, bool owns_fd, std::string name) {
  std::unique_ptr<FileSource> source(new FileSource(fd, owns_fd, std::move(name)));
  struct stat info;
  if (::fstat(fd, &info) != 0) {
    const int error = errno;
    source->owns_fd_ = source->owns_fd_ && error != EBADF;
    if (error == EBADF) return absl::FailedPreconditionError(absl::StrCat(source->name_, " is closed"));
    return absl::ErrnoToStatus(error, absl::StrCat("cannot read ", source->name_));
  }
  if (S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(source->name_, " is a folder, not a file"));
  }
  if (S_ISBLK(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(source->name_, " is a disk, not a file"));
  }
  // Files of /proc say 0 bytes and have some: they are read as a stream. So is what a caller has read in part before
  // (`(read line; seriesguard top -) < file`): pread() from offset 0 would bring those bytes back.
  if (S_ISREG(info.st_mode) && info.st_size > 0) {
    const off_t offset = ::lseek(fd, 0, SEEK_CUR);
    if (offset >= 0) {
      source->size_ = offset < info.st_size ? static_cast<uint64_t>(info.st_size - offset) : 0;
      source->is_plain_file_ = offset == 0;
    }
  }
  return source;
}

absl::StatusOr<std::unique_ptr<FileSource>> FileSource::FromSharedFile(int fd, std::string name) {
  std::unique_ptr<FileSource> source(new FileSource(fd, /*owns_fd=*/true, std::move(name)));
  struct stat info;
  if (::fstat(fd, &info) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", source->name_));
  source->offset_ = 0;
  source->size_ = static_cast<uint64_t>(info.st_size);
  source->is_plain_file_ = info.st_size > 0;
  return source;
}

FileSource::~FileSource() {
  if (owns_fd_ && fd_ >= 0) ::close(fd_);
}

absl::StatusOr<std::string_view> FileSource::Peek(size_t size) {
  while (ahead_.size() < size) {
    char buffer[64];
    auto got = ReadFromSystem(buffer, std::min(sizeof(buffer), size - ahead_.size()));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    ahead_.append(buffer, *got);
  }
  return std::string_view(ahead_).substr(0, size);
}

absl::StatusOr<size_t> FileSource::Read(char* buffer, size_t size) {
  if (ahead_used_ < ahead_.size()) {
    const size_t count = std::min(size, ahead_.size() - ahead_used_);
    std::memcpy(buffer, ahead_.data() + ahead_used_, count);
    ahead_used_ += count;
    position_ += count;
    return count;
  }
  auto got = ReadFromSystem(buffer, size);
  if (got.ok()) position_ += *got;
  return got;
}

absl::StatusOr<size_t> FileSource::ReadFromSystem(char* buffer, size_t size) {
  for (;;) {
    const size_t wanted = std::min(size, kMaxReadBytes);
    const ssize_t count =
        offset_ ? ::pread(fd_, buffer, wanted, static_cast<off_t>(*offset_)) : ::read(fd_, buffer, wanted);
    if (count >= 0) {
      if (offset_) *offset_ += static_cast<uint64_t>(count);
      return static_cast<size_t>(count);
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      // Another process that shares the terminal or pipe made it non-blocking: wait instead of failing.
      struct pollfd wait = {fd_, POLLIN, 0};
      if (::poll(&wait, 1, -1) >= 0 || errno == EINTR) continue;
    }
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", name_));
  }
}

}  // namespace seriesguard
