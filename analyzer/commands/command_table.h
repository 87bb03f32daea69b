// SPDX-License-Identifier: Apache-2.0
//
// command_table.h: every command of the program; help, parsing and docs/cli.md come from its rows.
//
// Use:      Run() looks the typed command up; a new command is a new row and a file of its own.
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_COMMAND_TABLE_H_
#define SERIESGUARD_ANALYZER_COMMANDS_COMMAND_TABLE_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

struct Command {
  std::string_view name;         // "top", "policy check"
  std::string_view summary;      // one line, lower case, no full stop
  std::string_view positionals;  // as in the usage line: "INPUT..."
  size_t fewest_positionals;
  size_t most_positionals;
  bool reads_inputs;               // the last positionals are inputs
  std::string_view details;        // what a user has to know, lines of at most 100 columns
  std::string_view limit_summary;  // what --limit cuts, and its default; empty where there is none
  std::vector<std::string_view> flags;
  std::string_view example;  // command lines, one a line
  // Does it and returns the exit status. Inputs are opened here, not before.
  int (*run)(const Options& options, const Streams& streams);
};

// In the order in which help lists them.
const std::vector<Command>& AllCommands();

// Returns the command of that name, or nullptr.
const Command* FindCommand(std::string_view name);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_COMMAND_TABLE_H_
