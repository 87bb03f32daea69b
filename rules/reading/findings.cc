// SPDX-License-Identifier: Apache-2.0
//
// findings.cc: collecting, bounding and ordering diagnostics.
#include "rules/reading/findings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rules/reading/policy_codes.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kQuotedColumns = 60;

}  // namespace

void Findings::Add(Severity severity, std::string_view code, SourceLocation location, std::string message,
                   std::string hint) {
  if (severity == Severity::kError) ++error_count_;
  if (diagnostics_.size() >= kMaxFindings) {
    ++left_out_;
    return;
  }
  diagnostics_.push_back({severity, std::string(code), location, std::move(message), std::move(hint)});
}

void Findings::Error(std::string_view code, SourceLocation location, std::string message, std::string hint) {
  Add(Severity::kError, code, location, std::move(message), std::move(hint));
}

void Findings::Warning(std::string_view code, SourceLocation location, std::string message, std::string hint) {
  Add(Severity::kWarning, code, location, std::move(message), std::move(hint));
}

std::vector<Diagnostic> Findings::Take() {
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.location < b.location; });
  if (left_out_ > 0) {
    // An error whenever an error was left out: a policy must never pass because its mistakes did not fit.
    const size_t errors_kept =
        static_cast<size_t>(std::count_if(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& diagnostic) {
          return diagnostic.severity == Severity::kError;
        }));
    diagnostics_.push_back({error_count_ > errors_kept ? Severity::kError : Severity::kNote,
                            std::string(policy_code::kTooManyFindings), SourceLocation(),
                            std::to_string(left_out_) + " more findings are not shown", ""});
  }
  error_count_ = 0;
  left_out_ = 0;
  return std::exchange(diagnostics_, {});
}

std::string Quoted(std::string_view text) { return '"' + SafeTextTruncated(text, kQuotedColumns) + '"'; }

std::string LineName(SourceLocation location) { return "line " + std::to_string(location.line); }

}  // namespace seriesguard
