// SPDX-License-Identifier: Apache-2.0
//
// watch_command.h: `seriesguard watch`.
//
// Use:      a row of command_table.cc.
// Threads:  one run at a time: it catches the signals that end it.
// Source:   docs/watch.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_WATCH_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_WATCH_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

// Scrapes the addresses again and again, and shows each time what came since the start.
//
// Returns:   0 when the time is over or somebody ended it; 1 as soon as the budget of --policy breaks; 2 where more
//            scrapes in a row failed than are allowed, none was read, or the last verdict is undecided.
int RunWatch(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_WATCH_COMMAND_H_
