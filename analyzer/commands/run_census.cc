// SPDX-License-Identifier: Apache-2.0
//
// run_census.cc: what was read is counted.
#include "analyzer/commands/run_census.h"

#include <utility>

#include "analyzer/commands/remark_findings.h"
#include "analyzer/input/input_list.h"
#include "analyzer/verdict/overflow_markers.h"

namespace seriesguard {

absl::StatusOr<CensusRun> RunCensus(const InputOptions& options, const Streams& streams, SampleWatcher* watcher) {
  const absl::StatusOr<ExpandedInputs> inputs = ExpandAloud(options.paths, streams);
  if (!inputs.ok()) return inputs.status();
  absl::StatusOr<InputsRead> read = ReadInputs(*inputs, options, streams, watcher);
  if (!read.ok()) return read.status();
  return CountInputs(*inputs, *std::move(read));
}

CensusRun CountInputs(const ExpandedInputs& inputs, InputsRead read) {
  CensusRun run{Census(std::move(read.result.data), static_cast<int>(read.threads)),
                read.result.error_count,
                {},
                !inputs.worker_folders.empty(),
                std::move(read.folders.workers),
                read.folders.refused_files,
                std::move(read.folders.refused),
                {}};
  for (const InputError& error : read.result.errors) {
    run.skipped.push_back(
        {inputs.paths[error.input], error.error.line, error.error.column, error.error.line_text, error.error.message});
  }
  run.findings = RemarkFindings(run.census);
  FindOverflowMarkers(run.census, &run.findings);
  return run;
}

}  // namespace seriesguard
