// SPDX-License-Identifier: Apache-2.0
//
// service_metrics.h: what a service of many processes says of its own processes and files, as metrics of a scrape.
//
// Use:      by ServiceRegistry, behind the guard's own metrics.
// Threads:  a pure function.
// Source:   docs/multiprocess.md, "In ten minutes".
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SERVICE_METRICS_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SERVICE_METRICS_H_

#include <cstdint>
#include <vector>

#include "lib/guard/guard_metrics.h"

namespace seriesguard {

struct ServiceCounts {
  uint64_t live = 0, archived = 0, free = 0;  // places for workers
  uint64_t refused = 0;                       // processes that found no place, since the service began
  uint64_t recovered = 0;                     // decisions that a process died in, likewise
  uint64_t unreadable_files = 0;              // of the last scrape
};

inline constexpr uint64_t kServiceSeries = 6;  // how many series these are
std::vector<GuardMetric> ServiceMetrics(const ServiceCounts& counts);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SERVICE_METRICS_H_
