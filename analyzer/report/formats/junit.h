// SPDX-License-Identifier: Apache-2.0
//
// junit.h: the verdict as a JUnit report: one case for each thing that the policy holds the dump to.
//
// Use:      --format junit of check; every CI server reads it.
// Threads:  pure functions.
// Source:   the schema of Jenkins' xUnit plugin (junit-10.xsd), which is what CI servers agree on; XML 1.0, 2.2 for the
//           characters that may occur at all.
#ifndef SERIESGUARD_ANALYZER_REPORT_FORMATS_JUNIT_H_
#define SERIESGUARD_ANALYZER_REPORT_FORMATS_JUNIT_H_

#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace seriesguard {

// Returns `safe`, printable lines, as XML text or as the value of an attribute: & < > " ' and line feeds as references,
// and U+FFFE and U+FFFF, which XML has no place for, as U+FFFD.
std::string XmlText(std::string_view safe);

// Renders `report`: a case "verdict", which is an error where there is none; a case for every rule and budget of
// report.judged; a case of its own for each rule of findings that belong to none of these, such as what is wrong with
// the dump. Errors are failures; warnings, notes and what a baseline accepts are output of a case that passes.
std::string RenderJunit(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FORMATS_JUNIT_H_
