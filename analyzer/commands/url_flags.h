// SPDX-License-Identifier: Apache-2.0
//
// url_flags.h: the flags of inputs that are addresses; every command that reads dumps has all of them.
//
// Use:      part of AllFlags() and of AllCommands().
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_URL_FLAGS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_URL_FLAGS_H_

#include <vector>

#include "analyzer/commands/flag.h"

namespace seriesguard {

const std::vector<Flag>& UrlFlags();

// Returns `flags` with those of `watch` and those of addresses behind them, for good.
const std::vector<Flag>* WithFlagsOfAddresses(std::vector<Flag> flags);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_URL_FLAGS_H_
