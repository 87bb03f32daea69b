// SPDX-License-Identifier: Apache-2.0
//
// read_dumps.h: reads all inputs of a run into one census, on several threads where that pays.
//
// Use:      once a run; ExpandInputs has made the list of paths.
// Threads:  called from one; works with `threads`.
// Memory:   one window (1 MiB, up to a line of 32 MiB) a thread, and what was counted.
// Cost:     one pass over the bytes. All is read once more where a file was cut at a wrong place (see read_dumps.cc),
//           which next to nothing but documents with newlines inside quotes bring about.
//
// Invariants
//   1. The result, down to the order of families' rows, is that of one thread reading the inputs in their order.
//   2. An error that is reported is the first in that order.
#ifndef SERIESGUARD_ANALYZER_READING_READ_DUMPS_H_
#define SERIESGUARD_ANALYZER_READING_READ_DUMPS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/census/census_data.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_options.h"

namespace seriesguard {

struct ReadResult {
  std::unique_ptr<CensusData> data;
  // Lines that a server would refuse, in the order of the inputs: without --lenient at most one, and `data` is then
  // what stood before it; with it the first CensusBuilder::kMaxErrors of error_count.
  std::vector<InputError> errors;
  uint64_t error_count = 0;
};

// Errors:   an input that cannot be opened or read to its end; the message names its path, raw.
absl::StatusOr<ReadResult> ReadDumps(const std::vector<std::string>& paths, const ReadOptions& options,
                                     Progress* progress);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_READ_DUMPS_H_
