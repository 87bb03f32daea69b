// SPDX-License-Identifier: Apache-2.0
//
// overflow_markers.h: series into which another library put what was beyond its own limit.
//
// Use:      by every command that shows counts: such a metric has fewer series than the service was asked for.
// Threads:  as Census.
// Cost:     a look at the label names of each metric; the values only of a marker.
// Source:   OpenTelemetry's specification, metrics/sdk.md, "Overflow attribute": one series with the only attribute
//           otel.metric.overflow=true. prometheus/common, model/metric.go, EscapeName: the forms of a name with dots.
//           opentelemetry-cpp #4060: its releases of 2023 to 2026 wrote otel.metrics.overflow.
//
// Other libraries leave no mark that is theirs alone: Micrometer and Envoy drop what is beyond their limit, and words
// such as `other` or `unexpected` are values that anybody may use.
#ifndef SERIESGUARD_ANALYZER_VERDICT_OVERFLOW_MARKERS_H_
#define SERIESGUARD_ANALYZER_VERDICT_OVERFLOW_MARKERS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"

namespace seriesguard {

inline constexpr size_t kMostMarkerFindings = 10;

// Says whether a label of this name, with the value `true`, marks an overflow series of OpenTelemetry.
bool IsOverflowMarker(std::string_view label);

// Adds `overflow_marker`, a warning, for each metric of each input that has such a series; of more than
// kMostMarkerFindings the last one says how many.
//
// Where the census was estimated, no values are known and the label alone is taken for the mark.
void FindOverflowMarkers(const Census& census, std::vector<Finding>* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_OVERFLOW_MARKERS_H_
