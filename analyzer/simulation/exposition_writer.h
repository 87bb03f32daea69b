// SPDX-License-Identifier: Apache-2.0
//
// exposition_writer.h: metrics of a simulation as a document of text 0.0.4 (1.0.0 where a name needs quotes).
//
// Use:      for each metric Begin, its samples, then the next; metrics without a TYPE line first.
// Threads:  one at a time.
// Memory:   the document.
// Why:      text whatever the dump was written in: it is the one format that every reader has, and a sum of several
//           series has no exemplar. Metrics without a TYPE line come first, because a server lets the latest TYPE line
//           decide how `le` is written.
#ifndef SERIESGUARD_ANALYZER_SIMULATION_EXPOSITION_WRITER_H_
#define SERIESGUARD_ANALYZER_SIMULATION_EXPOSITION_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/census/metric_type.h"

namespace seriesguard {

// Name and value of each label; those without a value are left out.
using LabelViews = std::vector<std::pair<std::string_view, std::string_view>>;

class ExpositionWriter {
 public:
  explicit ExpositionWriter(std::string* out) : out_(out) {}

  // Writes HELP (where there is a text) and TYPE (where text 0.0.4 has a word for it that the samples keep).
  void Begin(std::string_view name, MetricType type, std::string_view help);
  void Sample(std::string_view name, const LabelViews& labels, double value, int64_t timestamp_ms);

 private:
  std::string* out_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SIMULATION_EXPOSITION_WRITER_H_
