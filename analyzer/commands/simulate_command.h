// SPDX-License-Identifier: Apache-2.0
//
// simulate_command.h: `seriesguard simulate`; command_table.cc says what it takes.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_SIMULATE_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_SIMULATE_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunSimulate(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_SIMULATE_COMMAND_H_
