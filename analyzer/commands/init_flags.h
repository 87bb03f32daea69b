// SPDX-License-Identifier: Apache-2.0
//
// init_flags.h: the flags that only `seriesguard init` has.
//
// Use:      part of AllFlags().
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_INIT_FLAGS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_INIT_FLAGS_H_

#include <string_view>
#include <vector>

#include "analyzer/commands/flag.h"

namespace seriesguard {

inline constexpr std::string_view kOutputOfInit = "--output of init";

// Adds them to `flags`.
std::vector<Flag> WithInitFlags(std::vector<Flag> flags);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_INIT_FLAGS_H_
