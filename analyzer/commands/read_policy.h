// SPDX-License-Identifier: Apache-2.0
//
// read_policy.h: a policy file with what is wrong with it shown on the standard error output.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_READ_POLICY_H_
#define SERIESGUARD_ANALYZER_COMMANDS_READ_POLICY_H_

#include <cstddef>
#include <optional>
#include <string>

#include "analyzer/commands/streams.h"
#include "rules/policy_reader.h"

namespace seriesguard {

// Reads the policy at `path` and prints its diagnostics, errors and warnings, with line and caret.
//
// Returns:   nothing when the file cannot be read; else the result, whose policy is set where it has no error.
std::optional<PolicyReadResult> ReadPolicyAloud(const std::string& path, const Streams& streams);

// The columns that a line with its caret may take on the standard error output.
size_t DiagnosticColumns(const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_READ_POLICY_H_
