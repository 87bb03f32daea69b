// SPDX-License-Identifier: Apache-2.0
//
// own_family.cc: see the header.
#include "lib/prometheus_cpp/own_family.h"

#include <prometheus/client_metric.h>

#include <utility>

namespace seriesguard {

prometheus::MetricFamily OwnFamily(GuardMetric metric) {
  prometheus::MetricFamily family;
  family.name = metric.name;
  family.help = metric.help;
  family.type = metric.is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  for (GuardMetricSample& sample : metric.samples) {
    prometheus::ClientMetric client;
    for (auto& [name, value] : sample.labels) client.label.push_back({std::move(name), std::move(value)});
    (metric.is_counter ? client.counter.value : client.gauge.value) = static_cast<double>(sample.value);
    family.metric.push_back(std::move(client));
  }
  return family;
}

}  // namespace seriesguard
