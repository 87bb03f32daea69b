// SPDX-License-Identifier: Apache-2.0
//
// finding_lines.h: what every format says of a finding, before a format escapes it.
//
// Use:      by the formats beside this file; what is returned is safe to show, but not yet escaped for any format.
// Threads:  pure functions.
// Source:   docs/formats.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_FINDING_LINES_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_FINDING_LINES_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/report.h"

namespace seriesguard {

// Returns what the finding is about: its metric, else its input, else "all inputs". One printable line.
std::string FindingSubject(const Finding& finding);

// Returns "http_requests_total: 4,812 series, limit 4,000".
std::string FindingHeadline(const Finding& finding);

// Returns the headline, then one line each, where known, for the input, the label, the values at fault (the first few,
// the rest counted), the owner and the remedy. Each is one printable line of bounded length.
std::vector<std::string> FindingLines(const Finding& finding);

// Returns FindingLines with `separator` between them.
std::string FindingText(const Finding& finding, std::string_view separator);

// Returns one fingerprint a finding, in their order: Fingerprint(), and from the second finding with the same one on
// ":2", ":3" behind it, because the readers of SARIF and code quality want them unique in a document.
std::vector<std::string> UniqueFingerprints(const std::vector<Finding>& findings);

// Returns the line that a reader is sent to: the finding's own, else the first line of the policy, else of the input.
// The line is at least 1; the file is empty where a report has neither.
FileLocation PlaceOfFinding(const Report& report, const Finding& finding);

// Returns `text` where it is UTF-8, else SafeText(text): for paths, which a machine has to find again.
std::string Utf8Path(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_FINDING_LINES_H_
