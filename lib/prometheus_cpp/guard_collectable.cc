// SPDX-License-Identifier: Apache-2.0
//
// guard_collectable.cc: a report as prometheus-cpp's families.
#include "lib/prometheus_cpp/guard_collectable.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <utility>
#include <vector>

#include "lib/guard/guard_metrics.h"

namespace seriesguard {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily FamilyOf(GuardMetric metric) {
  MetricFamily family;
  family.name = metric.name;
  family.help = metric.help;
  family.type = metric.is_counter ? MetricType::Counter : MetricType::Gauge;
  for (GuardSample& sample : metric.samples) {
    ClientMetric client;
    for (auto& [name, value] : sample.labels) client.label.push_back({std::move(name), std::move(value)});
    (metric.is_counter ? client.counter.value : client.gauge.value) = static_cast<double>(sample.value);
    family.metric.push_back(std::move(client));
  }
  return family;
}

class OwnMetrics : public prometheus::Collectable {
 public:
  explicit OwnMetrics(Guard guard) : guard_(std::move(guard)) {}

  std::vector<MetricFamily> Collect() const override {
    guard_.Maintain();
    std::vector<MetricFamily> all;
    for (GuardMetric& metric : GuardMetrics(guard_.Report())) all.push_back(FamilyOf(std::move(metric)));
    return all;
  }

 private:
  mutable Guard guard_;
};

}  // namespace

std::shared_ptr<prometheus::Collectable> Collectable(const Guard& guard) { return std::make_shared<OwnMetrics>(guard); }

}  // namespace seriesguard
