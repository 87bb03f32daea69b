// SPDX-License-Identifier: Apache-2.0
//
// watch_flags.h: the flags that only `watch` has.
//
// Use:      part of AllFlags().
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_WATCH_FLAGS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_WATCH_FLAGS_H_

#include <string_view>
#include <vector>

#include "analyzer/commands/flag.h"

namespace seriesguard {

// Keys of flags whose name means something else elsewhere.
inline constexpr std::string_view kForOfWatch = "--for of watch";
inline constexpr std::string_view kPolicyOfWatch = "--policy of watch";

const std::vector<Flag>& OnlyWatchFlags();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_WATCH_FLAGS_H_
