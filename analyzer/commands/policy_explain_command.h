// SPDX-License-Identifier: Apache-2.0
//
// policy_explain_command.h: `seriesguard policy explain SERIES`: what a policy does to one series, step by step.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_POLICY_EXPLAIN_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_POLICY_EXPLAIN_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunPolicyExplain(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_POLICY_EXPLAIN_COMMAND_H_
