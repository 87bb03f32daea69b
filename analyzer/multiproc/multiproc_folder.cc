// SPDX-License-Identifier: Apache-2.0
//
// multiproc_folder.cc: list, sort by worker, read one file after the other.
#include "analyzer/multiproc/multiproc_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/multiproc/mmap_file.h"
#include "analyzer/multiproc/worker_file_name.h"
#include "analyzer/multiproc/worker_merge.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

constexpr std::string_view kEnding = ".db";

absl::Status SystemError(int error, const std::string& what) { return absl::ErrnoToStatus(error, what); }

class OpenFile final : public MmapBytes {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    size_t read = 0;
    while (read < size) {
      const ssize_t got = ::pread(fd_, buffer + read, size - read, static_cast<off_t>(offset + read));
      if (got == 0) break;
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError(errno, "cannot be read");
      read += static_cast<size_t>(got);
    }
    return read;
  }
  absl::StatusOr<uint64_t> Size() override {
    struct stat info;
    if (::fstat(fd_, &info) != 0) return SystemError(errno, "cannot be looked at");
    size_ = static_cast<uint64_t>(std::max<off_t>(info.st_size, 0));
    return size_;
  }
  // What Size() said last.
  uint64_t size() const { return size_; }

 private:
  const int fd_;
  uint64_t size_ = 0;
};

// What a name stands for that is no regular file; empty for one that is.
std::string_view OddKind(mode_t mode) {
  if (S_ISREG(mode)) return "";
  if (S_ISLNK(mode)) return "a link, which is not followed";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// A name of the folder that the client's scrape would open.
struct Candidate {
  std::string name;
  absl::StatusOr<WorkerFileName> file;  // views are into `name`
};

class FolderReader {
 public:
  FolderReader(const std::string& path, const MultiprocOptions& options)
      : path_(path), options_(options), merge_(HashKey::Random(), options.names) {}

  absl::StatusOr<MultiprocFolder> Run();

 private:
  absl::StatusOr<std::vector<std::string>> ListNames(int fd);
  void ReadCandidate(int folder, const std::string& name, const WorkerFileName& file);
  absl::StatusOr<uint64_t> ReadOpen(int fd, const WorkerFileName& file);
  void Refuse(const std::string& name, std::string_view reason);
  void Summarise();

  const std::string& path_;
  const MultiprocOptions& options_;
  WorkerMerge merge_;
  MultiprocFolder result_;
  std::vector<WorkerMerge::Entry> entries_;
  uint64_t passed_over_ = 0;
  std::string first_passed_over_;
};

// Reads all names; keeps those that end in .db and are not hidden, which is what the client looks for.
//
// Takes over `fd`.
absl::StatusOr<std::vector<std::string>> FolderReader::ListNames(int fd) {
  DIR* const stream = ::fdopendir(fd);
  if (stream == nullptr) {
    const int error = errno;
    ::close(fd);
    return SystemError(error, absl::StrCat("cannot read the folder ", path_));
  }
  const auto close_stream = absl::MakeCleanup([stream] { ::closedir(stream); });
  std::vector<std::string> names;
  size_t seen = 0;
  for (;;) {
    errno = 0;
    const struct dirent* const entry = ::readdir(stream);
    if (entry == nullptr && errno != 0) return SystemError(errno, absl::StrCat("cannot read the folder ", path_));
    if (entry == nullptr) return names;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (++seen > options_.max_names) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", options_.max_names, " names in ", path_));
    }
    const bool ends_well = name.size() >= kEnding.size() && name.substr(name.size() - kEnding.size()) == kEnding;
    if (ends_well && name.front() != '.') {
      names.push_back(std::move(name));
    } else if (++passed_over_ == 1 || name < first_passed_over_) {
      first_passed_over_ = std::move(name);
    }
  }
}

void FolderReader::Refuse(const std::string& name, std::string_view reason) {
  if (++result_.refused_files > options_.max_refused_named) return;
  result_.refused.push_back({name, std::string(reason)});
}

// Reads the whole file, then adds it; returns its size.
absl::StatusOr<uint64_t> FolderReader::ReadOpen(int fd, const WorkerFileName& file) {
  OpenFile open_file(fd);
  entries_.clear();
  const absl::StatusOr<MmapFileFacts> facts = ReadMmapFile(&open_file, [&](const MmapEntry& entry) -> absl::Status {
    const absl::StatusOr<WorkerMerge::KeyId> key = merge_.Intern(file.type, entry.key);
    if (!key.ok()) return key.status();
    entries_.push_back({*key, entry.value, entry.timestamp});
    return absl::OkStatus();
  });
  if (!facts.ok()) return facts.status();
  WorkerPart& worker = result_.workers.back();
  worker.series += merge_.AddFile(file, entries_);
  worker.used_bytes += facts->used_bytes;
  return open_file.size();
}

