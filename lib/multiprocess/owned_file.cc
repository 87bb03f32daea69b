// SPDX-License-Identifier: Apache-2.0
//
// owned_file.cc: O_TMPFILE, fallocate, linkat; and an open that asks first.
#include "lib/multiprocess/owned_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/multiprocess/crash_point.h"
#include "lib/multiprocess/system_status.h"

namespace seriesguard {
namespace {

constexpr char kFileSystemAdvice[] =
    "choose a folder on a file system that has unnamed files: tmpfs (such as /dev/shm), ext4 or xfs";

// On kernels that let a signal end fallocate() a timer that rings more often than it needs would make it start anew for ever.
constexpr int kMaxInterruptions = 16;

FileId IdOf(const struct stat& file) {
  return FileId{static_cast<uint64_t>(file.st_dev), static_cast<uint64_t>(file.st_ino)};
}

bool IsSame(const FileId& a, const FileId& b) { return a.device == b.device && a.inode == b.inode; }

FileRefusal Judge(const struct stat& file, const FileDemand& demand) {
  if (!S_ISREG(file.st_mode)) return FileRefusal::kNotRegular;
  if (demand.same_as.inode != 0 && !IsSame(IdOf(file), demand.same_as)) return FileRefusal::kOtherFile;
  if (file.st_uid != ::geteuid()) return FileRefusal::kForeignOwner;
  if (file.st_nlink == 0) return FileRefusal::kMissing;
  if (file.st_nlink != 1) return FileRefusal::kManyLinks;
  const uint64_t size_bytes = static_cast<uint64_t>(file.st_size);
  if (size_bytes < demand.min_bytes) return FileRefusal::kTooSmall;
  if (size_bytes > demand.max_bytes) return FileRefusal::kTooLarge;
  return FileRefusal::kNone;
}

FileRefusal RefusalOf(int error) {
  if (error == ENOENT) return FileRefusal::kMissing;
  if (error == ELOOP || error == ENXIO) return FileRefusal::kNotRegular;  // it became a link or a FIFO meanwhile
  return FileRefusal::kSystemError;
}

// Returns an errno, 0 for none; `*is_supported`: whether the file system knows the call.
int Allocate(int fd, uint64_t offset, uint64_t size_bytes, bool* is_supported) {
  *is_supported = true;
  int error = EINTR;
  for (int attempt = 0; attempt < kMaxInterruptions; ++attempt) {
    if (::fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(size_bytes)) == 0) return 0;
    error = errno;
    if (error != EINTR) break;
  }
  *is_supported = error != EOPNOTSUPP && error != ENOSYS && error != EINTR;
  return error;
}

bool IsBeyondOwnLimit(uint64_t size_bytes) {
  struct rlimit limit;
  return ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size_bytes > limit.rlim_cur;
}

}  // namespace

namespace owned_file_internal {

int WriteZeroes(int fd, uint64_t size_bytes, uint64_t offset) {
  static constexpr size_t kBlockBytes = 65536;
  static const char zeroes[kBlockBytes] = {};
  uint64_t done = 0;
  while (done < size_bytes) {
    const size_t step = static_cast<size_t>(std::min<uint64_t>(kBlockBytes, size_bytes - done));
    const ssize_t written = ::pwrite(fd, zeroes, step, static_cast<off_t>(offset + done));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    done += static_cast<uint64_t>(written);
  }
  return 0;
}

}  // namespace owned_file_internal

const char* FileRefusalText(FileRefusal refusal) {
  switch (refusal) {
    case FileRefusal::kNone: return "is one of ours";
    case FileRefusal::kMissing: return "is missing";
    case FileRefusal::kNotRegular: return "is not a regular file";
    case FileRefusal::kForeignOwner: return "belongs to another user";
    case FileRefusal::kManyLinks: return "has more than one name";
    case FileRefusal::kTooSmall: return "is too short";
    case FileRefusal::kTooLarge: return "is too long";
    case FileRefusal::kOtherFile: return "was replaced by another file";
    case FileRefusal::kSystemError: return "cannot be opened";
  }
  return "";
}

FileRefusal InspectExisting(int folder_fd, const char* name, const FileDemand& demand) {
  struct stat file;
  if (::fstatat(folder_fd, name, &file, AT_SYMLINK_NOFOLLOW) != 0) return RefusalOf(errno);
  return Judge(file, demand);
}

