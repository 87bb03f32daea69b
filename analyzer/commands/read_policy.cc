// SPDX-License-Identifier: Apache-2.0
//
// read_policy.cc: diagnostics are as wide as the terminal that shows them.
#include "analyzer/commands/read_policy.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultColumns = 100;

}  // namespace

std::optional<PolicyReadResult> ReadPolicyAloud(const std::string& path, const Streams& streams) {
  absl::StatusOr<PolicyReadResult> result = ReadPolicyFile(path);
  if (!result.ok()) {
    PrintError(absl::StrCat("seriesguard: ", result.status().message(), "\n"), streams);
    return std::nullopt;
  }
  if (!result->diagnostics.empty()) PrintError(FormatDiagnostics(*result, path, DiagnosticColumns(streams)), streams);
  return std::move(*result);
}

size_t DiagnosticColumns(const Streams& streams) {
  return streams.err_is_terminal && streams.err_columns > 0 ? streams.err_columns : kDefaultColumns;
}

}  // namespace seriesguard
