// SPDX-License-Identifier: Apache-2.0
//
// worker_folders.cc: one folder after the other; of the bad files of all together so many are named as of one.
#include "analyzer/commands/worker_folders.h"

#include <utility>

#include "analyzer/multiproc/multiproc_folder.h"
#include "analyzer/multiproc/sample_line.h"

namespace seriesguard {

absl::StatusOr<WorkerFolders> ReadWorkerFolders(const ExpandedInputs& inputs, ServerView server) {
  WorkerFolders all;
  MultiprocOptions options;
  if (server == ServerView::kPrometheus2) options.names = NameForm::kUnderscored;
  for (const WorkerFolder& input : inputs.worker_folders) {
    const std::string& path = inputs.paths[input.input];
    options.identity = {input.device, input.inode};
    absl::StatusOr<MultiprocFolder> folder = ReadMultiprocFolder(path, options);
    if (!folder.ok()) return folder.status();
    all.texts.emplace(input.input, std::move(folder->text));
    for (WorkerPart& part : folder->workers) {
      all.workers.push_back({path, std::move(part.worker), part.series, part.files, part.bytes, part.used_bytes});
    }
    all.refused_files += folder->refused_files;
    for (RefusedWorkerFile& file : folder->refused) {
      if (all.refused.size() == options.max_refused_named) break;
      all.refused.push_back({path, std::move(file.name), std::move(file.reason)});
    }
    for (std::string& note : folder->notes) all.notes.push_back(std::move(note));
  }
  return all;
}

}  // namespace seriesguard
