// SPDX-License-Identifier: Apache-2.0
//
// typed_arguments.h: the first step: what was typed after the name of a command, without any meaning yet.
//
// Use:      InterpretArguments (interpret_arguments.h) gives it a meaning.
// Threads:  pure function.
// Source:   CLI11 does the parsing; its types and exceptions stay in the source file.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_TYPED_ARGUMENTS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_TYPED_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/commands/command_table.h"
#include "analyzer/commands/flag_table.h"

namespace seriesguard {

struct TypedFlag {
  const Flag* flag = nullptr;
  std::string value;  // empty for a switch
};

struct TypedArguments {
  bool wants_help = false;
  std::vector<TypedFlag> flags;          // each at most once: the last one typed counts
  std::vector<std::string> positionals;  // in the order typed; all that follows "--" is one
};

// Splits `arguments`, what follows the command's name, into flags of `command` and positionals.
//
// Errors:    InvalidArgument: an unknown flag (with the nearest known one), a flag without its value.
absl::StatusOr<TypedArguments> SplitArguments(const Command& command, const std::vector<std::string>& arguments);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_TYPED_ARGUMENTS_H_
