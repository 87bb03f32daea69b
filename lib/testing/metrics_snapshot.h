// SPDX-License-Identifier: Apache-2.0
//
// metrics_snapshot.h: what one scrape of a program shows, for its own tests to ask.
//
// Use:      made by MetricsOf (metrics_source.h); asked by the functions and matchers of metric_matchers.h, or
//           directly.
// Threads:  a value.
// Memory:   copies everything.
// Errors:   an exposition that a server would refuse is no series and a status that says why.
// Source:   docs/testing_metrics.md; what a server stores: docs/exposition_dialect.md.
//
// Series are those that a server would store from this scrape: each bucket, _sum, _count and _created is one. A series
// that stands twice is one, with the value of the latest time, or else the first value, as in a server.
#ifndef SERIESGUARD_LIB_TESTING_METRICS_SNAPSHOT_H_
#define SERIESGUARD_LIB_TESTING_METRICS_SNAPSHOT_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "lib/testing/sample_reader.h"

namespace seriesguard {

struct SnapshotSeries {
  std::string name;
  LabelSet labels;
  double value = 0;
};

class MetricsSnapshot {
 public:
  static MetricsSnapshot FromText(std::string_view text, SampleFormat format);
  static MetricsSnapshot FromText(std::string_view text) { return FromText(text, FormatOfText(text)); }

  const absl::Status& status() const { return status_; }

  // Sorted by name, then by labels.
  const std::vector<SnapshotSeries>& series() const { return series_; }

  // By family name (a counter's with _total, a histogram's without _bucket): indexes in series().
  const std::map<std::string, std::vector<size_t>>& families() const { return families_; }

  // Returns the series of that sample name and exactly these labels, or null. A label with an empty value is none; the
  // numbers of `le` and `quantile` are compared as numbers: "1" finds 1.0. Lifetime: the snapshot's.
  const SnapshotSeries* Find(std::string_view name, const LabelSet& labels) const;

  // Describes what there is instead of a series that there is not: at most kMostNearest series of that name, those
  // first that share most labels; else of the nearest name. Some lines of printable text, each but the first indented
  // by two.
  std::string Nearest(std::string_view name, const LabelSet& labels) const;

  // The same for a family: its name, or the nearest one.
  std::string NearestFamily(std::string_view name) const;

  static constexpr size_t kMostNearest = 5;

 private:
  absl::Status status_;
  std::vector<SnapshotSeries> series_;
  std::map<std::string, std::vector<size_t>> families_;
};

// Returns name{label="value"} as one printable line, cut where it is longer than a few hundred columns.
std::string SeriesText(std::string_view name, const LabelSet& labels);

// A summary in a line, for GoogleTest: a whole exposition in a failure helps nobody.
void PrintTo(const MetricsSnapshot& snapshot, std::ostream* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_METRICS_SNAPSHOT_H_
