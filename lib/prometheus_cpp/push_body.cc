// SPDX-License-Identifier: Apache-2.0
//
// push_body.cc: see the header.
#include "lib/prometheus_cpp/push_body.h"

#include <prometheus/metric_family.h>

#include <cmath>
#include <cstdint>
#include <new>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/push/family_message.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

FamilyMessage::Type TypeOf(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter: return FamilyMessage::Type::kCounter;
    case prometheus::MetricType::Gauge: return FamilyMessage::Type::kGauge;
    case prometheus::MetricType::Summary: return FamilyMessage::Type::kSummary;
    case prometheus::MetricType::Histogram: return FamilyMessage::Type::kHistogram;
    case prometheus::MetricType::Untyped: break;
  }
  return FamilyMessage::Type::kUntyped;
}

// Sets what the metric has counted. Returns the series that this is.
uint64_t SetValue(prometheus::MetricType type, const prometheus::ClientMetric& metric, MetricMessage* message) {
  switch (type) {
    case prometheus::MetricType::Histogram: {
      std::vector<std::pair<double, uint64_t>> buckets;
      for (const auto& bucket : metric.histogram.bucket) {
        if (std::isinf(bucket.upper_bound)) continue;  // the gateway adds it
        buckets.emplace_back(bucket.upper_bound, bucket.cumulative_count);
      }
      message->SetHistogram(metric.histogram.sample_count, metric.histogram.sample_sum, buckets);
      return buckets.size() + 3;
    }
    case prometheus::MetricType::Summary: {
      std::vector<std::pair<double, double>> quantiles;
      for (const auto& one : metric.summary.quantile) quantiles.emplace_back(one.quantile, one.value);
      message->SetSummary(metric.summary.sample_count, metric.summary.sample_sum, quantiles);
      return quantiles.size() + 2;
    }
    case prometheus::MetricType::Counter:
      message->SetValue(FamilyMessage::Type::kCounter, metric.counter.value);
      return 1;
    case prometheus::MetricType::Gauge: message->SetValue(FamilyMessage::Type::kGauge, metric.gauge.value); return 1;
    case prometheus::MetricType::Untyped:
      message->SetValue(FamilyMessage::Type::kUntyped, metric.untyped.value);
      return 1;
  }
  return 1;
}

absl::Status Append(const prometheus::MetricFamily& family, PushBody* body) {
  const std::string metric_name = absl::StrCat("metric ", SafeText(family.name));
  if (!IsClassicMetricName(family.name)) {
    return absl::InvalidArgumentError(absl::StrCat(metric_name, ": not a name of letters, digits, _ and :"));
  }
  PushedFamily pushed;
  pushed.name = family.name;
  FamilyMessage message(family.name, IsValidUtf8(family.help) ? family.help : std::string(), TypeOf(family.type));
  for (const prometheus::ClientMetric& metric : family.metric) {
    if (metric.timestamp_ms != 0) {
      return absl::InvalidArgumentError(absl::StrCat(metric_name, ": has a timestamp, which no Pushgateway takes"));
    }
    MetricMessage one;
    for (const prometheus::ClientMetric::Label& label : metric.label) {
      if (!IsClassicLabelName(label.name)) {
        return absl::InvalidArgumentError(
            absl::StrCat(metric_name, ": ", SafeText(label.name), " is not a label of letters, digits and _"));
      }
      if (!IsValidUtf8(label.value)) {
        return absl::InvalidArgumentError(absl::StrCat(metric_name, ", label ", SafeText(label.name), ": ",
                                                       SafeTextTruncated(label.value, 80), " is not UTF-8"));
      }
      one.AddLabel(label.name, label.value);
      pushed.label_values[label.name].insert(label.value);
    }
    pushed.series += SetValue(family.type, metric, &one);
    message.Add(one);
  }
  message.AppendDelimited(&body->bytes);
  body->families.push_back(std::move(pushed));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PushBody> PushBodyOf(const std::vector<const prometheus::Collectable*>& collectables) try {
  PushBody body;
  std::set<std::string> names;
  for (const prometheus::Collectable* const one : collectables) {
    for (const prometheus::MetricFamily& family : one->Collect()) {
      if (family.metric.empty()) continue;
      if (const absl::Status status = Append(family, &body); !status.ok()) return status;
      if (!names.insert(family.name).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("metric ", SafeText(family.name), ": comes twice, and a push has each metric once"));
      }
    }
  }
  return body;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to write down what is pushed");
}

}  // namespace seriesguard
