// SPDX-License-Identifier: Apache-2.0
//
// help.h: the texts of --help, made from the tables.
//
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_HELP_H_
#define SERIESGUARD_ANALYZER_COMMANDS_HELP_H_

#include <string>

#include "analyzer/commands/command_table.h"

namespace seriesguard {

// The promise in a line, the commands, where to go on.
std::string ProgramHelp();

// Usage, flags, example and exit status of one command.
std::string CommandHelp(const Command& command);

// The whole of docs/cli.md.
std::string CommandLinePage();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_HELP_H_
