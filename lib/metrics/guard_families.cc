// SPDX-License-Identifier: Apache-2.0
//
// guard_families.cc: see the header.
#include "lib/metrics/guard_families.h"

#include <utility>

#include "lib/metrics/fixed_family.h"
#include "lib/metrics/rendered_labels.h"

namespace seriesguard {

void AppendGuardFamilies(const GuardReport& report, std::vector<CollectedFamily>* families) {
  AppendGuardFamilies(GuardMetrics(report), families);
}

void AppendGuardFamilies(const std::vector<GuardMetric>& metrics, std::vector<CollectedFamily>* families) {
  for (const GuardMetric& metric : metrics) {
    CollectedFamily family;
    family.name = metric.name;
    family.help = metric.help;
    family.type = metric.is_counter ? CollectedType::kCounter : CollectedType::kGauge;
    for (const GuardMetricSample& sample : metric.samples) {
      AddCollectedSeries(RenderLabels(sample.labels), sample.value, &family);
    }
    families->push_back(std::move(family));
  }
}

}  // namespace seriesguard
