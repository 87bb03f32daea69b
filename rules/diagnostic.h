// SPDX-License-Identifier: Apache-2.0
//
// diagnostic.h: one finding about a person's file, and how it is printed with its line and a caret.
//
// Use:      made by whoever reads the file (policy, dump), in lists; printed by the command line.
// Threads:  plain data and pure functions.
// Errors:   none.
//
// `message` and `hint` hold bytes of the file only in the form that SafeText gives: FormatDiagnostic writes them as they
// are (escaping twice would double every backslash), and escapes the path and the line itself.
#ifndef SERIESGUARD_RULES_DIAGNOSTIC_H_
#define SERIESGUARD_RULES_DIAGNOSTIC_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/source_location.h"

namespace seriesguard {

enum class Severity { kError, kWarning, kNote };

// "error", "warning" or "note".
std::string_view SeverityName(Severity severity);

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;         // one of a closed list, e.g. "unknown_key" (policies: rules/reading/policy_codes.h)
  SourceLocation location;  // line 0: the file as a whole
  std::string message;      // lower case, no full stop, one line
  std::string hint;         // "did you mean ...", "expected ..."; may be empty
};

// Says whether one of `diagnostics` is an error.
bool HasError(const std::vector<Diagnostic>& diagnostics);

// Returns `path:line:column: error: message`, the line, a caret below the column, and the hint; ends with a line feed.
//
// `line_text` is the line that the location names, without its line feed; empty = print no line. Where line and caret do
// not fit into `width` columns, the line is cut on the left, the right or both, and each cut is marked with U+2026.
// `width` 0 means 1,000 columns; less than 20 is taken as 20. The message and the hint are never cut.
// Cost:      proportional to `width`, whatever the length of the line.
std::string FormatDiagnostic(const Diagnostic& diagnostic, std::string_view path, std::string_view line_text,
                             size_t width);

// Returns line `line` (1-based) of `text` without its line feed; empty where there is no such line.
//
// Lifetime:  views the bytes of `text`.
// Cost:      reads `text` up to that line.
std::string_view LineOfText(std::string_view text, int line);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_DIAGNOSTIC_H_
