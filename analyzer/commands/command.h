// SPDX-License-Identifier: Apache-2.0
//
// command.h: one command of the program, as plain data.
//
// Use:      a row of command_table.cc; help, completion, the manual page and parsing read it.
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_COMMAND_H_

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
  std::string_view words = {};  // what the first positional may be, between blanks; empty: anything, or a file
  // Instead of `run`, of a command that shows the table itself: `commands` are all there are.
  int (*show_table)(const std::vector<Command>& commands, const Options& options, const Streams& streams) = nullptr;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_COMMAND_H_
