// SPDX-License-Identifier: Apache-2.0
//
// hostile_report.h: texts that try to leave the place where a format puts them, and reports full of them.
//
// Use:      tests of the formats.
// Data:     made up by hand: scripts, quotes, line separators, terminal escapes, percent escapes, bars, formulas,
//           bidirectional controls, XML and JSON ends, Markdown, workflow commands, bytes that are not UTF-8.
#ifndef SERIESGUARD_TESTS_ANALYZER_REPORT_FORMATS_HOSTILE_REPORT_H_
#define SERIESGUARD_TESTS_ANALYZER_REPORT_FORMATS_HOSTILE_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/report/report.h"

namespace seriesguard {

const std::vector<std::string>& HostileTexts();

// A report of `check` whose metrics, labels, values, owners, paths and remedies are hostile texts, pieced together at
// random; the same for the same seed. Messages are made as the verdict makes them: untrusted parts pass SafeText.
Report HostileReport(uint32_t seed);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_REPORT_FORMATS_HOSTILE_REPORT_H_
