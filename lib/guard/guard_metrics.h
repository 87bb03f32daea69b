// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics.h: what a guard exports of itself, as plain data: the same metrics through whatever library.
//
// Use:      GuardMetrics(guard.Report()), by lib/prometheus_cpp/guard_collectable.h and lib/metrics/registry.h.
// Threads:  a pure function.
// Source:   docs/guard.md lists the metrics for users.
#ifndef SERIESGUARD_LIB_GUARD_GUARD_METRICS_H_
#define SERIESGUARD_LIB_GUARD_GUARD_METRICS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lib/guard/guard_report.h"

namespace seriesguard {

struct GuardMetricSample {
  std::vector<std::pair<std::string, std::string>> labels;  // name and value, in the order of the names
  uint64_t value = 0;
};

struct GuardMetric {
  const char* name;  // a counter's with _total
  const char* help;
  bool is_counter;
  std::vector<GuardMetricSample> samples;
};

// Returns seriesguard_series, _series_limit, _label_values, _label_values_limit, _label_demand, _folded_total and
// _policy_info, those without samples left out. Values are as they come: they must be escaped.
std::vector<GuardMetric> GuardMetrics(const GuardReport& report);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GUARD_METRICS_H_