OpenedFile OpenExisting(int folder_fd, const char* name, const FileDemand& demand) {
  OpenedFile opened;
  struct stat file;
  // To open a device can change it (a tape rewinds, a watchdog starts), so its kind is asked for first; once more afterwards,
  // because names can change in between.
  if (::fstatat(folder_fd, name, &file, AT_SYMLINK_NOFOLLOW) != 0) {
    opened.error = errno;
    opened.refusal = RefusalOf(errno);
    return opened;
  }
  opened.refusal = Judge(file, demand);
  if (opened.refusal != FileRefusal::kNone) return opened;

  const int access = demand.is_writable ? O_RDWR : O_RDONLY;
  Descriptor descriptor;
  do {
    descriptor = Descriptor(::openat(folder_fd, name, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  } while (!descriptor.is_open() && errno == EINTR);
  if (!descriptor.is_open() || ::fstat(descriptor.get(), &file) != 0) {
    opened.error = errno;
    opened.refusal = RefusalOf(errno);
    return opened;
  }
  opened.refusal = Judge(file, demand);
  if (opened.refusal != FileRefusal::kNone) return opened;
  opened.descriptor = std::move(descriptor);
  opened.size_bytes = static_cast<uint64_t>(file.st_size);
  opened.id = IdOf(file);
  return opened;
}

bool IsSameFile(int fd, const FileId& id) {
  struct stat file;
  return id.inode != 0 && ::fstat(fd, &file) == 0 && IsSame(IdOf(file), id);
}

PreadResult PreadFully(int fd, uint64_t offset, void* buffer, size_t size) {
  PreadResult result;
  if (offset > static_cast<uint64_t>(INT64_MAX) - size) {
    result.error = EINVAL;
    return result;
  }
  while (result.bytes < size) {
    const ssize_t got = ::pread(fd, static_cast<char*>(buffer) + result.bytes, size - result.bytes,
                                static_cast<off_t>(offset + result.bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) result.error = errno;
    if (got <= 0) break;
    result.bytes += static_cast<uint64_t>(got);
  }
  return result;
}

absl::Status AllocateMore(int fd, uint64_t offset, uint64_t size_bytes) {
  if (offset > INT64_MAX - size_bytes) return absl::InvalidArgumentError("a file of 2^63 bytes or more");
  if (IsBeyondOwnLimit(offset + size_bytes)) {
    return absl::ResourceExhaustedError(absl::StrCat("a file of ", offset + size_bytes,
                                                     " bytes is beyond this process's limit of file size (ulimit -f)"));
  }
  bool is_supported;
  int error = Allocate(fd, offset, size_bytes, &is_supported);
  struct stat file;
  if (!is_supported && ::fstat(fd, &file) == 0) {  // zeroes only where nothing is yet
    const uint64_t begin = std::max(offset, static_cast<uint64_t>(file.st_size));
    const uint64_t end = std::max(begin, offset + size_bytes);
    error = owned_file_internal::WriteZeroes(fd, end - begin, begin);
  }
  return error == 0 ? absl::OkStatus()
                    : SystemStatus(error, absl::StrCat("cannot allocate ", size_bytes, " bytes more"));
}

absl::StatusOr<UnnamedFile> UnnamedFile::Create(int folder_fd, uint64_t size_bytes) {
  if (size_bytes > INT64_MAX) return absl::InvalidArgumentError("a file of 2^63 bytes or more");
  if (IsBeyondOwnLimit(size_bytes)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a file of ", size_bytes, " bytes is beyond this process's limit of file size (ulimit -f)"));
  }
  Descriptor descriptor(::openat(folder_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!descriptor.is_open()) {
    // Kernels and file systems without unnamed files take the flag for a plain O_DIRECTORY, or do not know the operation.
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL) {
      return absl::FailedPreconditionError(absl::StrCat("cannot make an unnamed file here; ", kFileSystemAdvice));
    }
    return SystemStatus(errno, "cannot make an unnamed file");
  }
  SERIESGUARD_CRASH_POINT("owned_file.create.opened");
  // The umask may have taken even the owner's rights; a second process of ours must be able to open the file.
  struct stat file;
  if (::fchmod(descriptor.get(), 0600) != 0 || ::fstat(descriptor.get(), &file) != 0) {
    return SystemStatus(errno, "cannot set the mode of an unnamed file");
  }
  if (size_bytes > 0) {
    bool is_supported;
    int error = Allocate(descriptor.get(), 0, size_bytes, &is_supported);
    if (!is_supported) error = owned_file_internal::WriteZeroes(descriptor.get(), size_bytes);
    if (error != 0) return SystemStatus(error, absl::StrCat("cannot allocate ", size_bytes, " bytes in full"));
  }
  SERIESGUARD_CRASH_POINT("owned_file.create.allocated");
  return UnnamedFile(std::move(descriptor), size_bytes, IdOf(file));
}

absl::Status UnnamedFile::LinkAs(int folder_fd, const char* name) const {
  SERIESGUARD_CRASH_POINT("owned_file.link.before");
  int result = ::linkat(descriptor_.get(), "", folder_fd, name, AT_EMPTY_PATH);
  // Without CAP_DAC_READ_SEARCH older kernels say ENOENT to the form above.
  bool was_by_path = false;
  if (result != 0 && (errno == ENOENT || errno == EPERM || errno == EINVAL)) {
    was_by_path = true;
    const std::string path = absl::StrCat("/proc/self/fd/", descriptor_.get());
    result = ::linkat(AT_FDCWD, path.c_str(), folder_fd, name, AT_SYMLINK_FOLLOW);
  }
  if (result == 0) {
    SERIESGUARD_CRASH_POINT("owned_file.link.after");
    return absl::OkStatus();
  }
  if (errno == EEXIST) return absl::AlreadyExistsError("the name of the file is taken");
  if (was_by_path && errno == ENOENT) {
    return absl::FailedPreconditionError("cannot name a file without /proc; mount /proc or grant CAP_DAC_READ_SEARCH");
  }
  if (errno == EOPNOTSUPP || errno == EPERM) {
    return absl::FailedPreconditionError(absl::StrCat("cannot name an unnamed file here; ", kFileSystemAdvice));
  }
  return SystemStatus(errno, "cannot name a file");
}

}  // namespace seriesguard
