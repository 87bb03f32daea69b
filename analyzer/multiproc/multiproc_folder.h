// SPDX-License-Identifier: Apache-2.0
//
// multiproc_folder.h: a folder of client_python's worker files as the text that its scrape would bring, and what each
// worker has a part in. The folder may have been filled by an enemy, and may change while it is read.
//
// Use:      once a folder; the text goes to the exposition parser like any other.
// Threads:  any; nothing is shared.
// Memory:   the distinct keys of all workers, and the text.
// Errors:   a folder that cannot be opened or listed, or is another than it was. A bad file costs itself only and is told
//           in `refused`. Names and reasons are raw: print them through rules/safe_text.
// Cost:     four system calls a file, one more each 256 KiB.
// Source:   docs/multiproc_files.md.
//
// Invariants
//   1. Nothing is changed. Only regular files are opened, by openat() below the one descriptor of the folder, no link is
//      followed and no open waits; names come from the folder itself, so none holds a slash.
//   2. No byte of a file is mapped (mmap_file.h).
//   3. A file counts in full or not at all.
//   4. Of what does not count it says so. Not told is only the file of a live gauge that went during the reading: that is
//      how client_python marks a worker dead.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_MULTIPROC_FOLDER_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_MULTIPROC_FOLDER_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/multiproc/sample_line.h"

namespace seriesguard {

struct MultiprocOptions {
  NameForm names = NameForm::kQuoted;
  std::optional<std::pair<dev_t, ino_t>> identity;  // what the folder must be, where it was looked at before
  size_t max_names = 1'000'000;                     // a folder with more is refused
  size_t max_refused_named = 10'000;                // the others are counted
};

struct WorkerPart {
  std::string worker;       // the pid, or what the service calls its workers
  uint64_t series = 0;      // that the scrape would have if this worker were the only one
  uint64_t files = 0;       // that count
  uint64_t bytes = 0;       // of these files, and ...
  uint64_t used_bytes = 0;  // ... how many of them they use
};

struct RefusedWorkerFile {
  std::string name;    // as the folder has it, raw
  std::string reason;  // raw
};

struct MultiprocFolder {
  std::string text;
  std::vector<WorkerPart> workers;         // most series first, then by name
  std::vector<RefusedWorkerFile> refused;  // by worker and name; the first of `refused_files`
  uint64_t refused_files = 0;
  std::vector<std::string> notes;  // what is no worker file by its name, and was passed over as the client does
};

absl::StatusOr<MultiprocFolder> ReadMultiprocFolder(const std::string& path, const MultiprocOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_MULTIPROC_FOLDER_H_
