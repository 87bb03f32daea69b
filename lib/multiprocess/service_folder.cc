// SPDX-License-Identifier: Apache-2.0
//
// service_folder.cc: mkdir, an open that follows nothing, three questions to what was opened, and one file for a trial.
#include "lib/multiprocess/service_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "lib/multiprocess/crash_point.h"
#include "lib/multiprocess/owned_file.h"
#include "lib/multiprocess/system_status.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

// linux/magic.h leaves these to their owners.
constexpr uint64_t kXfsMagic = 0x58465342;

// Other processes may try out the folder at the same time, with the same pid in another pid namespace.
constexpr uint32_t kProbeNames = 16;

std::string Named(std::string_view path) { return absl::StrCat("folder \"", SafeTextTruncated(path, 200), "\""); }

// Takes away what would make the kernel follow a link in the last component: "link/" and "link/." are what it points to.
std::string WithoutTail(std::string_view path) {
  while (path.size() > 1) {
    if (path.back() == '/') {
      path.remove_suffix(1);
    } else if (path.size() > 2 && path.substr(path.size() - 2) == "/.") {
      path.remove_suffix(1);
    } else {
      break;
    }
  }
  return std::string(path);
}

FileSystemKind KindOf(int fd) {
  struct statfs system;
  if (::fstatfs(fd, &system) != 0) return FileSystemKind::kOther;
  switch (static_cast<uint64_t>(system.f_type)) {
    case TMPFS_MAGIC:
    case RAMFS_MAGIC: return FileSystemKind::kMemory;
    case EXT4_SUPER_MAGIC:  // ext2 and ext3 have the same
    case kXfsMagic: return FileSystemKind::kPreallocating;
    default: return FileSystemKind::kOther;
  }
}

absl::StatusOr<Descriptor> OpenOrMake(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    const int error = errno;
    if (error == ENOENT) {
      return absl::NotFoundError(absl::StrCat(Named(path), ": its parent does not exist; make that first"));
    }
    // A folder that is there can be open to us although its parent is not: the open below has the last word.
    struct stat there;
    if (::lstat(path.c_str(), &there) != 0) return SystemStatus(error, absl::StrCat(Named(path), " cannot be made"));
  }
  SERIESGUARD_CRASH_POINT("service_folder.open.made");
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (descriptor.is_open()) return descriptor;
  if (errno == ENOTDIR || errno == ELOOP) {
    return absl::FailedPreconditionError(
        absl::StrCat(Named(path), " is not a folder, or is a link to one; name the folder itself"));
  }
  return SystemStatus(errno, absl::StrCat(Named(path), " cannot be opened"));
}

absl::Status CheckOwner(int fd, const std::string& path) {
  struct stat folder;
  if (::fstat(fd, &folder) != 0) return SystemStatus(errno, absl::StrCat(Named(path), " cannot be looked at"));
  if (folder.st_uid != ::geteuid()) {
    return absl::PermissionDeniedError(
        absl::StrCat(Named(path), " belongs to user ", folder.st_uid, " and this process runs as user ", ::geteuid(),
                     "; give each user's service a folder of its own, made by the user its workers run as"));
  }
  if ((folder.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(Named(path), " can be written by others; chmod 0700"));
  }
  return absl::OkStatus();
}

// Makes a file, names it and removes it: whether that works depends on file system, kernel, rights and /proc together.
absl::Status TryOut(int fd) {
  const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(fd, 0);
  if (!file.ok()) return file.status();
  for (uint32_t number = 0;; ++number) {
    const FileName name = ProbeFileName(static_cast<uint32_t>(::getpid()), number);
    const absl::Status linked = file->LinkAs(fd, name.c_str());
    if (linked.ok()) {
      SERIESGUARD_CRASH_POINT("service_folder.open.tried");
      ::unlinkat(fd, name.c_str(), 0);  // CleanStale of another process may have been quicker
      return absl::OkStatus();
    }
    if (!absl::IsAlreadyExists(linked) || number + 1 == kProbeNames) return linked;
  }
}

void Add(const char* name, std::string reason, size_t max_names, FolderList* list) {
  ++list->total;
  if (list->names.size() < max_names) list->names.push_back(NameReport{name, std::move(reason)});
}

}  // namespace

