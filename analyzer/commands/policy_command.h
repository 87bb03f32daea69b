// SPDX-License-Identifier: Apache-2.0
//
// policy_command.h: `seriesguard policy check` and `seriesguard policy schema`.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_POLICY_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_POLICY_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunPolicyCheck(const Options& options, const Streams& streams);
int RunPolicySchema(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_POLICY_COMMAND_H_
