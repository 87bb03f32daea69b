// SPDX-License-Identifier: Apache-2.0
//
// exposition_sink.h: what a parser tells about a document, line by line.
//
// Use:      implemented by CensusBuilder and by tests; called by ExpositionParser in the order of the document.
// Threads:  called from the thread that parses.
// Lifetime: views of names and values into the document live until OnWindowEnd; everything else dies with the call.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_SINK_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_SINK_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/sample_event.h"

namespace seriesguard {

// Why a server would refuse a line.
struct ParseError {
  uint64_t line = 0;           // 1-based
  uint64_t column = 0;         // 1-based, in bytes
  std::string line_text;       // the line's bytes, at most 4 KiB around the column; never printed raw
  uint64_t text_column = 0;    // column within line_text, 1-based
  std::string message;         // "expected a label name, got ..."
  bool ends_silently = false;  // a server would stop here without an error and store what stood before
};

// What the receiver of a sample finds wrong with it, beyond its syntax (a server checks these when it appends).
enum class SampleObjection : uint8_t {
  kNone,
  kRepeatedLabelName,  // at label `index`
  kReservedLabelName,  // `__name__` given as a label, at label `index`
  kBadName,            // metric or label name that is empty or not UTF-8
  kNotInPrometheus2,   // a name in quotes or behind blanks, where an old server's view is asked for
};

struct SampleVerdict {
  SampleObjection objection = SampleObjection::kNone;
  size_t index = 0;
};

class ExpositionSink {
 public:
  virtual ~ExpositionSink() = default;

  virtual SampleVerdict OnSample(const SampleEvent& sample) = 0;
  // `name` as written, escapes inside.
  virtual void OnType(std::string_view name, MetricType type) = 0;
  virtual void OnHelp(std::string_view name, std::string_view text) = 0;
  virtual void OnUnit(std::string_view name, std::string_view unit) = 0;
  // Any line that is no sample, also HELP, TYPE, UNIT, blank lines and `# EOF`: its bytes, newline included.
  virtual void OnCommentBytes(size_t bytes) = 0;
  // Returns true to skip the line and go on (--lenient), false to stop.
  virtual bool OnError(const ParseError& error) = 0;
  // The bytes of the window that was parsed are about to go.
  virtual void OnWindowEnd() {}
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_SINK_H_
