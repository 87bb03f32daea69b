// SPDX-License-Identifier: Apache-2.0
//
// guard_collectable.cc: a report as prometheus-cpp's families.
#include "lib/prometheus_cpp/guard_collectable.h"

#include <prometheus/metric_family.h>

#include <utility>
#include <vector>

#include "lib/guard/guard_metrics.h"
#include "lib/prometheus_cpp/own_family.h"

namespace seriesguard {
namespace {

class OwnMetrics : public prometheus::Collectable {
 public:
  explicit OwnMetrics(Guard guard) : guard_(std::move(guard)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    guard_.Maintain();
    std::vector<prometheus::MetricFamily> all;
    for (GuardMetric& metric : GuardMetrics(guard_.Report())) all.push_back(OwnFamily(std::move(metric)));
    for (GuardMetric& metric : guard_.FurtherMetrics()) all.push_back(OwnFamily(std::move(metric)));
    return all;
  }

 private:
  mutable Guard guard_;
};

}  // namespace

std::shared_ptr<prometheus::Collectable> Collectable(const Guard& guard) { return std::make_shared<OwnMetrics>(guard); }

}  // namespace seriesguard
