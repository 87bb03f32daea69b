// SPDX-License-Identifier: Apache-2.0
//
// metrics_source.cc: families pass through the text that a server would be sent, so that a test sees what a server
// sees.
#include "lib/testing/metrics_source.h"

#include <string>

#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/openmetrics_writer.h"

namespace seriesguard {

MetricsSnapshot SnapshotMaker<CollectedFamily>::Make(const std::vector<CollectedFamily>& families) {
  std::string text;
  AppendOpenMetrics(families, NameEscaping::kAllowUtf8, &text);
  return MetricsSnapshot::FromText(text, SampleFormat::kOpenMetrics);
}

SampleFormat FormatOfContentType(std::string_view content_type) {
  constexpr std::string_view kOpenMetrics = "application/openmetrics-text";
  return content_type.substr(0, kOpenMetrics.size()) == kOpenMetrics ? SampleFormat::kOpenMetrics : SampleFormat::kText;
}

}  // namespace seriesguard
