// SPDX-License-Identifier: Apache-2.0
//
// add_bill.h: hands the lines of a bill to the rows that a report shows; what is not shown becomes one line.
//
// Use:      by `top --bill`, after BuildReport.
// Threads:  pure function of its arguments (the census's own rule applies).
#ifndef SERIESGUARD_ANALYZER_REPORT_ADD_BILL_H_
#define SERIESGUARD_ANALYZER_REPORT_ADD_BILL_H_

#include "analyzer/bill/bill.h"
#include "analyzer/census/census.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Fills MetricRow::bill and Report::bill. Requires: `bill` and the rows of `report` are of `census`.
void AddBill(const Census& census, const Bill& bill, Report* report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_ADD_BILL_H_
