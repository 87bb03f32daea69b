// SPDX-License-Identifier: Apache-2.0
//
// entry_key.h: whose value an entry of a worker file is: the JSON array [metric, sample, {label: value}, help].
//
// Threads:  pure function.
// Memory:   what the key holds, once; nesting deeper than the array and its one object is refused as it is met.
// Errors:   InvalidArgument with the reason, which never holds bytes of the key.
// Source:   mmap_key() in prometheus_client/mmap_dict.py.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_ENTRY_KEY_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_ENTRY_KEY_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace seriesguard {

struct EntryKey {
  std::string metric;
  std::string sample;
  std::vector<std::pair<std::string, std::string>> labels;  // sorted by name, each name once
  std::string help;
};

// Reads a key. All texts are UTF-8 without NUL bytes, names are not empty, and no label is `__name__`: a server would
// drop the whole scrape over any of these, so they cost the file that brings them.
absl::StatusOr<EntryKey> ParseEntryKey(std::string_view json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_ENTRY_KEY_H_
