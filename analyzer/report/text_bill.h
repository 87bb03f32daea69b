// SPDX-License-Identifier: Apache-2.0
//
// text_bill.h: the bill as a table, and the measured constants that it rests on.
//
// Source:   docs/bill.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_TEXT_BILL_H_
#define SERIESGUARD_ANALYZER_REPORT_TEXT_BILL_H_

#include "analyzer/report/report.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {

// Nothing where the report has no bill.
void PutBill(const Report& report, TextCanvas* canvas);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_TEXT_BILL_H_