ServiceFolder::ServiceFolder(Descriptor descriptor, std::string path, FileSystemKind file_system)
    : descriptor_(std::move(descriptor)), path_(std::move(path)), file_system_(file_system) {}

absl::StatusOr<ServiceFolder> ServiceFolder::Open(std::string_view path) {
  if (path.empty()) return absl::InvalidArgumentError("the folder's path is empty");
  if (path.find('\0') != std::string_view::npos) return absl::InvalidArgumentError("the folder's path holds a NUL");
  std::string name = WithoutTail(path);
  absl::StatusOr<Descriptor> descriptor = OpenOrMake(name);
  if (!descriptor.ok()) return descriptor.status();
  absl::Status status = CheckOwner(descriptor->get(), name);
  if (!status.ok()) return status;
  status = TryOut(descriptor->get());
  if (!status.ok()) return absl::Status(status.code(), absl::StrCat(Named(name), ": ", status.message()));
  const FileSystemKind kind = KindOf(descriptor->get());
  return ServiceFolder(*std::move(descriptor), std::move(name), kind);
}

absl::StatusOr<bool> ServiceFolder::ForEachName(const std::function<void(const char* name)>& visit) const {
  // A description of its own: the position in a folder is part of it, and threads must not read on each other's.
  const int fd = ::openat(descriptor_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemStatus(errno, absl::StrCat(Named(path_), " cannot be listed"));
  DIR* const stream = ::fdopendir(fd);
  if (stream == nullptr) {
    const absl::Status status = SystemStatus(errno, absl::StrCat(Named(path_), " cannot be listed"));
    ::close(fd);
    return status;
  }
  const absl::Cleanup closer = [stream] { ::closedir(stream); };
  for (uint64_t seen = 0;;) {
    errno = 0;
    const struct dirent* const entry = ::readdir(stream);
    if (entry == nullptr) {
      if (errno != 0) return SystemStatus(errno, absl::StrCat(Named(path_), " cannot be listed"));
      return true;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (seen++ == kMaxEntries) return false;
    visit(entry->d_name);
  }
}

absl::StatusOr<FolderList> ServiceFolder::ListForeign(size_t max_names) const {
  FolderList list;
  const absl::StatusOr<bool> is_complete = ForEachName([&](const char* name) {
    if (ParseOwnName(name).kind == OwnName::Kind::kForeign) {
      Add(name, "is not a name of ours", max_names, &list);
      return;
    }
    const FileRefusal refusal = InspectExisting(descriptor_.get(), name, FileDemand());
    if (refusal != FileRefusal::kNone && refusal != FileRefusal::kMissing) {
      Add(name, FileRefusalText(refusal), max_names, &list);
    }
  });
  if (!is_complete.ok()) return is_complete.status();
  list.is_complete = *is_complete;
  return list;
}

absl::StatusOr<CleanReport> ServiceFolder::CleanStale(const std::function<bool(const OwnName&)>& is_stale,
                                                      size_t max_kept) const {
  CleanReport report;
  const absl::StatusOr<bool> is_complete = ForEachName([&](const char* name) {
    const OwnName own = ParseOwnName(name);
    if (own.kind == OwnName::Kind::kForeign) return;
    if (own.kind != OwnName::Kind::kProbe && !is_stale(own)) return;
    const FileRefusal refusal = InspectExisting(descriptor_.get(), name, FileDemand());
    if (refusal == FileRefusal::kMissing) return;
    if (refusal != FileRefusal::kNone) {
      Add(name, FileRefusalText(refusal), max_kept, &report.kept);
      return;
    }
    // Only the effective user can put something else under this name now, and even a link would go itself, not its target.
    if (::unlinkat(descriptor_.get(), name, 0) == 0) {
      SERIESGUARD_CRASH_POINT("service_folder.clean.removed");
      ++report.removed;
    } else if (errno != ENOENT) {
      Add(name, std::string(SystemStatus(errno, "cannot be removed").message()), max_kept, &report.kept);
    }
  });
  if (!is_complete.ok()) return is_complete.status();
  report.kept.is_complete = *is_complete;
  return report;
}

}  // namespace seriesguard
