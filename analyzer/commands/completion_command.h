// SPDX-License-Identifier: Apache-2.0
//
// completion_command.h: `seriesguard completion`, a script for a shell.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_COMMAND_H_

#include <vector>

#include "analyzer/commands/command.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunCompletion(const std::vector<Command>& commands, const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_COMMAND_H_
