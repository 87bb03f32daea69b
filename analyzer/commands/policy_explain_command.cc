// SPDX-License-Identifier: Apache-2.0
//
// policy_explain_command.cc: the series is read first: a mistyped one needs no policy.
#include "analyzer/commands/policy_explain_command.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/policy_test/explain_series.h"
#include "analyzer/policy_test/test_series.h"
#include "rules/diagnostic.h"

namespace seriesguard {

int RunPolicyExplain(const Options& options, const Streams& streams) {
  const std::string& typed = options.positionals.front();
  TestSeries series;
  SeriesError error;
  if (!ParseSeries(typed, &series, &error)) {
    Diagnostic diagnostic;
    diagnostic.location = {1, static_cast<int>(error.offset) + 1};
    diagnostic.message = error.message;
    diagnostic.hint = "quote the whole series for the shell: 'name{label=\"value\"}'";
    PrintError(FormatDiagnostic(diagnostic, "SERIES", LineOfText(typed, 1), DiagnosticColumns(streams)), streams);
    return kExitCannotDo;
  }
  const std::optional<PolicyReadResult> read = ReadPolicyAloud(options.check.policy_path, streams);
  if (!read || !read->policy) return kExitCannotDo;
  const absl::StatusOr<std::string> text = ExplainSeries(series, *read->policy);
  if (!text.ok()) {
    PrintError(absl::StrCat("seriesguard policy explain: ", text.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  return Deliver(*text, kExitOk, streams);
}

}  // namespace seriesguard
