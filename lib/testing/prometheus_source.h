// SPDX-License-Identifier: Apache-2.0
//
// prometheus_source.h: registries, families and other Collectables of prometheus-cpp as sources of metrics_source.h.
//
// Use:      #include it where MetricsOf, SampleValue or Delta get one; nothing of it is called by hand.
// Errors:   in the snapshot's status: prometheus-cpp 1.0 writes some metadata (a line feed in HELP) that loses the
//           scrape.
#ifndef SERIESGUARD_LIB_TESTING_PROMETHEUS_SOURCE_H_
#define SERIESGUARD_LIB_TESTING_PROMETHEUS_SOURCE_H_

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <vector>

#include "lib/testing/metrics_snapshot.h"
#include "lib/testing/metrics_source.h"

namespace seriesguard {

// The text is prometheus-cpp's own, so that a test sees what a server sees, whatever the version of the library.
template <>
struct SnapshotMaker<prometheus::MetricFamily> {
  static MetricsSnapshot Make(const std::vector<prometheus::MetricFamily>& families) {
    return MetricsSnapshot::FromText(prometheus::TextSerializer().Serialize(families), SampleFormat::kText);
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_PROMETHEUS_SOURCE_H_
