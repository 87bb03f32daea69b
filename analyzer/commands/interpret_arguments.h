// SPDX-License-Identifier: Apache-2.0
//
// interpret_arguments.h: the second step: what the typed arguments mean. No file is opened here.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_INTERPRET_ARGUMENTS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_INTERPRET_ARGUMENTS_H_

#include "absl/status/statusor.h"
#include "analyzer/commands/command_table.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/typed_arguments.h"

namespace seriesguard {

// Gives `typed` its meaning.
//
// Errors:    InvalidArgument: a value that is none, too few or too many positionals.
absl::StatusOr<Options> InterpretArguments(const Command& command, const TypedArguments& typed);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_INTERPRET_ARGUMENTS_H_
