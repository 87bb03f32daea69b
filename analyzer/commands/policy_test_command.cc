// SPDX-License-Identifier: Apache-2.0
//
// policy_test_command.cc: file by file; results on the standard output, what is wrong with a file beside it.
#include "analyzer/commands/policy_test_command.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/policy_test/results_text.h"
#include "analyzer/policy_test/run_tests.h"
#include "analyzer/policy_test/test_file_reader.h"
#include "rules/diagnostic.h"

namespace seriesguard {
namespace {

void PrintDiagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& path, std::string_view text,
                      const Streams& streams) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += FormatDiagnostic(diagnostic, path, LineOfText(text, diagnostic.location.line), DiagnosticColumns(streams));
  }
  if (!out.empty()) PrintError(out, streams);
}

// A policy is found from where the tests lie, whatever the folder that the command runs in.
std::string PolicyPath(const std::string& test_path, const std::string& policy_path) {
  const std::filesystem::path policy(policy_path);
  return policy.is_absolute() ? policy_path : (std::filesystem::path(test_path).parent_path() / policy).string();
}

// Tests one file and appends its lines to `*out`.
int TestFile(const std::string& path, const Streams& streams, std::string* out) {
  const absl::StatusOr<TestFileReadResult> read = ReadTestFile(path);
  if (!read.ok()) {
    PrintError(absl::StrCat("seriesguard: ", read.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  PrintDiagnostics(read->diagnostics, path, read->text, streams);
  if (!read->file) return kExitCannotDo;
  const std::optional<PolicyReadResult> policy = ReadPolicyAloud(PolicyPath(path, read->file->policy_path), streams);
  if (!policy || !policy->policy) return kExitCannotDo;

  const absl::StatusOr<std::vector<PolicyTestResult>> results = RunPolicyTests(*read->file, *policy->policy);
  if (!results.ok()) {
    PrintError(absl::StrCat("seriesguard policy test: ", results.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  for (const PolicyTestResult& result : *results) PrintDiagnostics(result.undecided, path, read->text, streams);
  *out += ResultsText(path, *results, *policy->policy);
  const TestCounts counts = CountTests(*results);
  return counts.undecided > 0 ? kExitCannotDo : counts.failed > 0 ? kExitTestFailed : kExitOk;
}

}  // namespace

int RunPolicyTest(const Options& options, const Streams& streams) {
  std::string out;
  int status = kExitOk;
  for (const std::string& path : options.positionals) status = std::max(status, TestFile(path, streams, &out));
  return Deliver(out, status, streams);
}

}  // namespace seriesguard
