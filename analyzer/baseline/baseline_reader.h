// SPDX-License-Identifier: Apache-2.0
//
// baseline_reader.h: from the YAML of a baseline to its entries, or to all that is wrong with it; and back.
//
// Use:      by `check --baseline`.
// Threads:  pure functions; ReadBaselineFile reads a file.
// Errors:   Diagnostics with line and column, all of a file in one run; their codes are those of policy_codes.h.
// Memory:   the text is at most 1 MiB.
#ifndef SERIESGUARD_ANALYZER_BASELINE_BASELINE_READER_H_
#define SERIESGUARD_ANALYZER_BASELINE_BASELINE_READER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/baseline/baseline.h"
#include "rules/diagnostic.h"

namespace seriesguard {

struct BaselineReadResult {
  std::optional<Baseline> baseline;     // set if and only if no diagnostic is an error
  std::vector<Diagnostic> diagnostics;  // in the order of the file
  std::string text;                     // what the locations refer to
};

BaselineReadResult ReadBaseline(std::string_view yaml_text);

// Reads the baseline in the file at `path`.
//
// Errors:    the file cannot be read (NotFound: there is none); the message names the path. What is wrong with the text
//            is in the result.
absl::StatusOr<BaselineReadResult> ReadBaselineFile(const std::string& path);

// "10%" or "250". Returns nothing for anything else.
std::optional<AllowedGrowth> ParseGrowth(std::string_view text);

// True for a day of the calendar, written 2026-12-31: such texts compare as the days do.
bool IsDay(std::string_view text);

// Returns the text of a baseline: entries sorted, the same bytes for the same entries.
std::string WriteBaseline(const Baseline& baseline);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BASELINE_BASELINE_READER_H_
