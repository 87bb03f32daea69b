// SPDX-License-Identifier: Apache-2.0
//
// check_command.h: `seriesguard check`; command_table.cc says what it takes.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_CHECK_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_CHECK_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunCheck(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_CHECK_COMMAND_H_
