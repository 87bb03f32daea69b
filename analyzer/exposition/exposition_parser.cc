// SPDX-License-Identifier: Apache-2.0
//
// exposition_parser.cc: the loop over entries, and the fast path.
//
// The fast path reads the lines that exporters write: a bare name, labels without blanks, one blank, a number. It
// first finds how much of the line the previous one had already said, and begins at the first label that differs.
// Whatever surprises it goes to ScanEntry from the line's start, so it never has to judge an error. Invariants:
//   1. It accepts only what ScanEntry accepts, with the same spans (tests/differential holds the two together).
//   2. It reads at most kScanSlack bytes behind the window, and no decision rests on them: a newline, a quote or a
//      digit is believed only before `end`, because what stands behind begins with a zero byte.
//   3. sample_.labels[i] for i >= the label being read still are the previous line's when it is compared with them.
#include "analyzer/exposition/exposition_parser.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "analyzer/exposition/go_float.h"
#include "analyzer/exposition/scan.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kErrorContextBytes = 2048;

constexpr std::array<uint8_t, 256> MakeNameTable() {
  std::array<uint8_t, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = 7;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = 7;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = 2;
  table['_'] = 7;
  table[':'] = 8;
  return table;
}
// Bit 0: may begin a label name; bit 1: may go on in one; bits 2, 3: may begin a metric name.
constexpr std::array<uint8_t, 256> kNameTable = MakeNameTable();

bool IsLabelNameStart(char c) { return (kNameTable[static_cast<unsigned char>(c)] & 1) != 0; }
bool IsLabelNameByte(char c) { return (kNameTable[static_cast<unsigned char>(c)] & 2) != 0; }
bool IsMetricNameStart(char c) { return (kNameTable[static_cast<unsigned char>(c)] & 12) != 0; }
bool IsMetricNameByte(char c) { return kNameTable[static_cast<unsigned char>(c)] != 0; }

// Behind the opening quote: returns the closing one, or null for the exact scanner.
inline const char* EndOfQuotedValue(const char* begin, bool* has_escapes) {
  bool has_high_bytes = false;
  const char* q = begin;
  for (;;) {
    q = FindSpecialInQuotes(q);
    const char c = *q;
    if (c == '"') break;
    if (c == '\\') {
      if (q[1] != '\\' && q[1] != '"' && q[1] != 'n') return nullptr;
      *has_escapes = true;
      q += 2;
    } else if (static_cast<signed char>(c) < 0) {
      has_high_bytes = true;
      do ++q;
      while (static_cast<signed char>(*q) < 0);
    } else {
      return nullptr;
    }
  }
  if (has_high_bytes && !IsValidUtf8({begin, static_cast<size_t>(q - begin)})) return nullptr;
  return q;
}

bool HasQuotedName(const SampleEvent& sample) {
  return sample.IsQuoted(sample.name_begin, sample.name_end) ||
         std::any_of(sample.labels.begin(), sample.labels.begin() + static_cast<ptrdiff_t>(sample.label_count),
                     [&sample](const LabelSpan& label) { return sample.IsQuoted(label.name_begin, label.name_end); });
}

}  // namespace

