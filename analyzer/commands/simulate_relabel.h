// SPDX-License-Identifier: Apache-2.0
//
// simulate_relabel.h: `seriesguard simulate --relabel`: the inputs behind a server's rules and limits.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_SIMULATE_RELABEL_H_
#define SERIESGUARD_ANALYZER_COMMANDS_SIMULATE_RELABEL_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunSimulateRelabel(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_SIMULATE_RELABEL_H_
