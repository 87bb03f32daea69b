// SPDX-License-Identifier: Apache-2.0
//
// schema_command.h: `seriesguard schema`; command_table.cc says what it takes.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_SCHEMA_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_SCHEMA_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunSchema(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_SCHEMA_COMMAND_H_
