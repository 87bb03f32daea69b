// SPDX-License-Identifier: Apache-2.0
//
// command_table.h: every command of the program; help, parsing, completion, the manual and docs/cli.md come from its rows.
//
// Use:      Run() looks the typed command up; a new command is a new row and a file of its own.
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_COMMAND_TABLE_H_
#define SERIESGUARD_ANALYZER_COMMANDS_COMMAND_TABLE_H_

#include <string_view>
#include <vector>

#include "analyzer/commands/command.h"

namespace seriesguard {

// In the order in which help lists them.
const std::vector<Command>& AllCommands();

// Returns the command of that name, or nullptr.
const Command* FindCommand(std::string_view name);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_COMMAND_TABLE_H_
