// SPDX-License-Identifier: Apache-2.0
//
// json_bill.h: the members `bill` of the report and of its metrics, from `top --bill`.
//
// Source:   docs/bill.md, docs/json_report.md, report.schema.json.
#ifndef SERIESGUARD_ANALYZER_REPORT_JSON_BILL_H_
#define SERIESGUARD_ANALYZER_REPORT_JSON_BILL_H_

#include "analyzer/bill/bill.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Each writes its key and its object.
void WriteBillOfMetric(const BillLine& line, JsonWriter* json);
void WriteBill(const ReportBill& bill, JsonWriter* json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_JSON_BILL_H_
