// SPDX-License-Identifier: Apache-2.0
//
// command_line_words.h: the tables as what a person may type next; the three completions and the manual are made of it.
//
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_COMMAND_LINE_WORDS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_COMMAND_LINE_WORDS_H_

#include <string_view>
#include <vector>

#include "analyzer/commands/command.h"
#include "analyzer/commands/flag_table.h"

namespace seriesguard {

enum class CandidateKind : unsigned char { kAny, kFile, kWords, kFormatFile };

struct Positional {
  std::string_view name;  // "INPUT", without brackets and dots
  bool repeats = false;   // the last one may
  CandidateKind kind = CandidateKind::kAny;
  std::vector<std::string_view> words;  // of kWords
};

// Returns the positionals of `command` in their order: "METRIC INPUT..." are two, the second repeats.
std::vector<Positional> PositionalsOf(const Command& command);

// Says what the value of a flag that takes one is; kFormatFile is a word, an equals sign and a file.
CandidateKind KindOfValue(const Flag& flag);

// Returns the flags that `command` takes, in the order of the flag table.
std::vector<const Flag*> FlagsOf(const Command& command);

// Returns what help says of `flag` for `command`: of --limit each command has words of its own.
std::string_view SummaryOf(const Flag& flag, const Command& command);

// One word of a command line, or the name of a group of commands.
struct CommandWord {
  std::string_view word;                // "top", "policy"
  const Command* command;               // nullptr: a group
  std::vector<const Command*> members;  // of a group: "policy check", ...
};

// Returns the first words of all commands, each once, in their order.
std::vector<CommandWord> FirstWords(const std::vector<Command>& commands);

// The word of a member of a group: "check" of "policy check".
std::string_view SecondWord(const Command& command);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_COMMAND_LINE_WORDS_H_
