// SPDX-License-Identifier: Apache-2.0
//
// run.h: the whole program as a function, so that tests run it in their own process.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_RUN_H_
#define SERIESGUARD_ANALYZER_COMMANDS_RUN_H_

#include <string>
#include <vector>

#include "analyzer/commands/streams.h"

namespace seriesguard {

// Runs what `arguments`, without the program's own name, ask for.
//
// Returns:   the exit status, see exit_status.h.
int Run(const std::vector<std::string>& arguments, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_RUN_H_
