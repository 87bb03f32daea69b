// SPDX-License-Identifier: Apache-2.0
//
// fish_completion.h: a script that lets fish complete our command line.
//
// Threads:  a pure function.
// Source:   docs/completion.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_FISH_COMPLETION_H_
#define SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_FISH_COMPLETION_H_

#include <string>
#include <vector>

#include "analyzer/commands/command.h"

namespace seriesguard {

// Returns the script: commands, the flags of each, the words that a flag takes, files elsewhere.
std::string FishCompletion(const std::vector<Command>& commands);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_COMPLETION_FISH_COMPLETION_H_
