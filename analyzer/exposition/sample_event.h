// SPDX-License-Identifier: Apache-2.0
//
// sample_event.h: one sample line, as offsets into the bytes it was read from.
//
// Use:      filled by the parsers, handed to ExpositionSink::OnSample.
// Lifetime: every view dies when OnSample returns; nothing here owns bytes.
// Memory:   offsets are 32 bit: an entry is at most kMaxEntryBytes long.
#ifndef SERIESGUARD_ANALYZER_EXPOSITION_SAMPLE_EVENT_H_
#define SERIESGUARD_ANALYZER_EXPOSITION_SAMPLE_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace seriesguard {

// The longest sample line, comment or quoted string that is read. A server has no such limit; without one a file
// without a newline would be held in memory whole.
inline constexpr size_t kMaxEntryBytes = 32u << 20;

// Where one label stands, relative to SampleEvent::line. Quotes are outside, escapes still inside.
struct LabelSpan {
  uint32_t name_begin;
  uint32_t name_end;
  uint32_t value_begin;
  uint32_t value_end;
};

struct SampleEvent {
  const char* line = nullptr;  // first byte of the entry
  uint32_t name_begin = 0;     // metric name; leading blanks belong to it, as in the server's parser
  uint32_t name_end = 0;
  std::vector<LabelSpan> labels;  // the first `label_count` are this sample's
  size_t label_count = 0;
  // What the previous sample of the same input had already said: the metric name and all label names are the same
  // bytes (`same_names`), and so are the values of the first `unchanged_labels` labels. Never true after a comment.
  bool same_names = false;
  size_t unchanged_labels = 0;
  // A backslash occurs in some name or value: they must be unescaped before they are compared.
  bool has_escapes = false;
  bool has_timestamp = false;
  bool has_exemplar = false;
  uint32_t exemplar_bytes = 0;  // from its " # " to before the line end, where has_exemplar
  int64_t timestamp_ms = 0;
  uint64_t line_number = 0;  // 1-based
  size_t bytes = 0;          // of the whole entry, its newline included

  // Says whether the name at [begin, end) stood in quotes. Its neighbours tell: a bare name may follow a quote (text
  // asks for no comma between labels), but never precedes one.
  bool IsQuoted(uint32_t begin, uint32_t end) const { return begin > 0 && line[begin - 1] == '"' && line[end] == '"'; }

  std::string_view name() const { return {line + name_begin, name_end - name_begin}; }
  std::string_view label_name(size_t i) const {
    return {line + labels[i].name_begin, labels[i].name_end - labels[i].name_begin};
  }
  std::string_view label_value(size_t i) const {
    return {line + labels[i].value_begin, labels[i].value_end - labels[i].value_begin};
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_EXPOSITION_SAMPLE_EVENT_H_
