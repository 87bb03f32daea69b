// SPDX-License-Identifier: Apache-2.0
//
// explain_command.h: `seriesguard explain`; command_table.cc says what it takes.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_EXPLAIN_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_EXPLAIN_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunExplain(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_EXPLAIN_COMMAND_H_
