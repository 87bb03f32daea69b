// SPDX-License-Identifier: Apache-2.0
//
// push_body.cc: see the header. The text is prometheus-cpp's own, but for HELP, which it does not escape.
#include "lib/prometheus_cpp/push_body.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <cstdint>
#include <new>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/metrics/exposition_escape.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

uint64_t SeriesOf(prometheus::MetricType type, const prometheus::ClientMetric& metric) {
  switch (type) {
    case prometheus::MetricType::Histogram: {
      const auto& buckets = metric.histogram.bucket;
      // The serialiser adds +Inf where it is missing.
      const bool has_infinity = !buckets.empty() && std::isinf(buckets.back().upper_bound);
      return buckets.size() + (has_infinity ? 2 : 3);
    }
    case prometheus::MetricType::Summary: return metric.summary.quantile.size() + 2;
    default: return 1;
  }
}

absl::Status Describe(const prometheus::MetricFamily& family, PushedFamily* pushed) {
  const std::string metric_name = absl::StrCat("metric ", SafeText(family.name));
  if (!IsClassicMetricName(family.name)) {
    return absl::InvalidArgumentError(absl::StrCat(metric_name, ": not a name of letters, digits, _ and :"));
  }
  pushed->name = family.name;
  for (const prometheus::ClientMetric& metric : family.metric) {
    if (metric.timestamp_ms != 0) {
      return absl::InvalidArgumentError(absl::StrCat(metric_name, ": has a timestamp, which no Pushgateway takes"));
    }
    pushed->series += SeriesOf(family.type, metric);
    for (const prometheus::ClientMetric::Label& label : metric.label) {
      if (!IsClassicLabelName(label.name)) {
        return absl::InvalidArgumentError(
            absl::StrCat(metric_name, ": ", SafeText(label.name), " is not a label of letters, digits and _"));
      }
      pushed->label_values[label.name].insert(EscapeLabelValue(label.value));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PushBody> PushBodyOf(const std::vector<const prometheus::Collectable*>& collectables) try {
  PushBody body;
  std::set<std::string> names;
  std::vector<prometheus::MetricFamily> families;
  for (const prometheus::Collectable* const one : collectables) {
    for (prometheus::MetricFamily& family : one->Collect()) {
      if (family.metric.empty()) continue;
      body.families.emplace_back();
      if (const absl::Status status = Describe(family, &body.families.back()); !status.ok()) return status;
      if (!names.insert(family.name).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("metric ", SafeText(family.name), ": comes twice, and no Pushgateway takes that"));
      }
      family.help = EscapeHelpText(family.help);
      families.push_back(std::move(family));
    }
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  body.text = text.str();
  return body;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to write down what is pushed");
}

}  // namespace seriesguard
