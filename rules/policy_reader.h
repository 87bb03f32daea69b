// SPDX-License-Identifier: Apache-2.0
//
// policy_reader.h: from the text of seriesguard.yaml to a Policy, or to all that is wrong with it.
//
// Use:      by the guard at start-up and at a reload, by every command that takes --policy, by `policy check`.
// Threads:  pure functions; ReadPolicyFile reads a file.
// Memory:   bounded by the size of the text, of which 1 MiB is the most.
// Errors:   Diagnostics with line and column, all of a file in one run; never an exception. Codes: policy_codes.h.
// Cost:     milliseconds for a policy of some hundred rules; at most seconds for a hostile text of 1 MiB.
// Source:   docs/policy.md; the allow-list manifest of Kubernetes is read as well (kubernetes_manifest.h).
#ifndef SERIESGUARD_RULES_POLICY_READER_H_
#define SERIESGUARD_RULES_POLICY_READER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/diagnostic.h"
#include "rules/policy.h"

namespace seriesguard {

struct PolicyReadResult {
  std::optional<Policy> policy;         // set if and only if no diagnostic is an error
  std::vector<Diagnostic> diagnostics;  // in the order of the file
  std::string text;                     // what the locations refer to: the text without its byte order mark
};

// Reads the policy `yaml_text`. `path` is only for Policy::path.
PolicyReadResult ReadPolicy(std::string_view path, std::string_view yaml_text);

// Reads the policy in the file at `path`.
//
// Errors:    NotFound, PermissionDenied, InvalidArgument (a folder), Unavailable (another error of the file system); the
//            message names the path. What is wrong with the text is in the result.
absl::StatusOr<PolicyReadResult> ReadPolicyFile(const std::string& path);

// Returns all diagnostics of `result` as FormatDiagnostic prints them, each with its line.
std::string FormatDiagnostics(const PolicyReadResult& result, std::string_view path, size_t width);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_POLICY_READER_H_
