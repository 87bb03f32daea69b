// SPDX-License-Identifier: Apache-2.0
//
// own_family.h: a metric of the guard's own as a family of prometheus-cpp.
//
// Use:      by what exports such metrics beside a service's.
// Threads:  a pure function.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_OWN_FAMILY_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_OWN_FAMILY_H_

#include <prometheus/metric_family.h>

#include "lib/guard/guard_metrics.h"

namespace seriesguard {

prometheus::MetricFamily OwnFamily(GuardMetric metric);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_OWN_FAMILY_H_
