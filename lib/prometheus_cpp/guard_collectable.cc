// SPDX-License-Identifier: Apache-2.0
//
// guard_collectable.cc: a report as prometheus-cpp's families.
#include "lib/prometheus_cpp/guard_collectable.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace seriesguard {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Family(const char* name, const char* help, MetricType type) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void Add(MetricFamily* family, std::vector<ClientMetric::Label> labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (family->type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family->metric.push_back(std::move(metric));
}

class OwnMetrics : public prometheus::Collectable {
 public:
  explicit OwnMetrics(Guard guard) : guard_(std::move(guard)) {}

  std::vector<MetricFamily> Collect() const override {
    guard_.Maintain();
    const GuardReport report = guard_.Report();
    MetricFamily series = Family("seriesguard_series", "Series that the metric exports now.", MetricType::Gauge);
    MetricFamily limit = Family("seriesguard_series_limit", "Series that the metric may export.", MetricType::Gauge);
    MetricFamily values =
        Family("seriesguard_label_values", "Values of the label that are exported by name.", MetricType::Gauge);
    MetricFamily values_limit =
        Family("seriesguard_label_values_limit", "Values of the label that may be.", MetricType::Gauge);
    MetricFamily demand =
        Family("seriesguard_label_demand", "Estimated distinct values of the label that were asked for lately.",
               MetricType::Gauge);
    MetricFamily folded = Family("seriesguard_folded_total",
                                 "Calls that were counted under another value of the label.", MetricType::Counter);
    MetricFamily info = Family("seriesguard_policy_info", "The policy in force.", MetricType::Gauge);
    for (const FamilyReport& family : report.families) {
      Add(&series, {{"metric", family.name}}, static_cast<double>(family.series));
      Add(&limit, {{"metric", family.name}}, static_cast<double>(family.series_limit));
      for (const LabelReport& label : family.labels) {
        const std::vector<ClientMetric::Label> labels = {{"label", label.name}, {"metric", family.name}};
        if (!label.dropped) {  // of a dropped label nothing is asked
          Add(&values, labels, static_cast<double>(label.named));
          if (label.value_limit) Add(&values_limit, labels, static_cast<double>(*label.value_limit));
          Add(&demand, labels, static_cast<double>(label.demand));
        }
        for (size_t reason = 1; reason < kFoldReasons; ++reason) {
          if (label.folds[reason] == 0) continue;
          Add(&folded,
              {{"label", label.name},
               {"metric", family.name},
               {"reason", std::string(FoldReasonName(static_cast<FoldReason>(reason)))}},
              static_cast<double>(label.folds[reason]));
        }
      }
    }
    Add(&info,
        {{"hash", report.policy_hash},
         {"mode", report.shadow ? "shadow" : "enforce"},
         {"version", std::to_string(report.policy_version)}},
        1);
    std::vector<MetricFamily> all;
    for (MetricFamily* family : {&series, &limit, &values, &values_limit, &demand, &folded, &info}) {
      if (!family->metric.empty()) all.push_back(std::move(*family));
    }
    return all;
  }

 private:
  mutable Guard guard_;
};

}  // namespace

std::shared_ptr<prometheus::Collectable> Collectable(const Guard& guard) { return std::make_shared<OwnMetrics>(guard); }

}  // namespace seriesguard
