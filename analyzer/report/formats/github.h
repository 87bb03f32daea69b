// SPDX-License-Identifier: Apache-2.0
//
// github.h: the findings as workflow commands of GitHub Actions, which turns them into annotations of the policy's lines.
//
// Use:      --format github of check, on the standard output of a step.
// Threads:  pure functions.
// Source:   GitHub "Workflow commands for GitHub Actions"; the escapes are those of @actions/core (command.ts). A step
//           shows ten annotations of a kind: the worst are said one by one, the rest is counted.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_GITHUB_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_GITHUB_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace seriesguard {

inline constexpr size_t kMostGithubAnnotations = 10;

// Returns `text` as the message of a command: % CR LF as %25 %0D %0A.
std::string GithubMessage(std::string_view text);

// Returns `text` as a property of a command: as a message, and : , as %3A %2C.
std::string GithubProperty(std::string_view text);

// Renders the worst kMostGithubAnnotations findings that no baseline accepts, then one line that counts the others, and,
// first of all, why there is no verdict where there is none. No line that is not a command.
std::string RenderGithub(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_GITHUB_H_
