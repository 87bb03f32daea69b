// SPDX-License-Identifier: Apache-2.0
//
// input_list.h: from what was typed to the list of inputs that will be read.
//
// Use:      once a run, before any input is opened; every path then goes to OpenSource, every address to FetchAll.
// Threads:  any.
// Errors:   all of them in one run. Notes and errors hold names raw: print them through rules/safe_text.
// Cost:     one stat() an input; a folder one more a name in it, and 512 bytes of each file without an extension.
// Source:   docs/input.md.
#ifndef SERIESGUARD_ANALYZER_INPUT_INPUT_LIST_H_
#define SERIESGUARD_ANALYZER_INPUT_INPUT_LIST_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/input/folder_walk.h"
#include "analyzer/input/http_url.h"

namespace seriesguard {

// An input that is a folder of client_python's worker files, and which folder it was when it was looked at.
struct WorkerFolder {
  size_t input = 0;  // index into ExpandedInputs::paths
  dev_t device = 0;
  ino_t inode = 0;
};

// An input that is fetched before anything is read.
struct UrlInput {
  size_t input = 0;  // index into ExpandedInputs::paths
  HttpUrl url;
};

struct ExpandedInputs {
  // In the order of the arguments; those of a folder sorted by their bytes. Of an address its name, with "#2" behind it
  // where another one before it has the same (their queries may differ, and are not shown).
  std::vector<std::string> paths;
  std::vector<UrlInput> urls;                // in the order of the paths
  std::vector<WorkerFolder> worker_folders;  // in the order of the paths
  std::vector<std::string> notes;            // what was skipped and why; the same file twice
  std::vector<std::string> errors;           // not empty: the run must not go on
};

// Replaces folders by the dumps in them. Files, FIFOs and devices that are named stay as they are, unread; so do
// addresses.
//
// Errors (in the result): a name that does not exist or cannot be looked at, "-" twice, a folder without a dump, a
//            folder part of which could not be read, an address that is not read here.
ExpandedInputs ExpandInputs(const std::vector<std::string>& arguments, const FolderLimits& limits = FolderLimits());

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_INPUT_LIST_H_
