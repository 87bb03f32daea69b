// SPDX-License-Identifier: Apache-2.0
//
// guarded_collectable.cc: between prometheus-cpp's families and those of a collector.
#include "lib/prometheus_cpp/guarded_collectable.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/collectors/collector_output.h"
#include "lib/guard/series_backend.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

MetricKind KindOf(MetricType type) {
  switch (type) {
    case MetricType::Counter: return MetricKind::kCounter;
    case MetricType::Histogram: return MetricKind::kHistogram;
    case MetricType::Summary: return MetricKind::kSummary;
    default: return MetricKind::kGauge;
  }
}

// The finite upper bounds of a histogram, or the quantiles of a summary.
std::vector<double> BoundariesOf(const ClientMetric& metric, MetricKind kind) {
  std::vector<double> boundaries;
  if (kind == MetricKind::kHistogram) {
    for (const auto& bucket : metric.histogram.bucket) {
      if (bucket.upper_bound < kInfinity) boundaries.push_back(bucket.upper_bound);
    }
  } else if (kind == MetricKind::kSummary) {
    for (const auto& quantile : metric.summary.quantile) boundaries.push_back(quantile.quantile);
  }
  return boundaries;
}

CollectedPoint PointOf(const ClientMetric& metric, MetricType type) {
  CollectedPoint point;
  switch (type) {
    case MetricType::Counter: point.value = metric.counter.value; break;
    case MetricType::Gauge: point.value = metric.gauge.value; break;
    case MetricType::Histogram: {
      point.value = metric.histogram.sample_sum;
      uint64_t below = 0;
      for (const auto& bucket : metric.histogram.bucket) {
        if (!(bucket.upper_bound < kInfinity)) continue;
        const uint64_t count = std::max(bucket.cumulative_count, below);
        point.buckets.push_back(static_cast<double>(count - below));
        below = count;
      }
      point.buckets.push_back(static_cast<double>(std::max(metric.histogram.sample_count, below) - below));
      break;
    }
    case MetricType::Summary:
      point.value = metric.summary.sample_sum;
      point.buckets = {static_cast<double>(metric.summary.sample_count)};
      for (const auto& quantile : metric.summary.quantile) point.extra.push_back(quantile.value);
      break;
    default: point.value = metric.untyped.value;
  }
  return point;
}

ClientMetric MetricOf(const CollectedPoint& point, MetricType type, const std::vector<double>& boundaries) {
  ClientMetric metric;
  switch (type) {
    case MetricType::Counter: metric.counter.value = point.value; break;
    case MetricType::Gauge: metric.gauge.value = point.value; break;
    case MetricType::Histogram: {
      uint64_t count = 0;
      for (size_t i = 0; i < point.buckets.size(); ++i) {
        count += static_cast<uint64_t>(point.buckets[i]);
        ClientMetric::Bucket bucket;
        bucket.cumulative_count = count;
        bucket.upper_bound = i < boundaries.size() ? boundaries[i] : kInfinity;
        metric.histogram.bucket.push_back(bucket);
      }
      metric.histogram.sample_count = count;
      metric.histogram.sample_sum = point.value;
      break;
    }
    case MetricType::Summary:
      metric.summary.sample_count = point.buckets.empty() ? 0 : static_cast<uint64_t>(point.buckets[0]);
      metric.summary.sample_sum = point.value;
      for (size_t i = 0; i < point.extra.size() && i < boundaries.size(); ++i) {
        ClientMetric::Quantile quantile;
        quantile.quantile = boundaries[i];
        quantile.value = point.extra[i];
        metric.summary.quantile.push_back(quantile);
      }
      break;
    default: metric.untyped.value = point.value;
  }
  return metric;
}

}  // namespace

// What is asked, and what is remembered of its families: of the thread of the run, but for the types.
class GuardedCollectable::Source {
 public:
  explicit Source(std::shared_ptr<prometheus::Collectable> collectable) : collectable_(std::move(collectable)) {}

