// SPDX-License-Identifier: Apache-2.0
//
// suggest_command.h: `seriesguard suggest`.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_SUGGEST_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_SUGGEST_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

// Writes a policy that brings the inputs inside --target; 2 where none can.
int RunSuggest(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_SUGGEST_COMMAND_H_
