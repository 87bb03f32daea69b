// SPDX-License-Identifier: Apache-2.0
//
// collected_family.h: what one metric family shows at one scrape; plain data between what collects and what writes.
//
// Use:      Registry::Collect fills it, the writers of text 0.0.4 and OpenMetrics read it.
// Threads:  a value.
// Memory:   one buffer of label text and one of bucket counts a family, so that ten thousand series are a few allocations.
// Source:   OpenMetrics 1.0; docs/exposition of Prometheus, text format 0.0.4.
#ifndef SERIESGUARD_LIB_METRICS_COLLECTED_FAMILY_H_
#define SERIESGUARD_LIB_METRICS_COLLECTED_FAMILY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

enum class CollectedType : uint8_t { kUnknown, kCounter, kGauge, kHistogram, kInfo, kStateSet };

struct CollectedExemplar {
  std::string labels;  // rendered as CollectedFamily::Labels
  double value = 0;
  double timestamp_s = 0;  // since the epoch; 0: none
};

struct CollectedSeries {
  // Where the labels stand in CollectedFamily::label_text; size 0: none.
  uint32_t labels_begin = 0;
  uint32_t labels_size = 0;
  // A counter's or gauge's value is integer + value; integer is kept apart because it is exact above 2^53 and quicker to
  // write. Of a histogram `value` is the sum and `integer` is unused.
  uint64_t integer = 0;
  double value = 0;
  uint32_t buckets_begin = 0;  // histogram: the first of boundaries.size() + 1 counts in CollectedFamily::bucket_counts
  double created_s = 0;        // since the epoch; 0: unknown, not written
  int32_t exemplars_begin =
      -1;  // index of the first in CollectedFamily::exemplars (a counter has one, a histogram one a
           // bucket, empty `labels` and value 0: none); -1: none at all
};

struct CollectedFamily {
  std::string name;  // as declared: a counter's with _total
  std::string help;
  std::string unit;  // OpenMetrics' UNIT; empty: none. The name ends with it where there is one.
  CollectedType type = CollectedType::kUnknown;
  std::vector<double> boundaries;  // histogram: finite upper bounds, ascending
  std::vector<CollectedSeries> series;
  std::string label_text;               // pieces such as method="GET",path="/x": escaped, without braces
  std::vector<uint64_t> bucket_counts;  // not cumulated, the last one of each series for +Inf
  std::vector<CollectedExemplar> exemplars;

  std::string_view Labels(const CollectedSeries& one) const {
    return std::string_view(label_text).substr(one.labels_begin, one.labels_size);
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_COLLECTED_FAMILY_H_
