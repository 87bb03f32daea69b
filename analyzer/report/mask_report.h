// SPDX-License-Identifier: Apache-2.0
//
// mask_report.h: a report without e-mail addresses, IP addresses and tokens.
//
// Use:      on every report that is delivered, unless --show-personal.
// Threads:  a pure function of its argument.
// Cost:     a look at each text of a dump that the report holds; at a value that stands there often, once.
// Source:   docs/patterns.md, "Personal data".
#ifndef SERIESGUARD_ANALYZER_REPORT_MASK_REPORT_H_
#define SERIESGUARD_ANALYZER_REPORT_MASK_REPORT_H_

#include "analyzer/report/report.h"

namespace seriesguard {

// Masks values of labels, example series, repeated series, skipped lines and the values of findings, in place; counts in
// report->masked the texts that it changed. Names and the words of messages are left alone.
void MaskReport(Report* report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_MASK_REPORT_H_
