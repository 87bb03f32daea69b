// SPDX-License-Identifier: Apache-2.0
//
// folder_walk.h: the dumps in a folder and below it, where the folder may have been filled by an enemy. A folder that
// client_python's workers write into (one name in it says so) counts as one dump, and nothing in it is looked at here.
//
// Use:      made for ExpandInputs.
// Threads:  any; a walk holds no state outside itself.
// Memory:   the names found; a folder of more than FolderLimits::max_entries is refused.
// Errors:   in FolderFindings; notes and errors hold names raw: print them through rules/safe_text.
// Source:   docs/input.md.
//
// Invariants
//   1. Nothing but a regular file is ever opened, and a folder only by openat() without following a link, so that a
//      folder that changes during the walk leads nowhere else.
//   2. Of what cannot be read it says so: a dump that is missing from a count is never silent.
//   3. The order depends on the names alone.
#ifndef SERIESGUARD_ANALYZER_INPUT_FOLDER_WALK_H_
#define SERIESGUARD_ANALYZER_INPUT_FOLDER_WALK_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace seriesguard {

struct FolderLimits {
  int max_depth = 16;              // folders below the given one
  size_t max_entries = 1'000'000;  // names looked at, in all
  size_t max_notes = 20;           // skipped things that are named; the others are counted
};

struct FoundFile {
  std::string path;
  dev_t device = 0;  // device and inode: which file it really is
  ino_t inode = 0;
  bool is_worker_folder = false;  // no file: a folder of client_python's worker files, which is one input as a whole
};

struct FolderFindings {
  std::vector<FoundFile> files;     // sorted by the bytes of their paths
  std::vector<std::string> notes;   // skipped, with the reason
  std::vector<std::string> errors;  // could not be looked at
};

// Walks `folder` (which may itself be a link). Finding no dump is left to the caller to judge.
FolderFindings WalkFolder(const std::string& folder, const FolderLimits& limits);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_FOLDER_WALK_H_
