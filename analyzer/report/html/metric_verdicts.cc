// SPDX-License-Identifier: Apache-2.0
//
// metric_verdicts.cc: findings come sorted, errors first, but nothing here relies on it.
#include "analyzer/report/html/metric_verdicts.h"

namespace seriesguard {

MetricVerdicts::MetricVerdicts(const Report& report) {
  for (const Finding& finding : report.findings) {
    if (finding.metric.empty() || finding.is_accepted || finding.severity == Severity::kNote) continue;
    Severity& worst = worst_.emplace(finding.metric, finding.severity).first->second;
    if (finding.severity == Severity::kError) worst = Severity::kError;
  }
}

std::string_view MetricVerdicts::Of(const MetricRow& metric) const {
  const auto found = worst_.find(metric.name);
  if (found == worst_.end()) return metric.series_limit ? "within" : "";
  return found->second == Severity::kError ? "over" : "warning";
}

}  // namespace seriesguard
