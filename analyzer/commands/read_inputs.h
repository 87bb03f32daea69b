// SPDX-License-Identifier: Apache-2.0
//
// read_inputs.h: from the inputs that were named to their samples, before anything is counted.
//
// Use:      by RunCensus and by what compares two sides; shows progress on a terminal.
// Threads:  called from one thread; reads with InputOptions::threads of its own.
// Errors:   the status message is the complete text for the standard error output (a line with a caret where there is
//           one), already through safe_text, without a line feed at its end.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_READ_INPUTS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_READ_INPUTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/commands/fetch_urls.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"
#include "analyzer/commands/worker_folders.h"
#include "analyzer/input/input_list.h"
#include "analyzer/reading/read_dumps.h"
#include "analyzer/reading/sample_watcher.h"

namespace seriesguard {

// Replaces folders by the dumps in them and prints what was left out.
//
// Errors:    what ExpandInputs calls one, all in one message.
absl::StatusOr<ExpandedInputs> ExpandAloud(const std::vector<std::string>& paths, const Streams& streams);

struct InputsRead {
  ReadResult result;      // of a lenient run with the lines that were skipped
  WorkerFolders folders;  // its texts were used up
  size_t threads = 1;     // that were read with
};

// Fetches the inputs that are addresses, then reads all inputs. `watcher` (may be null) is told every sample.
//
// Errors:    an address that brings no metrics, an input that cannot be read, a line that the server would refuse
//            (without --lenient), an input without a sample.
absl::StatusOr<InputsRead> ReadInputs(const ExpandedInputs& inputs, const InputOptions& options, const Streams& streams,
                                      SampleWatcher* watcher);

// The same where every address was fetched already.
absl::StatusOr<InputsRead> ReadFetchedInputs(const ExpandedInputs& inputs, FetchedInputs fetched,
                                             const InputOptions& options, const Streams& streams,
                                             SampleWatcher* watcher);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_READ_INPUTS_H_
