// SPDX-License-Identifier: Apache-2.0
//
// policy_export_command.h: `seriesguard policy export` and `seriesguard policy import`.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_POLICY_EXPORT_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_POLICY_EXPORT_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunPolicyExport(const Options& options, const Streams& streams);
int RunPolicyImport(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_POLICY_EXPORT_COMMAND_H_
