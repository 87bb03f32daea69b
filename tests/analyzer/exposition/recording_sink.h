// SPDX-License-Identifier: Apache-2.0
//
// recording_sink.h: a sink that writes down what a parser tells, one line a call.
//
// Use:      RecordText on a document; compare `said`, `errors` and the sums with what was worked out by hand.
#ifndef SERIESGUARD_TESTS_ANALYZER_EXPOSITION_RECORDING_SINK_H_
#define SERIESGUARD_TESTS_ANALYZER_EXPOSITION_RECORDING_SINK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"

namespace seriesguard {

class RecordingSink : public ExpositionSink {
 public:
  // `lenient`: OnError says go on.
  explicit RecordingSink(bool lenient = false) : lenient_(lenient) {}

  SampleVerdict OnSample(const SampleEvent& sample) override;
  void OnType(std::string_view name, MetricType type) override;
  void OnHelp(std::string_view name, std::string_view text) override;
  void OnUnit(std::string_view name, std::string_view unit) override;
  void OnCommentBytes(size_t bytes) override { comment_bytes += bytes; }
  bool OnError(const ParseError& error) override;
  void OnWindowEnd() override { ++window_ends; }

  // "a{b="1"} @5 line 3", "TYPE a counter", ..., bytes as written.
  std::vector<std::string> said;
  // By sample: the parser's claims, "same 2" or "new 0" with the number of unchanged labels.
  std::vector<std::string> claims;
  std::vector<ParseError> errors;
  // What the next samples are objected to; at most one objection each, used up.
  std::vector<SampleVerdict> objections;
  size_t sample_bytes = 0;
  size_t comment_bytes = 0;
  size_t window_ends = 0;

 private:
  const bool lenient_;
};

struct Recording {
  RecordingSink sink;
  uint64_t line_after = 0;
  bool saw_quoted_name = false;
  bool stopped = false;
};

// Parses a whole document, given in windows that grow by `block_bytes` (0: at once).
Recording Record(ExpositionFormat format, std::string_view document, bool lenient = false, size_t block_bytes = 0);

inline Recording RecordText(std::string_view document, bool lenient = false) {
  return Record(ExpositionFormat::kText, document, lenient);
}
inline Recording RecordOpenMetrics(std::string_view document, bool lenient = false) {
  return Record(ExpositionFormat::kOpenMetrics, document, lenient);
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_EXPOSITION_RECORDING_SINK_H_
