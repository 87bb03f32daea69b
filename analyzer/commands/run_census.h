// SPDX-License-Identifier: Apache-2.0
//
// run_census.h: from the inputs that were named to everything that was counted.
//
// Use:      once a run, by top, check and explain.
// Threads:  called from one thread; reads with InputOptions::threads of its own.
// Errors:   InvalidArgument and others: the status message is the complete text for the standard error output (a line
//           with a caret where there is one), already through safe_text, without a line feed at its end.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_RUN_CENSUS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_RUN_CENSUS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/read_inputs.h"
#include "analyzer/commands/streams.h"
#include "analyzer/input/input_list.h"
#include "analyzer/reading/sample_watcher.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/report.h"

namespace seriesguard {

struct CensusRun {
  Census census;
  uint64_t skipped_lines = 0;
  std::vector<SkippedLine> skipped;  // the first ten
  bool has_worker_folders = false;   // some input is a folder of worker files
  std::vector<WorkerRow> workers;    // in such folders
  uint64_t refused_files = 0;        // in such folders; they do not count
  std::vector<RefusedFile> refused;  // the first of them
  std::vector<Finding>
      findings;  // type_conflict, openmetrics_syntax, overflow_marker (warnings), created_negotiable (a note)
};

// Reads all inputs and counts them; shows progress on a terminal. `watcher` is told every sample (sample_watcher.h).
//
// Errors:    an input that cannot be read, a line that the server would refuse (without --lenient), an input without
//            a sample.
absl::StatusOr<CensusRun> RunCensus(const InputOptions& options, const Streams& streams,
                                    SampleWatcher* watcher = nullptr);

// Counts what was read of `inputs`.
CensusRun CountInputs(const ExpandedInputs& inputs, InputsRead read);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_RUN_CENSUS_H_
