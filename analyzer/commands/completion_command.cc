// SPDX-License-Identifier: Apache-2.0
//
// completion_command.cc: one row a shell.
#include "analyzer/commands/completion_command.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/completion/bash_completion.h"
#include "analyzer/commands/completion/fish_completion.h"
#include "analyzer/commands/completion/zsh_completion.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/flag_values.h"

namespace seriesguard {

int RunCompletion(const std::vector<Command>& commands, const Options& options, const Streams& streams) {
  constexpr std::string (*kWriters[])(const std::vector<Command>&) = {BashCompletion, ZshCompletion, FishCompletion};
  const absl::StatusOr<size_t> shell = ReadWord(options.positionals[0], {"bash", "zsh", "fish"});
  if (!shell.ok()) {
    PrintError(absl::StrCat("seriesguard completion: ", shell.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  return Deliver(kWriters[*shell](commands), kExitOk, streams);
}

}  // namespace seriesguard
