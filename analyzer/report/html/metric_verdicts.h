// SPDX-License-Identifier: Apache-2.0
//
// metric_verdicts.h: the worst that the findings say of each metric, in one word.
//
// Use:      by the table and by the picture of a page.
// Threads:  immutable after construction.
// Cost:     one pass over the findings; an answer is one look-up.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_METRIC_VERDICTS_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_METRIC_VERDICTS_H_

#include <string_view>
#include <unordered_map>

#include "analyzer/report/report.h"

namespace seriesguard {

class MetricVerdicts {
 public:
  // Lifetime:  `report` outlives the object.
  explicit MetricVerdicts(const Report& report);

  // Returns "over" (an error that no baseline accepts), "warning", "within"; empty where the policy says nothing of it.
  std::string_view Of(const MetricRow& metric) const;

 private:
  std::unordered_map<std::string_view, Severity> worst_;  // by metric; notes and what is accepted left out
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_METRIC_VERDICTS_H_
