// SPDX-License-Identifier: Apache-2.0
//
// stored_report.cc: files are opened twice, pipes are only looked into.
#include "analyzer/commands/stored_report.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/diff/side_counts.h"
#include "analyzer/input/byte_source.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kHeadBytes = 512;

std::string HeadOfFile(const std::string& path) {
  std::string head(kHeadBytes, '\0');
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenSource(path, SourceOptions());
  if (!source.ok()) return "";
  size_t got = 0;
  while (got < head.size()) {
    const absl::StatusOr<size_t> more = (*source)->Read(head.data() + got, head.size() - got);
    if (!more.ok() || *more == 0) break;
    got += *more;
  }
  head.resize(got);
  return head;
}

// What a pipe holds next, which stays in it.
std::string HeadOfPipe(int pipe_descriptor) {
  int copy[2];
  if (pipe2(copy, O_CLOEXEC) != 0) return "";
  std::string head(kHeadBytes, '\0');
  ssize_t got = tee(pipe_descriptor, copy[1], head.size(), 0);
  if (got > 0) got = read(copy[0], head.data(), static_cast<size_t>(got));
  head.resize(got > 0 ? static_cast<size_t>(got) : 0);
  close(copy[0]);
  close(copy[1]);
  return head;
}

std::string HeadOfStdin(int descriptor) {
  struct stat what {};
  if (fstat(descriptor, &what) != 0) return "";
  if (S_ISFIFO(what.st_mode)) return HeadOfPipe(descriptor);
  if (!S_ISREG(what.st_mode)) return "";
  std::string head(kHeadBytes, '\0');
  const off_t at = lseek(descriptor, 0, SEEK_CUR);
  const ssize_t got = at < 0 ? -1 : pread(descriptor, head.data(), head.size(), at);
  head.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return head;
}

}  // namespace

StoredReport::StoredReport(std::string path, int stdin_descriptor)
    : path_(std::move(path)), stdin_descriptor_(stdin_descriptor) {
  std::string head;
  struct stat what {};
  if (path_ == "-") {
    head = HeadOfStdin(stdin_descriptor_);
  } else if (stat(path_.c_str(), &what) != 0) {
    return;
  } else if (S_ISREG(what.st_mode)) {
    head = HeadOfFile(path_);
  } else if (S_ISFIFO(what.st_mode)) {
    pipe_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (pipe_ >= 0) head = HeadOfPipe(pipe_);
  }
  is_report_ = LooksLikeStoredReport(head);
}

StoredReport::~StoredReport() {
  if (pipe_ >= 0) close(pipe_);
}

absl::StatusOr<std::string> StoredReport::Read() const {
  SourceOptions options;
  options.stdin_fd = stdin_descriptor_;
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenSource(path_, options);
  std::string text;
  constexpr size_t kPiece = 1 << 20;
  while (source.ok()) {
    const size_t got = text.size();
    if (got > kMaxReportBytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(SafeText(path_), ": a stored report of more than ", kMaxReportBytes, " bytes"));
    }
    text.resize(got + kPiece);
    const absl::StatusOr<size_t> more = (*source)->Read(text.data() + got, kPiece);
    if (!more.ok()) {
      source = more.status();
      break;
    }
    text.resize(got + *more);
    if (*more == 0) return text;
  }
  const absl::Status& status = source.status();
  return absl::Status(status.code(), SafeText(std::string_view(status.message().data(), status.message().size())));
}

}  // namespace seriesguard