void FolderReader::ReadCandidate(int folder, const std::string& name, const WorkerFileName& file) {
  const auto gone = [&](int error) {
    if (error == ENOENT && file.is_live) return;
    if (error == ELOOP) return Refuse(name, OddKind(S_IFLNK));
    if (error == ENOENT) return Refuse(name, "went while the folder was read");
    const absl::Status status = SystemError(error, "cannot be opened");
    Refuse(name, std::string_view(status.message().data(), status.message().size()));
  };
  // Asked before it is opened: opening a device can do something.
  struct stat info;
  if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return gone(errno);
  if (!S_ISREG(info.st_mode)) return Refuse(name, OddKind(info.st_mode));
  const int fd = ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return gone(errno);
  const auto close_file = absl::MakeCleanup([fd] { ::close(fd); });
  if (::fstat(fd, &info) != 0) return gone(errno);
  if (!S_ISREG(info.st_mode)) return Refuse(name, OddKind(info.st_mode));
  const absl::StatusOr<uint64_t> size = ReadOpen(fd, file);
  if (!size.ok()) return Refuse(name, std::string_view(size.status().message().data(), size.status().message().size()));
  ++result_.workers.back().files;
  result_.workers.back().bytes += *size;
}

void FolderReader::Summarise() {
  auto& workers = result_.workers;
  workers.erase(std::remove_if(workers.begin(), workers.end(), [](const WorkerPart& part) { return part.files == 0; }),
                workers.end());
  std::sort(workers.begin(), workers.end(), [](const WorkerPart& a, const WorkerPart& b) {
    return a.series != b.series ? a.series > b.series : a.worker < b.worker;
  });
  if (passed_over_ > 0) {
    result_.notes.push_back(absl::StrCat("not read in ", path_, ": ", passed_over_,
                                         passed_over_ == 1 ? " name that is" : " names that are",
                                         " no worker's file, first ", first_passed_over_));
  }
}

absl::StatusOr<MultiprocFolder> FolderReader::Run() {
  const int fd = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError(errno, absl::StrCat("cannot open the folder ", path_));
  const auto close_folder = absl::MakeCleanup([fd] { ::close(fd); });
  struct stat info;
  if (::fstat(fd, &info) != 0) return SystemError(errno, absl::StrCat("cannot look at ", path_));
  if (options_.identity && *options_.identity != std::pair(info.st_dev, info.st_ino)) {
    return absl::AbortedError(absl::StrCat(path_, " was replaced by another folder"));
  }
  const int listed = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listed < 0) return SystemError(errno, absl::StrCat("cannot read the folder ", path_));
  absl::StatusOr<std::vector<std::string>> names = ListNames(listed);
  if (!names.ok()) return names.status();

  std::vector<Candidate> candidates;
  candidates.reserve(names->size());  // no string moves once a view points into it
  for (std::string& name : *names) {
    candidates.push_back({std::move(name), absl::StatusOr<WorkerFileName>(WorkerFileName())});
    candidates.back().file = ParseWorkerFileName(candidates.back().name);
  }
  std::vector<const Candidate*> order;
  for (const Candidate& candidate : candidates) order.push_back(&candidate);
  // One worker's files stand together; what is no worker's comes first.
  std::sort(order.begin(), order.end(), [](const Candidate* a, const Candidate* b) {
    const std::string_view worker_a = a->file.ok() ? a->file->worker : std::string_view();
    const std::string_view worker_b = b->file.ok() ? b->file->worker : std::string_view();
    return worker_a != worker_b ? worker_a < worker_b : a->name < b->name;
  });
  std::string_view worker;
  for (const Candidate* candidate : order) {
    if (!candidate->file.ok()) {
      const auto reason = candidate->file.status().message();
      Refuse(candidate->name, std::string_view(reason.data(), reason.size()));
      continue;
    }
    if (candidate->file->worker != worker) {
      worker = candidate->file->worker;
      merge_.BeginWorker();
      WorkerPart part;
      part.worker = std::string(worker);
      result_.workers.push_back(std::move(part));
    }
    ReadCandidate(fd, candidate->name, *candidate->file);
  }
  Summarise();
  result_.text = merge_.Text();
  return std::move(result_);
}

}  // namespace

absl::StatusOr<MultiprocFolder> ReadMultiprocFolder(const std::string& path, const MultiprocOptions& options) {
  return FolderReader(path, options).Run();
}

}  // namespace seriesguard
