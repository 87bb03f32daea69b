// SPDX-License-Identifier: Apache-2.0
//
// metric_type.h: the type that a TYPE line gives a metric family.
//
// Source: text 0.0.4 (counter, gauge, histogram, summary, untyped) and OpenMetrics 1.0 (the others).
#ifndef SERIESGUARD_ANALYZER_CENSUS_METRIC_TYPE_H_
#define SERIESGUARD_ANALYZER_CENSUS_METRIC_TYPE_H_

#include <cstdint>
#include <string_view>

namespace seriesguard {

enum class MetricType : uint8_t {
  kNone,  // no TYPE line
  kCounter,
  kGauge,
  kHistogram,
  kSummary,
  kUntyped,
  kUnknown,
  kInfo,
  kStateset,
  kGaugeHistogram,
};

// Returns the word of the TYPE line; "unknown" for kNone, because that is what a server makes of it.
constexpr std::string_view MetricTypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kHistogram: return "histogram";
    case MetricType::kSummary: return "summary";
    case MetricType::kUntyped: return "untyped";
    case MetricType::kInfo: return "info";
    case MetricType::kStateset: return "stateset";
    case MetricType::kGaugeHistogram: return "gaugehistogram";
    case MetricType::kNone:
    case MetricType::kUnknown: break;
  }
  return "unknown";
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_METRIC_TYPE_H_
