// SPDX-License-Identifier: Apache-2.0
//
// browse_command.h: `seriesguard browse`; command_table.cc says what it takes.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_BROWSE_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_BROWSE_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunBrowse(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_BROWSE_COMMAND_H_
