// SPDX-License-Identifier: Apache-2.0
//
// service_metrics.cc: see the header.
#include "lib/multiprocess/service_metrics.h"

namespace seriesguard {

std::vector<GuardMetric> ServiceMetrics(const ServiceCounts& counts) {
  GuardMetric workers{"seriesguard_workers", "Places for worker processes, by what they are used for.", false, {}};
  workers.samples.push_back({{{"state", "archived"}}, counts.archived});
  workers.samples.push_back({{{"state", "free"}}, counts.free});
  workers.samples.push_back({{{"state", "live"}}, counts.live});
  GuardMetric refused{"seriesguard_workers_refused_total",
                      "Processes that found no place among the workers, and whose counts are not exported.",
                      true,
                      {{{}, counts.refused}}};
  GuardMetric recovered{"seriesguard_decisions_recovered_total",
                        "Decisions in which a process died, and which another one finished.",
                        true,
                        {{{}, counts.recovered}}};
  GuardMetric unreadable{"seriesguard_unreadable_files",
                         "Files of the service's folder that the last scrape could not use.",
                         false,
                         {{{}, counts.unreadable_files}}};
  return {workers, refused, recovered, unreadable};
}

}  // namespace seriesguard
