// SPDX-License-Identifier: Apache-2.0
//
// text_check.h: the last line of `seriesguard check`.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_CHECK_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_CHECK_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// Puts the verdict with what it rests on: "PASS, 9 of 12 rules saw series, 3 saw none".
void PutVerdict(const Report& report, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_CHECK_H_
