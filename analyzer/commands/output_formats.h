// SPDX-License-Identifier: Apache-2.0
//
// output_formats.h: the names of the formats, and which command has which.
//
// Use:      by the flags --format and --output.
// Threads:  constants and pure functions.
// Source:   docs/formats.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_OUTPUT_FORMATS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_OUTPUT_FORMATS_H_

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "analyzer/commands/options.h"

namespace seriesguard {

inline constexpr std::array<std::string_view, 10> kOutputFormatNames = {
    "text", "json", "html", "markdown", "csv", "openmetrics", "sarif", "junit", "github", "gitlab"};

static_assert(kOutputFormatNames.size() == static_cast<size_t>(OutputFormat::kGitlab) + 1, "every format has its name");

constexpr std::string_view OutputFormatName(OutputFormat format) {
  return kOutputFormatNames[static_cast<size_t>(format)];
}

// Returns the names that top, check, explain or diff takes: those made of findings are for check alone, and a comparison
// has few.
inline std::vector<std::string_view> OutputFormatsOf(std::string_view command) {
  const size_t count = command == "check" ? kOutputFormatNames.size() : command == "diff" ? 3 : 6;
  const auto end = kOutputFormatNames.begin() + count;
  return {kOutputFormatNames.begin(), end};
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_OUTPUT_FORMATS_H_
