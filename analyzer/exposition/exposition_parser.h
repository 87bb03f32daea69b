// SPDX-License-Identifier: Apache-2.0
//
// exposition_parser.h: reads a document, block by block, and tells a sink what stands in it.
//
// Use:      one parser an input; feed it windows of the document in order.
// Threads:  one at a time.
// Memory:   the spans of one sample; no copy of the input.
// Errors:   go to ExpositionSink::OnError, which says whether to go on.
// Cost:     a line that shares its beginning with the line before costs what differs (bench/parse_bench.cc).
// Source:   docs/exposition_dialect.md; the exact grammar is entry_scanner.h, this file's fast path is a strict subset.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_PARSER_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/exposition/entry_scanner.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"

namespace seriesguard {

class ExpositionParser {
 public:
  // `sink` outlives the parser.
  ExpositionParser(ExpositionFormat format, ExpositionSink* sink) : format_(format), sink_(sink) {}

  ExpositionParser(const ExpositionParser&) = delete;
  ExpositionParser& operator=(const ExpositionParser&) = delete;

  struct Progress {
    size_t consumed = 0;   // bytes of the window that are done with; the rest must begin the next window
    bool stopped = false;  // the sink said stop
  };

  // Reads all whole entries of `window`.
  //
  // Requires:  at least kScanSlack readable bytes, the first of them 0, behind the window; `at_end` with the last
  //            window. With an entry larger than the window, consumed is 0: call again with more.
  // Lifetime:  no view into the window is kept.
  Progress Parse(std::string_view window, bool at_end);

  // The line that the next window begins with, 1-based.
  uint64_t line_number() const { return line_number_; }

  // Some name was quoted: the document is text 1.0.0 rather than 0.0.4.
  bool saw_quoted_name() const { return saw_quoted_name_; }

 private:
  const char* FastSample(const char* p, const char* end, bool at_end);
  bool Deliver(const char* begin, const char* end_of_entry);
  bool HandleEntry(const Entry& entry, const char* begin, const char* end);
  bool Report(const char* begin, const char* end, size_t offset, std::string message, bool ends_silently = false);
  bool ReportObjection(SampleVerdict verdict, const char* end);

  const ExpositionFormat format_;
  ExpositionSink* const sink_;
  uint64_t line_number_ = 1;
  bool previous_is_usable_ = false;  // sample_ holds the previous sample and its bytes are still there
  bool saw_quoted_name_ = false;
  bool saw_end_ = false;     // OpenMetrics: `# EOF`
  bool skipping_ = false;    // inside a line that was given up, up to its newline
  uint32_t labels_end_ = 0;  // of the previous sample: end of its name and label list, relative to its line
  SampleEvent sample_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_EXPOSITION_PARSER_H_
