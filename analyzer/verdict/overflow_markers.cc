// SPDX-License-Identifier: Apache-2.0
//
// overflow_markers.cc: see the header.
#include "analyzer/verdict/overflow_markers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "analyzer/report/number_text.h"

namespace seriesguard {
namespace {

// Unescaped, and with each way of escaping a dot: underscores, dots, values.
constexpr std::array<std::string_view, 8> kMarkers = {
    "otel.metric.overflow",  "otel_metric_overflow",  "otel_dot_metric_dot_overflow",  "U__otel_2e_metric_2e_overflow",
    "otel.metrics.overflow", "otel_metrics_overflow", "otel_dot_metrics_dot_overflow", "U__otel_2e_metrics_2e_overflow",
};

// Series of one metric in one input that carry the mark.
uint64_t MarkedSeries(const Census& census, size_t family, const std::string& label, size_t input) {
  uint64_t marked = 0;
  census.ForEachValue(family, label, input, [&marked](std::string_view value, uint64_t series) {
    if (value == "true") marked += series;
  });
  return marked;
}

bool HasLabel(const Census& census, size_t family, const std::string& label, size_t input) {
  CountOptions options;
  options.input = input;
  options.top_values = 0;
  const FamilyCount count = census.Count(family, options);
  return std::any_of(count.labels.begin(), count.labels.end(),
                     [&label](const LabelCount& of_label) { return of_label.name == label && of_label.values > 0; });
}

}  // namespace

bool IsOverflowMarker(std::string_view label) {
  return std::find(kMarkers.begin(), kMarkers.end(), label) != kMarkers.end();
}

void FindOverflowMarkers(const Census& census, std::vector<Finding>* findings) {
  uint64_t found = 0;
  for (size_t family = 0; family < census.family_count(); ++family) {
    for (const std::string& label : census.family(family).labels) {
      if (!IsOverflowMarker(label)) continue;
      for (size_t input = 0; input < census.inputs().size(); ++input) {
        const uint64_t marked = MarkedSeries(census, family, label, input);
        if (marked == 0 && !(census.estimated() && HasLabel(census, family, label, input))) continue;
        if (++found > kMostMarkerFindings) continue;
        Finding finding;
        finding.rule = FindingRule::kOverflowMarker;
        finding.severity = Severity::kWarning;
        finding.input = census.inputs()[input].path;
        finding.metric = census.family(family).name;
        finding.label = label;
        if (marked > 0) finding.observed = marked;
        finding.message =
            "count was cut by OpenTelemetry: " + (marked > 0 ? Quantity(marked, "series") : std::string("a series")) +
            " with " + label + "=\"true\" " + (marked > 1 ? "hold" : "holds") +
            " what was beyond its cardinality limit";
        finding.remedy = "normalise the attributes in the service, or raise the limit of the metric's view";
        findings->push_back(std::move(finding));
      }
    }
  }
  if (found <= kMostMarkerFindings) return;
  Finding rest;
  rest.rule = FindingRule::kOverflowMarker;
  rest.severity = Severity::kWarning;
  rest.message = "OpenTelemetry cut " + Quantity(found - kMostMarkerFindings, "other metric") + " as well";
  findings->push_back(std::move(rest));
}

}  // namespace seriesguard
