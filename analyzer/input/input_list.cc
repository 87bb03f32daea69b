// SPDX-License-Identifier: Apache-2.0
//
// input_list.cc: the same file under two names is found by device and inode, because counting it twice doubles a total.
#include "analyzer/input/input_list.h"

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/input/dump_name.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxDuplicateNotes = 20;

class Expansion {
 public:
  explicit Expansion(const FolderLimits& limits) : limits_(limits) {}

  ExpandedInputs Run(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) Add(argument);
    if (duplicates_ > kMaxDuplicateNotes) {
      result_.notes.push_back(
          absl::StrCat(duplicates_ - kMaxDuplicateNotes, " more inputs are files that were named before"));
    }
    return std::move(result_);
  }

 private:
  void Add(const std::string& argument) {
    if (argument == "-") {
      if (has_stdin_) {
        result_.errors.push_back("\"-\" is given twice; stdin can be read only once");
        return;
      }
      has_stdin_ = true;
      result_.paths.push_back(argument);
      return;
    }
    if (argument.empty() || argument.find('\0') != std::string::npos) {
      result_.errors.push_back("an input with an empty name, or with a NUL byte in it");
      return;
    }
    if (IsUrl(argument)) return AddUrl(argument);
    struct stat info;
    if (::stat(argument.c_str(), &info) != 0) {
      const auto status = absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", argument));
      result_.errors.push_back(std::string(status.message()));
      return;
    }
    if (S_ISDIR(info.st_mode)) {
      AddFolder(argument);
    } else if (S_ISREG(info.st_mode)) {
      AddFile({argument, info.st_dev, info.st_ino, /*is_worker_folder=*/false});
    } else {
      result_.paths.push_back(argument);
    }
  }

  void AddUrl(const std::string& argument) {
    absl::StatusOr<HttpUrl> url = ParseHttpUrl(argument);
    if (!url.ok()) {
      result_.errors.emplace_back(url.status().message());
      return;
    }
    std::string name = url->Name();
    const size_t times = ++named_[name];
    if (++asked_[url->Text()] > 1) {
      result_.notes.push_back(absl::StrCat(name, " is named again; it is counted again, as another target"));
    }
    if (times > 1) absl::StrAppend(&name, "#", times);
    result_.urls.push_back({result_.paths.size(), *std::move(url)});
    result_.paths.push_back(std::move(name));
  }

  void AddFolder(const std::string& folder) {
    FolderFindings found = WalkFolder(folder, limits_);
    if (found.files.empty() && found.errors.empty()) {
      result_.errors.push_back(absl::StrCat("no dump in ", folder, ": looked for files that end in ", kDumpEndings,
                                            ", with or without .gz or .zst, and for text files without an extension, ",
                                            limits_.max_depth, " levels down"));
    }
    for (FoundFile& file : found.files) AddFile(std::move(file));
    for (std::string& note : found.notes) result_.notes.push_back(std::move(note));
    for (std::string& error : found.errors) result_.errors.push_back(std::move(error));
  }

  void AddFile(FoundFile file) {
    const auto [first, is_new] = seen_.try_emplace({file.device, file.inode}, file.path);
    if (!is_new && ++duplicates_ <= kMaxDuplicateNotes) {
      result_.notes.push_back(absl::StrCat(file.path, " is the same ", file.is_worker_folder ? "folder" : "file",
                                           " as ", first->second, "; it is counted again, as another target"));
    }
    if (file.is_worker_folder) result_.worker_folders.push_back({result_.paths.size(), file.device, file.inode});
    result_.paths.push_back(std::move(file.path));
  }

  const FolderLimits limits_;
  ExpandedInputs result_;
  bool has_stdin_ = false;
  size_t duplicates_ = 0;
  std::map<std::pair<dev_t, ino_t>, std::string> seen_;
  std::map<std::string, size_t> named_;  // addresses by what is shown of them
  std::map<std::string, size_t> asked_;  // and whole
};

}  // namespace

ExpandedInputs ExpandInputs(const std::vector<std::string>& arguments, const FolderLimits& limits) {
  return Expansion(limits).Run(arguments);
}

}  // namespace seriesguard
