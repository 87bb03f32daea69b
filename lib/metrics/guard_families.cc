// SPDX-License-Identifier: Apache-2.0
//
// guard_families.cc: see the header.
#include "lib/metrics/guard_families.h"

#include <utility>

#include "lib/guard/guard_metrics.h"
#include "lib/metrics/fixed_family.h"
#include "lib/metrics/rendered_labels.h"

namespace seriesguard {

void AppendGuardFamilies(const GuardReport& report, std::vector<CollectedFamily>* families) {
  for (const GuardMetric& metric : GuardMetrics(report)) {
    CollectedFamily family;
    family.name = metric.name;
    family.help = metric.help;
    family.type = metric.is_counter ? CollectedType::kCounter : CollectedType::kGauge;
    for (const GuardSample& sample : metric.samples) {
      AddCollectedSeries(RenderLabels(sample.labels), sample.value, &family);
    }
    families->push_back(std::move(family));
  }
}

}  // namespace seriesguard
