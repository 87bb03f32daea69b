// SPDX-License-Identifier: Apache-2.0
//
// folder_walk.cc: one descriptor a level, names sorted before they are looked at, every entry asked for its kind
// before it is touched.
#include "analyzer/input/folder_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/input/byte_source.h"
#include "analyzer/input/dump_name.h"
#include "analyzer/multiproc/worker_file_name.h"

namespace seriesguard {
namespace {

constexpr size_t kProbeBytes = 512;

std::string Join(const std::string& folder, const std::string& name) {
  return absl::StrCat(folder, folder.empty() || folder.back() == '/' ? "" : "/", name);
}

std::string SystemError(int error, const std::string& what) {
  return std::string(absl::ErrnoToStatus(error, what).message());
}

class Walk {
 public:
  explicit Walk(const FolderLimits& limits) : limits_(limits) {}

  FolderFindings Run(const std::string& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
      findings_.errors.push_back(SystemError(errno, absl::StrCat("cannot open the folder ", folder)));
      return std::move(findings_);
    }
    Visit(fd, folder, 0);
    std::sort(findings_.files.begin(), findings_.files.end(),
              [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
    Summarise(folder);
    return std::move(findings_);
  }

 private:
  // Takes over `fd`.
  void Visit(int fd, const std::string& folder, int depth) {
    DIR* stream = ::fdopendir(fd);
    if (stream == nullptr) {
      findings_.errors.push_back(SystemError(errno, absl::StrCat("cannot read the folder ", folder)));
      ::close(fd);
      return;
    }
    const auto close_stream = absl::MakeCleanup([stream] { ::closedir(stream); });
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const struct dirent* entry = ::readdir(stream);
      if (entry == nullptr) {
        if (errno == 0) break;
        findings_.errors.push_back(SystemError(errno, absl::StrCat("cannot read the folder ", folder)));
        return;
      }
      if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
      if (++entries_ > limits_.max_entries) {
        findings_.errors.push_back(absl::StrCat("more than ", limits_.max_entries, " names, the last ones in ", folder,
                                                "; give a smaller folder, or the files themselves"));
        return;
      }
      names.emplace_back(entry->d_name);
    }
    if (std::any_of(names.begin(), names.end(), MarksWorkerFolder)) return AddWorkerFolder(fd, folder);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      if (entries_ > limits_.max_entries) return;  // said already, in a folder below
      Judge(fd, folder, name, depth);
    }
  }

  void AddWorkerFolder(int fd, const std::string& folder) {
    struct stat info;
    if (::fstat(fd, &info) != 0) {
      findings_.errors.push_back(SystemError(errno, absl::StrCat("cannot look at ", folder)));
      return;
    }
    findings_.files.push_back({folder, info.st_dev, info.st_ino, /*is_worker_folder=*/true});
  }

  void Judge(int folder_fd, const std::string& folder, const std::string& name, int depth) {
    const DumpName kind = ClassifyDumpName(name);
    if (kind == DumpName::kHidden) {
      ++hidden_;
      return;
    }
    const std::string path = Join(folder, name);
    struct stat info;
    if (::fstatat(folder_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return SkipGone(path, errno);
    const bool is_link = S_ISLNK(info.st_mode);
    if (is_link && ::fstatat(folder_fd, name.c_str(), &info, 0) != 0) {
      if (errno == ENOENT || errno == ELOOP) return Skip(path, "a link that leads nowhere");
      return SkipGone(path, errno);
    }
    if (S_ISDIR(info.st_mode)) {
      if (is_link) return Skip(path, "a link to a folder");
      return Descend(folder_fd, name, path, depth);
    }
    if (S_ISFIFO(info.st_mode)) return Skip(path, "a FIFO");
    if (S_ISSOCK(info.st_mode)) return Skip(path, "a socket");
    if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode)) return Skip(path, "a device");
    if (!S_ISREG(info.st_mode)) return Skip(path, "not a regular file");
    if (kind == DumpName::kOther || (kind == DumpName::kNoExtension && !LooksLikeText(folder_fd, name, path))) {
      if (others_++ == 0) first_other_ = path;
      return;
    }
    findings_.files.push_back({path, info.st_dev, info.st_ino, /*is_worker_folder=*/false});
  }

  void Descend(int folder_fd, const std::string& name, const std::string& path, int depth) {
    if (depth >= limits_.max_depth) {
      return Skip(path, absl::StrCat("a folder more than ", limits_.max_depth, " levels down"));
    }
    const int fd = ::openat(folder_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return SkipGone(path, errno);
    Visit(fd, path, depth + 1);
  }

  // Looks at the first unpacked bytes. What cannot be read counts as a dump: opening it again will say why, and a run
  // must not end well because a file was out of reach.
  bool LooksLikeText(int folder_fd, const std::string& name, const std::string& path) {
    // O_NONBLOCK: if a FIFO took the file's place since it was looked at, open() must not wait for a writer.
    const int fd = ::openat(folder_fd, name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return errno != ENOENT;
    struct stat info;
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
      ::close(fd);
      return false;
    }
    auto source = SourceFromFd(fd, path, SourceOptions());
    if (!source.ok()) return source.status().code() != absl::StatusCode::kInvalidArgument;  // xz, zip: no dump
    char buffer[kProbeBytes];
    size_t size = 0;
    while (size < sizeof(buffer)) {
      auto got = (*source)->Read(buffer + size, sizeof(buffer) - size);
      if (!got.ok()) return true;
      if (*got == 0) break;
      size += *got;
    }
    return size > 0 && std::memchr(buffer, '\0', size) == nullptr;
  }

  void SkipGone(const std::string& path, int error) {
    if (error == ENOENT || error == ENOTDIR || error == ELOOP) return Skip(path, "gone or replaced during the search");
    findings_.errors.push_back(SystemError(error, absl::StrCat("cannot look at ", path)));
  }

  void Skip(const std::string& path, const std::string& reason) {
    if (++skipped_ > limits_.max_notes) return;
    findings_.notes.push_back(absl::StrCat("skipped ", path, ": ", reason));
  }

  void Summarise(const std::string& folder) {
    if (skipped_ > limits_.max_notes) {
      findings_.notes.push_back(
          absl::StrCat("skipped ", skipped_ - limits_.max_notes, " more things in ", folder, " that are no files"));
    }
    if (others_ > 0) {
      findings_.notes.push_back(absl::StrCat("not read in ", folder, ": ", others_, others_ == 1 ? " file" : " files",
                                             " that by name or content are no dumps, first ", first_other_));
    }
    if (hidden_ > 0) {
      findings_.notes.push_back(
          absl::StrCat("not read in ", folder, ": ", hidden_, " hidden ", hidden_ == 1 ? "name" : "names"));
    }
  }

  const FolderLimits limits_;
  FolderFindings findings_;
  size_t entries_ = 0;
  size_t skipped_ = 0;
  size_t hidden_ = 0;
  size_t others_ = 0;
  std::string first_other_;
};

}  // namespace

FolderFindings WalkFolder(const std::string& folder, const FolderLimits& limits) { return Walk(limits).Run(folder); }

}  // namespace seriesguard