  absl::Status Tell(CollectorOutput& out) {
    for (const MetricFamily& family : collectable_->Collect()) {
      if (const absl::Status status = TellFamily(family, out); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  MetricType TypeOf(const std::string& family) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto type = types_.find(family);
    return type == types_.end() ? MetricType::Untyped : type->second;
  }

 private:
  absl::Status TellFamily(const MetricFamily& family, CollectorOutput& out) {
    if (family.metric.empty()) return absl::OkStatus();
    const MetricKind kind = KindOf(family.type);
    const std::vector<std::string> labels = LabelsOf(family);
    const std::vector<double> boundaries = BoundariesOf(family.metric[0], kind);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      types_.emplace(family.name, family.type);
    }
    ToldFamily& told = out.AddFamily(kind, family.name, family.help, "", labels, boundaries);
    std::vector<std::string_view> values;
    for (const ClientMetric& metric : family.metric) {
      values.assign(labels.size(), {});
      for (const auto& label : metric.label) {
        const auto at = std::find(labels.begin(), labels.end(), label.name);
        std::string_view& value = values[static_cast<size_t>(at - labels.begin())];
        if (!value.empty()) {
          return absl::InvalidArgumentError(
              absl::StrCat("metric ", SafeText(family.name), ": the label ", SafeText(label.name), " is given twice"));
        }
        value = label.value;
      }
      if (BoundariesOf(metric, kind) != boundaries) {
        return absl::InvalidArgumentError(
            absl::StrCat("metric ", SafeText(family.name), ": its label sets have different buckets or quantiles"));
      }
      told.AddPoint(values.data(), values.size(), PointOf(metric, family.type));
    }
    return absl::OkStatus();
  }

  // In the order of the first call; what comes later stands behind, and CollectorOutput's reader refuses it.
  std::vector<std::string> LabelsOf(const MetricFamily& family) {
    std::vector<std::string> labels = labels_[family.name];
    for (const ClientMetric& metric : family.metric) {
      for (const auto& label : metric.label) {
        if (std::find(labels.begin(), labels.end(), label.name) == labels.end()) labels.push_back(label.name);
      }
    }
    std::vector<std::string>& known = labels_[family.name];
    if (known.empty()) known = labels;
    return labels;
  }

  const std::shared_ptr<prometheus::Collectable> collectable_;
  std::map<std::string, std::vector<std::string>> labels_;
  mutable std::mutex mutex_;
  std::map<std::string, MetricType> types_;
};

absl::StatusOr<std::shared_ptr<GuardedCollectable>> GuardedCollectable::Make(
    Guard guard, std::string name, std::shared_ptr<prometheus::Collectable> collectable, CollectorOptions options) {
  if (name.empty()) return absl::InvalidArgumentError("a collector needs a name");
  if (collectable == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("collector ", SafeText(name), ": there is no Collectable"));
  }
  if (options.timeout <= std::chrono::milliseconds::zero()) {
    return absl::InvalidArgumentError(absl::StrCat("collector ", SafeText(name), ": the timeout is not above 0"));
  }
  auto source = std::make_shared<Source>(std::move(collectable));
  GuardedCollector::Owner owner;
  owner.check = [](const ToldFamily&) { return absl::OkStatus(); };
  owner.release = [](const ToldFamily&) {};
  owner.cost = [](const ToldFamily& told) -> uint64_t {
    if (told.kind() == MetricKind::kHistogram) return told.boundaries().size() + 3;
    return told.kind() == MetricKind::kSummary ? told.boundaries().size() + 2 : 1;
  };
  guard.AddOwnSeries(kCollectorSeries);
  auto guarded = std::make_shared<GuardedCollector>(
      guard, std::move(name), [source](CollectorOutput& out) { return source->Tell(out); }, options, std::move(owner));
  guard.AddMetrics(guarded, [collector = guarded.get()] {
    return CollectorMetrics({{collector->name(), collector->counts()}});
  });
  return std::shared_ptr<GuardedCollectable>(new GuardedCollectable(std::move(source), std::move(guarded)));
}

std::vector<MetricFamily> GuardedCollectable::Collect() const {
  std::vector<MetricFamily> all;
  const absl::StatusOr<GuardedCollector::Runner::Shared> shown = guarded_->Await(guarded_->Start());
  if (shown.ok()) {
    for (const ShownFamily& from : **shown) {
      MetricFamily family;
      family.name = from.name;
      family.help = from.help;
      family.type = source_->TypeOf(from.name);
      for (const auto& [labels, point] : from.series) {
        ClientMetric metric = MetricOf(point, family.type, from.boundaries);
        for (const auto& [name, value] : labels) metric.label.push_back({name, value});
        family.metric.push_back(std::move(metric));
      }
      all.push_back(std::move(family));
    }
  }
  return all;
}

}  // namespace seriesguard
