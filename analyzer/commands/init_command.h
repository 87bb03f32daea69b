// SPDX-License-Identifier: Apache-2.0
//
// init_command.h: `seriesguard init`, a first policy from a dump.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_INIT_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_INIT_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunInit(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_INIT_COMMAND_H_
