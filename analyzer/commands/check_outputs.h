// SPDX-License-Identifier: Apache-2.0
//
// check_outputs.h: no result may take the place of what the run reads.
//
// Use:      once a run, before any input is opened.
// Threads:  any.
// Cost:     nothing without an output; else one stat() a file, and what ExpandInputs takes for folders.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_CHECK_OUTPUTS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_CHECK_OUTPUTS_H_

#include "absl/status/status.h"
#include "analyzer/commands/options.h"

namespace seriesguard {

// Says whether every file that the run writes is another file than those that it reads, whatever they are called.
//
// `options`: of a command that has been interpreted. A baseline is read and written, and no case of this.
// Errors:    InvalidArgument, with the output and the input in it; safe to print.
absl::Status CheckOutputsAreNoInputs(const Options& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_CHECK_OUTPUTS_H_
