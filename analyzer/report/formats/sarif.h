// SPDX-License-Identifier: Apache-2.0
//
// sarif.h: the findings as SARIF 2.1.0, for the code-scanning pages of forges and for editors.
//
// Use:      --format sarif of check.
// Threads:  pure functions.
// Source:   OASIS "Static Analysis Results Interchange Format" 2.1.0: 3.11 messages, 3.27 results, 3.35 suppressions;
//           docs/formats.md for what the readers take: 5,000 results at most, and a location for each.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_SARIF_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_SARIF_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace seriesguard {

inline constexpr size_t kMostSarifResults = 5'000;

// Returns `safe`, one printable line, as the plain text of a SARIF message: brackets would open a link and braces a
// placeholder, so they are written as \[ \] {{ }}; a backslash is doubled.
std::string SarifMessage(std::string_view safe);

// Returns `path` as a URI reference: all bytes but letters, digits, - . _ ~ and / become %NN; an absolute path gets
// file:// in front.
std::string SarifUri(std::string_view path);

// Renders the findings of `report`, the worst kMostSarifResults of them; the rest is counted in the run's properties.
std::string RenderSarif(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_SARIF_H_
