// SPDX-License-Identifier: Apache-2.0
//
// policy_command.cc: all mistakes of all files in one run; one line a file on the standard output.
#include "analyzer/commands/policy_command.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/report/number_text.h"
#include "rules/diagnostic.h"
#include "rules/policy_schema.h"
#include "rules/regex_cost.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

// Adds what only a clock can tell: expressions that take too long on this machine.
void ProbeCost(const std::string& path, const Streams& streams, PolicyReadResult* result) {
  if (!result->policy) return;
  PolicyReadResult slow;
  slow.diagnostics = ProbeRegexCost(*result->policy);
  slow.text = result->text;
  if (slow.diagnostics.empty()) return;
  PrintError(FormatDiagnostics(slow, path, DiagnosticColumns(streams)), streams);
  result->diagnostics.insert(result->diagnostics.end(), slow.diagnostics.begin(), slow.diagnostics.end());
  if (HasError(slow.diagnostics)) result->policy.reset();
}

uint64_t Count(const PolicyReadResult& result, Severity severity) {
  return static_cast<uint64_t>(
      std::count_if(result.diagnostics.begin(), result.diagnostics.end(),
                    [severity](const Diagnostic& diagnostic) { return diagnostic.severity == severity; }));
}

// "seriesguard.yaml: sound, 12 rules, 2 warnings"
std::string Summary(const std::string& path, const PolicyReadResult& result) {
  const uint64_t errors = Count(result, Severity::kError);
  const uint64_t warnings = Count(result, Severity::kWarning);
  std::string text = absl::StrCat(SafeText(path), ": ");
  if (result.policy) {
    absl::StrAppend(&text, "sound, ", Quantity(result.policy->metrics.size(), "rule"), ", hash ", result.policy->hash);
  } else {
    absl::StrAppend(&text, "not a policy, ", Quantity(errors, "error"));
  }
  if (warnings > 0) absl::StrAppend(&text, ", ", Quantity(warnings, "warning"));
  return text + "\n";
}

}  // namespace

int RunPolicyCheck(const Options& options, const Streams& streams) {
  std::string summaries;
  int status = kExitOk;
  for (const std::string& path : options.positionals) {
    std::optional<PolicyReadResult> result = ReadPolicyAloud(path, streams);
    if (result) ProbeCost(path, streams, &*result);
    if (!result || !result->policy) status = kExitCannotDo;
    if (result) summaries += Summary(path, *result);
  }
  return Deliver(summaries, status, streams);
}

int RunPolicySchema(const Options&, const Streams& streams) { return Deliver(PolicySchema(), kExitOk, streams); }

}  // namespace seriesguard
