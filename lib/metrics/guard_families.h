// SPDX-License-Identifier: Apache-2.0
//
// guard_families.h: what a guard says of itself, as families of a scrape.
//
// Use:      by the registries, behind the families of the service.
// Threads:  a pure function.
#ifndef SERIESGUARD_LIB_METRICS_GUARD_FAMILIES_H_
#define SERIESGUARD_LIB_METRICS_GUARD_FAMILIES_H_

#include <vector>

#include "lib/guard/guard_metrics.h"
#include "lib/guard/guard_report.h"
#include "lib/metrics/collected_family.h"

namespace seriesguard {

void AppendGuardFamilies(const GuardReport& report, std::vector<CollectedFamily>* families);
void AppendGuardFamilies(const std::vector<GuardMetric>& metrics, std::vector<CollectedFamily>* families);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_GUARD_FAMILIES_H_
