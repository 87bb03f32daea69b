// SPDX-License-Identifier: Apache-2.0
//
// dump_findings.h: what is wrong with the dump itself, whatever the policy says.
//
// Use:      after BuildReport, by every command; syntax findings of the parser are already in the report then.
// Threads:  pure function of its arguments.
// Source:   docs/counting.md, docs/check.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_DUMP_FINDINGS_H_
#define SERIESGUARD_ANALYZER_REPORT_DUMP_FINDINGS_H_

#include "analyzer/report/report.h"

namespace seriesguard {

// Adds the findings duplicate_samples, skipped_lines and refused_files where there are any. Refused files are an error, with
// `lenient` a warning; with `strict`, they, duplicates and what the parser found against the rules of OpenMetrics and TYPE
// lines are errors. Sorts the findings.
void AddDumpFindings(bool strict, Report* report, bool lenient = false);

// Says whether an error is about the dump itself. The input is then invalid: exit status 2, which beats 1.
bool HasInvalidInput(const Report& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_DUMP_FINDINGS_H_