const char* ExpositionParser::FastSample(const char* p, const char* end, bool at_end) {
  SampleEvent& s = sample_;
  const auto offset = [p](const char* at) { return static_cast<uint32_t>(at - p); };
  const char* const previous = s.line;
  const size_t previous_count = s.label_count;
  const char* q;
  size_t i = 0;  // the label being read
  size_t unchanged = 0;
  bool names_equal = false;    // name and label names so far are the previous line's
  uint32_t old_value_end = 0;  // where the previous line's label i ended, before it is overwritten

  if (previous_is_usable_) {
    const size_t common = CommonPrefix(previous, p, std::min<size_t>(labels_end_, static_cast<size_t>(end - p)));
    if (common >= labels_end_) {
      q = p + labels_end_;
      if (*q == ' ') {
        unchanged = i = previous_count;
        names_equal = true;
        goto value;
      }
      if (previous_count > 0) return nullptr;
    } else if (common > s.name_end) {  // then the byte at name_end is the opening brace in both
      while (i < previous_count && s.labels[i].value_end < common) ++i;
      unchanged = i;
      if (i < previous_count && s.labels[i].value_begin <= common) {
        q = p + s.labels[i].value_begin;
        names_equal = true;
        goto label_value;
      }
      if (i > 0) {
        --i;
        names_equal = true;
        old_value_end = s.labels[i].value_end;
        q = p + old_value_end + 1;
        goto after_value;
      }
      q = p + s.name_end + 1;
      if (*q == '}') return nullptr;
      goto label_name;
    }
  }

  if (!IsMetricNameStart(*p)) return nullptr;
  s.has_escapes = false;
  q = p + 1;
  while (IsMetricNameByte(*q)) ++q;
  s.name_begin = 0;
  s.name_end = offset(q);
  if (*q == ' ') {
    labels_end_ = offset(q);
    goto value;
  }
  if (*q != '{') return nullptr;
  ++q;
  if (*q == '}') return nullptr;

label_name:
  if (!IsLabelNameStart(*q)) return nullptr;
  if (i == s.labels.size()) s.labels.resize(i * 2 + 8);
  s.labels[i].name_begin = offset(q);
  do ++q;
  while (IsLabelNameByte(*q));
  s.labels[i].name_end = offset(q);
  if (q[0] != '=' || q[1] != '"') return nullptr;
  q += 2;

label_value : {
  const char* close = EndOfQuotedValue(q, &s.has_escapes);
  if (close == nullptr) return nullptr;
  old_value_end = s.labels[i].value_end;
  s.labels[i].value_begin = offset(q);
  s.labels[i].value_end = offset(close);
  q = close + 1;
}

after_value:
  if (names_equal && i + 1 < previous_count) {
    // `,next="` is usually the same bytes as in the previous line.
    const LabelSpan& next = s.labels[i + 1];
    const uint32_t skip = old_value_end + 1;
    const size_t size = next.value_begin - skip;
    if (static_cast<size_t>(end - q) >= size && EqualBytes(q, previous + skip, size)) {
      ++i;
      s.labels[i].name_begin = offset(q) + (next.name_begin - skip);
      s.labels[i].name_end = offset(q) + (next.name_end - skip);
      q += size;
      goto label_value;
    }
  }
  if (*q == ',') {
    ++q;
    if (*q != '}') {
      ++i;
      names_equal = false;
      goto label_name;
    }
  }
  if (*q != '}') return nullptr;
  ++q;
  ++i;
  labels_end_ = offset(q);
  if (*q != ' ') return nullptr;

value:
  ++q;
  {
    const char* number_end = EndOfOrdinaryNumber(q);
    if (number_end == nullptr || (*number_end != '\n' && *number_end != ' ')) {
      number_end = q;
      while (static_cast<unsigned char>(*number_end) > ' ' && *number_end != '{') ++number_end;
      double ignored;
      if ((*number_end != '\n' && *number_end != ' ') ||
          !ParseGoFloat({q, static_cast<size_t>(number_end - q)}, &ignored)) {
        return nullptr;
      }
    }
    q = number_end;
  }
  if (q >= end) return nullptr;
  s.has_timestamp = false;
  s.has_exemplar = false;
  if (*q == '\n') {
    ++q;
  } else {
    if (ScanAfterValue(format_, p, &q, end, at_end, &s).kind != EntryKind::kSample) return nullptr;
  }
  s.line = p;
  s.label_count = i;
  s.unchanged_labels = unchanged;
  s.same_names = names_equal && i == previous_count;
  return q;
}

// Hands sample_ to the sink; false when reading must stop.
bool ExpositionParser::Deliver(const char* begin, const char* end_of_entry) {
  sample_.line_number = line_number_;
  sample_.bytes = static_cast<size_t>(end_of_entry - begin);
  const SampleVerdict verdict = sink_->OnSample(sample_);
  if (verdict.objection == SampleObjection::kNone) return true;
  previous_is_usable_ = false;
  return ReportObjection(verdict, end_of_entry);
}

bool ExpositionParser::ReportObjection(SampleVerdict verdict, const char* end) {
  const bool is_label = verdict.index < sample_.label_count;
  const size_t offset = is_label ? sample_.labels[verdict.index].name_begin : sample_.name_begin;
  switch (verdict.objection) {
    case SampleObjection::kRepeatedLabelName:
      return Report(sample_.line, end, offset,
                    "this label name stands twice in one label set: a server drops the whole scrape");
    case SampleObjection::kReservedLabelName:
      return Report(sample_.line, end, offset,
                    "`__name__` is the metric's name and cannot be given as a label: a server drops the whole scrape");
    case SampleObjection::kNotInPrometheus2:
      return Report(sample_.line, end, offset,
                    "Prometheus 2 reads no names in quotes and none behind blanks: it drops the whole scrape");
    case SampleObjection::kBadName:
    case SampleObjection::kNone: break;
  }
  return Report(sample_.line, end, offset,
                is_label ? "expected a label name that is not empty and valid UTF-8: a server drops the whole scrape"
                         : "expected a metric name that is not empty and valid UTF-8: a server drops the whole scrape");
}

