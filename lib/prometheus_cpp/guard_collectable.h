// SPDX-License-Identifier: Apache-2.0
//
// guard_collectable.h: the guard's own metrics for the service's exposer.
//
// Use:      auto own = seriesguard::Collectable(guard); exposer.RegisterCollectable(own);  // the guard keeps it alive
// Threads:  Collect from any thread.
// Cost:     a scrape runs Guard::Maintain, then one Report: linear in the guarded series.
// Source:   docs/guard.md lists the metrics.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_GUARD_COLLECTABLE_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_GUARD_COLLECTABLE_H_

#include <prometheus/collectable.h>

#include <memory>

#include "lib/guard/guard.h"

namespace seriesguard {

// Returns what exports seriesguard_series, _series_limit, _label_values, _label_values_limit, _label_demand, _folded_total
// and _policy_info, and what collectors on the guard tell of themselves. Every call makes a new object; one is enough. An exposer holds it weakly: keep it.
std::shared_ptr<prometheus::Collectable> Collectable(const Guard& guard);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_GUARD_COLLECTABLE_H_
