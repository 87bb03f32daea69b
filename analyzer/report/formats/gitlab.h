// SPDX-License-Identifier: Apache-2.0
//
// gitlab.h: the findings as GitLab's code quality report.
//
// Use:      --format gitlab of check; artifacts:reports:codequality.
// Threads:  pure function.
// Source:   GitLab "Code Quality", "Code Quality report format": description, check_name, fingerprint, severity,
//           location.path, location.lines.begin.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_GITLAB_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_GITLAB_H_

#include <string>

#include "analyzer/report/report.h"

namespace seriesguard {

// Renders one entry a finding. An error is major, a warning minor, a note or what a baseline accepts info; a run that
// could not judge is one entry more, a blocker. Strings are escaped by JsonWriter, after SafeText.
std::string RenderGitlab(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_GITLAB_H_
