// SPDX-License-Identifier: Apache-2.0
//
// add_bill.cc: rows are found by the names of their families.
#include "analyzer/report/add_bill.h"

#include <cstddef>
#include <vector>

namespace seriesguard {

void AddBill(const Census& census, const Bill& bill, Report* report) {
  std::vector<bool> is_shown(bill.metrics.size(), false);
  for (MetricRow& row : report->metrics) {
    const size_t family = census.FindFamily(row.name);
    if (family >= bill.metrics.size()) continue;
    row.bill = bill.metrics[family];
    is_shown[family] = true;
  }
  ReportBill shown{bill.scrape_interval_ns, bill.model, {}, bill.shared, bill.comments, bill.total};
  for (size_t family = 0; family < bill.metrics.size(); ++family) {
    if (!is_shown[family]) AddToLine(bill.metrics[family], &shown.others);
  }
  report->bill = shown;
}

}  // namespace seriesguard