// Tells the sink about an error `offset` bytes into the entry at `begin`.
bool ExpositionParser::Report(const char* begin, const char* end, size_t offset, std::string message,
                              bool ends_silently) {
  const char* where = begin + offset;
  const char* line_begin = begin;
  ParseError error;
  error.line = line_number_;
  for (const char* p = begin; p < where;) {  // a quoted string may hold newlines
    const void* newline = std::memchr(p, '\n', static_cast<size_t>(where - p));
    if (newline == nullptr) break;
    ++error.line;
    p = line_begin = static_cast<const char*>(newline) + 1;
  }
  error.column = static_cast<uint64_t>(where - line_begin) + 1;
  const char* text_begin = line_begin;
  if (static_cast<size_t>(where - line_begin) > kErrorContextBytes) text_begin = where - kErrorContextBytes;
  const char* text_end = std::min(end, where + kErrorContextBytes);
  const void* newline = std::memchr(where, '\n', static_cast<size_t>(text_end - std::min(where, text_end)));
  if (newline != nullptr) text_end = static_cast<const char*>(newline);
  error.line_text.assign(text_begin, std::max(text_begin, text_end));
  error.text_column = static_cast<uint64_t>(where - text_begin) + 1;
  error.message = std::move(message);
  error.ends_silently = ends_silently;
  return sink_->OnError(error);
}

bool ExpositionParser::HandleEntry(const Entry& entry, const char* begin, const char* end) {
  switch (entry.kind) {
    case EntryKind::kSample:
      sample_.same_names = false;
      sample_.unchanged_labels = 0;
      saw_quoted_name_ = saw_quoted_name_ || HasQuotedName(sample_);
      return Deliver(begin, begin + entry.size);
    case EntryKind::kType: sink_->OnType(entry.meta_name, entry.type); break;
    case EntryKind::kHelp: sink_->OnHelp(entry.meta_name, entry.meta_text); break;
    case EntryKind::kUnit: sink_->OnUnit(entry.meta_name, entry.meta_text); break;
    case EntryKind::kEnd: saw_end_ = true; break;
    case EntryKind::kComment: break;
    case EntryKind::kNeedMore:
    case EntryKind::kError: return Report(begin, end, entry.error_offset, entry.error, entry.ends_silently);
  }
  sink_->OnCommentBytes(entry.size);
  return true;
}

ExpositionParser::Progress ExpositionParser::Parse(std::string_view window, bool at_end) {
  const char* p = window.data();
  const char* const end = p + window.size();
  const auto progress = [&](bool stopped) {
    sink_->OnWindowEnd();
    return Progress{static_cast<size_t>(p - window.data()), stopped};
  };
  previous_is_usable_ = false;
  while (p < end) {
    if (skipping_) {
      const void* newline = std::memchr(p, '\n', static_cast<size_t>(end - p));
      const char* next = newline != nullptr ? static_cast<const char*>(newline) + 1 : end;
      sink_->OnCommentBytes(static_cast<size_t>(next - p));
      p = next;
      if (newline == nullptr) break;
      skipping_ = false;
      ++line_number_;
      continue;
    }
    if (const char* next = FastSample(p, end, at_end)) {
      previous_is_usable_ = true;
      if (!Deliver(p, next)) return progress(true);
      p = next;
      ++line_number_;
      continue;
    }
    previous_is_usable_ = false;
    const Entry entry = ScanEntry(format_, p, end, at_end, &sample_);
    bool give_up = false;
    if (entry.kind == EntryKind::kNeedMore) {
      if (static_cast<size_t>(end - p) <= kMaxEntryBytes) return progress(false);
      if (!Report(p, end, 0, "this line is longer than 32 MiB")) return progress(true);
      give_up = true;
    } else if (entry.kind == EntryKind::kError) {
      if (!HandleEntry(entry, p, end)) return progress(true);
      give_up = true;
    }
    if (give_up) {
      skipping_ = true;
      continue;
    }
    if (!HandleEntry(entry, p, end)) return progress(true);
    const char* const next = p + entry.size;
    for (const char* q = p; q < next;) {
      const void* newline = std::memchr(q, '\n', static_cast<size_t>(next - q));
      if (newline == nullptr) break;
      ++line_number_;
      q = static_cast<const char*>(newline) + 1;
    }
    p = next;
  }
  if (at_end && format_ == ExpositionFormat::kOpenMetrics && !saw_end_) {
    saw_end_ = true;
    if (!Report(end, end, 0, "the document does not end in `# EOF`: a server takes it for cut off"))
      return progress(true);
  }
  return progress(false);
}

}  // namespace seriesguard
