// SPDX-License-Identifier: Apache-2.0
//
// check_outputs.cc: files are told apart by device and inode, so that links and other spellings of a path are seen.
#include "analyzer/commands/check_outputs.h"

#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analyzer/input/input_list.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

using FileId = std::pair<dev_t, ino_t>;

// Of a regular file that is there; a terminal or a pipe may be read and written.
std::optional<FileId> IdOf(const std::string& path) {
  struct stat file {};
  if (path.empty() || stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return std::nullopt;
  return FileId(file.st_dev, file.st_ino);
}

std::vector<std::string> OutputPaths(const Options& options) {
  std::vector<std::string> paths;
  for (const ReportFile& file : options.output.files) paths.push_back(file.path);
  for (const std::string* path : {&options.write.output_path, &options.write.tests_path}) {
    if (!path->empty()) paths.push_back(*path);
  }
  return paths;
}

std::vector<std::string> PathsRead(const Options& options) {
  std::vector<std::string> paths = ExpandInputs(options.input.paths).paths;
  if (options.input.paths.empty()) paths = options.positionals;
  if (options.reads_policy) paths.push_back(options.check.policy_path);
  paths.push_back(options.simulate.relabel_path);
  return paths;
}

}  // namespace

absl::Status CheckOutputsAreNoInputs(const Options& options) {
  std::vector<std::pair<FileId, std::string>> outputs;
  for (std::string& path : OutputPaths(options)) {
    if (const std::optional<FileId> id = IdOf(path)) outputs.emplace_back(*id, std::move(path));
  }
  if (outputs.empty()) return absl::OkStatus();
  for (const std::string& path : PathsRead(options)) {
    const std::optional<FileId> id = IdOf(path);
    for (const auto& [output_id, output] : outputs) {
      if (id != output_id) continue;
      return absl::InvalidArgumentError(absl::StrCat("the output ", SafeText(output),
                                                     " would take the place of what is read, ", SafeText(path),
                                                     "; name another file"));
    }
  }
  return absl::OkStatus();
}

}  // namespace seriesguard
