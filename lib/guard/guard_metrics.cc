// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics.cc: see the header.
#include "lib/guard/guard_metrics.h"

#include "lib/guard/family_policy.h"
#include "lib/guard/fold_reason.h"

namespace seriesguard {

std::vector<GuardMetric> GuardMetrics(const GuardReport& report) {
  GuardMetric series{"seriesguard_series", "Series that the metric exports now.", false, {}};
  GuardMetric limit{"seriesguard_series_limit", "Series that the metric may export.", false, {}};
  GuardMetric values{"seriesguard_label_values", "Values of the label that are exported by name.", false, {}};
  GuardMetric values_limit{"seriesguard_label_values_limit", "Values of the label that may be.", false, {}};
  GuardMetric demand{
      "seriesguard_label_demand", "Estimated distinct values of the label that were asked for lately.", false, {}};
  GuardMetric folded{"seriesguard_folded_total", "Calls that were counted under another value of the label.", true, {}};
  GuardMetric info{"seriesguard_policy_info", "The policy in force.", false, {}};
  for (const FamilyReport& family : report.families) {
    series.samples.push_back({{{"metric", family.name}}, family.series});
    if (family.series_limit < kNoSeriesLimit) {
      limit.samples.push_back({{{"metric", family.name}}, family.series_limit});
    }
    for (const LabelReport& label : family.labels) {
      if (!label.dropped) {  // of a dropped label nothing is asked
        const std::vector<std::pair<std::string, std::string>> labels = {{"label", label.name},
                                                                         {"metric", family.name}};
        values.samples.push_back({labels, label.named});
        if (label.value_limit) values_limit.samples.push_back({labels, *label.value_limit});
        demand.samples.push_back({labels, label.demand});
      }
      for (size_t reason = 1; reason < kFoldReasons; ++reason) {
        if (label.folds[reason] == 0) continue;
        folded.samples.push_back({{{"label", label.name},
                                   {"metric", family.name},
                                   {"reason", std::string(FoldReasonName(static_cast<FoldReason>(reason)))}},
                                  label.folds[reason]});
      }
    }
  }
  info.samples.push_back({{{"hash", report.policy_hash},
                           {"mode", report.shadow ? "shadow" : "enforce"},
                           {"version", std::to_string(report.policy_version)}},
                          1});
  std::vector<GuardMetric> all;
  for (GuardMetric* metric : {&series, &limit, &values, &values_limit, &demand, &folded, &info}) {
    if (!metric->samples.empty()) all.push_back(std::move(*metric));
  }
  return all;
}

}  // namespace seriesguard
