// SPDX-License-Identifier: Apache-2.0
//
// worker_folders.h: the inputs that are folders of client_python's worker files, read before all others.
//
// Use:      once a run, by RunCensus, behind ExpandInputs.
// Threads:  called from one thread.
// Memory:   the text of every such folder, until the census was taken.
// Errors:   the first folder that cannot be read; a bad file in one is no error here but a row of `refused`.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_WORKER_FOLDERS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_WORKER_FOLDERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/server_view.h"
#include "analyzer/input/input_list.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// What InputCount::format says of such an input.
inline constexpr char kWorkerFilesFormat[] = "worker-files";

struct WorkerFolders {
  std::map<size_t, std::string> texts;  // by input, see ReadOptions::texts
  std::vector<WorkerRow> workers;
  uint64_t refused_files = 0;
  std::vector<RefusedFile> refused;
  std::vector<std::string> notes;  // raw
};

absl::StatusOr<WorkerFolders> ReadWorkerFolders(const ExpandedInputs& inputs, ServerView server);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_WORKER_FOLDERS_H_
