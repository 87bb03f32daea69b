// SPDX-License-Identifier: Apache-2.0
//
// diff_command.h: `seriesguard diff`.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_DIFF_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_DIFF_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

// Shows which series came and went between two sides, and why. Exit 0 whatever the difference, 2 where there is none
// to be told.
int RunDiff(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_DIFF_COMMAND_H_
