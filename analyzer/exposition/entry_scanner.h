// SPDX-License-Identifier: Apache-2.0
//
// entry_scanner.h: the exact grammar: one entry (a sample, a comment, a metadata line) read byte by byte.
//
// Use:      ExpositionParser calls it for every line that its fast path does not take; it alone decides what is an
//           error and where. The grammar is in docs/exposition_dialect.md.
// Threads:  pure functions.
// Source:   the behaviour of a Prometheus 3 server: model/textparse/promlex.l, promparse.go, openmetricslex.l,
//           openmetricsparse.go of v3.16.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_ENTRY_SCANNER_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_ENTRY_SCANNER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/sample_event.h"

namespace seriesguard {

enum class EntryKind {
  kSample,
  kType,
  kHelp,
  kUnit,
  kComment,   // free comment or blank line
  kEnd,       // OpenMetrics: `# EOF`
  kNeedMore,  // the window ends inside the entry and is not the document's end
  kError,
};

struct Entry {
  EntryKind kind = EntryKind::kComment;
  size_t size = 0;             // bytes of the entry, its newline included (kError: undefined)
  std::string_view meta_name;  // kType, kHelp, kUnit: as written, without quotes, escapes inside
  std::string_view meta_text;
  MetricType type = MetricType::kNone;
  size_t error_offset = 0;     // kError: where in the entry the offending bytes begin
  bool ends_silently = false;  // kError: a server stops here without saying so
  std::string error;           // kError: what was expected and what was found, without raw bytes of the input
};

// Reads the entry at `begin`.
//
// Requires:  begin < end. `at_end` says that `end` is the end of the document.
// Returns:   kNeedMore only when !at_end. For kSample, `sample` holds the spans, timestamp and flags (not the line
//            number, `same_names` or `unchanged_labels`).
// Cost:      linear in the entry.
Entry ScanEntry(ExpositionFormat format, const char* begin, const char* end, bool at_end, SampleEvent* sample);

// Reads what follows a sample's value (or its timestamp) from `*position` on: timestamp, exemplar, line end.
// Used by the fast path for lines that end in more than a newline.
//
// Returns: kSample with *position behind the newline, kNeedMore, or kError with error_offset relative to `begin`.
Entry ScanAfterValue(ExpositionFormat format, const char* begin, const char** position, const char* end, bool at_end,
                     SampleEvent* sample);

// Undoes the escapes of a label value, a quoted name or OpenMetrics HELP text: \\ \" \n; any other pair stays as it is.
void UnescapeQuoted(std::string_view raw, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_ENTRY_SCANNER_H_
