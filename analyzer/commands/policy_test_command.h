// SPDX-License-Identifier: Apache-2.0
//
// policy_test_command.h: `seriesguard policy test FILE...`: series in, series expected, held against a policy.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_POLICY_TEST_COMMAND_H_
#define SERIESGUARD_ANALYZER_COMMANDS_POLICY_TEST_COMMAND_H_

#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {

int RunPolicyTest(const Options& options, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_POLICY_TEST_COMMAND_H_
