// SPDX-License-Identifier: Apache-2.0
//
// man_command.h: `seriesguard man`, the manual page.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_MAN_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_MAN_COMMAND_H_

#include <vector>

#include "analyzer/commands/command.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunMan(const std::vector<Command>& commands, const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_MAN_COMMAND_H_
