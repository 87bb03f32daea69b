// SPDX-License-Identifier: Apache-2.0
//
// entry_scanner.cc: the two grammars, text and OpenMetrics. They share the label list; what differs is white space
// (free in text, exact in OpenMetrics), what may follow the value, and comments.
#include "analyzer/exposition/entry_scanner.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "analyzer/exposition/go_float.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsMetricNameStart(char c) { return IsNameStart(c) || c == ':'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Names a byte of the input without showing it raw.
std::string Describe(char c) {
  if (c == '\n') return "the end of the line";
  if (c == '\t') return "a tab";
  if (c == ' ') return "a blank";
  const unsigned char byte = static_cast<unsigned char>(c);
  if (byte > 0x20 && byte < 0x7F) return std::string("`") + c + "`";
  static const char kHex[] = "0123456789abcdef";
  return std::string("byte 0x") + kHex[byte >> 4] + kHex[byte & 15];
}

class Scanner {
 public:
  Scanner(ExpositionFormat format, const char* begin, const char* position, const char* end, bool at_end,
          SampleEvent* sample)
      : text_(format == ExpositionFormat::kText),
        begin_(begin),
        p_(position),
        end_(end),
        at_end_(at_end),
        sample_(sample) {}

  Entry Scan();
  Entry AfterValue();
  const char* position() const { return p_; }

 private:
  // The end of the window stands for "more to come" or for the end of the document. A server appends a newline to a
  // text document that has none; OpenMetrics has no such grace.
  bool AtEnd() const { return p_ >= end_; }
  bool VirtualNewline() const { return text_ && at_end_; }
  bool AtNewline() const { return AtEnd() ? VirtualNewline() : *p_ == '\n'; }
  void SkipBlanks() {
    if (!text_) return;
    while (!AtEnd() && IsBlank(*p_)) ++p_;
  }

  // Where a server's lexer is inside a string, a text or a comment keyword, it steps over NUL when it advances.
  void SkipNul() {
    while (!AtEnd() && *p_ == '\0') ++p_;
  }
  bool TakeWordOverNul(std::string_view word);

  Entry Fail(const std::string& expected) { return FailAt(p_, expected); }
  Entry FailAt(const char* where, const std::string& expected);
  Entry FailText(const char* where, const std::string& message);
  Entry FailSilentEnd();
  // The bytes from p_ to the window's end may become anything.
  static Entry NeedMore();
  Entry Done(EntryKind kind);
  uint32_t Offset(const char* p) const { return static_cast<uint32_t>(p - begin_); }

  Entry ScanText();
  Entry ScanOpenMetrics();
  Entry ScanFreeComment(bool skip_nul);
  Entry ScanMetadata(EntryKind kind);
  Entry ScanSample();
  bool ScanQuoted(bool allow_newline, bool skip_nul, Entry* error);
  bool ScanLabels(bool exemplar, Entry* error);
  bool ScanValue(Entry* error);
  bool ScanNumberToken(const char* what, double* value, Entry* error);
  bool ScanOpenMetricsTimestamp(const char* what, Entry* error, int64_t* ms);

  const bool text_;
  const char* const begin_;
  const char* p_;
  const char* const end_;
  const bool at_end_;
  SampleEvent* sample_;
  bool has_name_ = false;
};

Entry Scanner::FailText(const char* where, const std::string& message) {
  Entry entry;
  entry.kind = EntryKind::kError;
  entry.error_offset = static_cast<size_t>(where - begin_);
  entry.error = message;
  return entry;
}

Entry Scanner::NeedMore() {
  Entry entry;
  entry.kind = EntryKind::kNeedMore;
  return entry;
}

// The lexer of a server takes a NUL in such a place for the end of the input.
Entry Scanner::FailSilentEnd() {
  Entry entry = FailText(p_, "NUL byte: a server stops reading here without a word and loses the rest");
  entry.ends_silently = true;
  return entry;
}

Entry Scanner::FailAt(const char* where, const std::string& expected) {
  if (where >= end_) {
    if (!at_end_) return NeedMore();
    return FailText(where, "expected " + expected + ", got the end of the document");
  }
  return FailText(where, "expected " + expected + ", got " + Describe(*where));
}

// Takes the word, NUL bytes behind each of its letters included. Leaves p_ at the end where the window cuts it off,
// else where it was.
bool Scanner::TakeWordOverNul(std::string_view word) {
  const char* const begin = p_;
  for (const char c : word) {
    if (AtEnd()) return false;
    if (*p_ != c) {
      p_ = begin;
      return false;
    }
    ++p_;
    SkipNul();
  }
  return true;
}

Entry Scanner::Done(EntryKind kind) {
  Entry entry;
  entry.kind = kind;
  entry.size = static_cast<size_t>(p_ - begin_);
  return entry;
}

Entry Scanner::Scan() { return text_ ? ScanText() : ScanOpenMetrics(); }

// A comment runs to the newline. A NUL ends a server's parse there without a word, unless the lexer is past "# ".
Entry Scanner::ScanFreeComment(bool skip_nul) {
  bool first = true;
  while (!AtEnd() && *p_ != '\n') {
    if (*p_ == '\0' && (!skip_nul || first)) {
      return FailSilentEnd();
    }
    first = false;
    ++p_;
  }
  if (AtEnd() && !VirtualNewline()) return Fail("the end of the line");
  if (!AtEnd()) ++p_;
  return Done(EntryKind::kComment);
}

Entry Scanner::ScanText() {
  SkipBlanks();
  if (AtEnd()) {
    if (!at_end_) return Fail("a metric name");
    return Done(EntryKind::kComment);
  }
  const char c = *p_;
  if (c == '\n') {
    ++p_;
    return Done(EntryKind::kComment);
  }
  if (c == '\0') return FailSilentEnd();
  if (c != '#') return ScanSample();
  ++p_;
  if (AtEnd() || !IsBlank(*p_)) return ScanFreeComment(/*skip_nul=*/false);
  SkipBlanks();
  // The keyword counts only with a blank behind it; "# TYPEX" and "# HELP" alone are free comments.
  const char* const comment = p_;
  const bool type = !AtEnd() && *p_ == 'T';
  const bool keyword = TakeWordOverNul(type ? "TYPE" : "HELP");
  if (AtEnd() && !at_end_) return Fail("the end of the line");
  if (keyword && !AtEnd() && IsBlank(*p_)) {
    while (!AtEnd() && (IsBlank(*p_) || *p_ == '\0')) ++p_;
    return ScanMetadata(type ? EntryKind::kType : EntryKind::kHelp);
  }
  p_ = comment;
  return ScanFreeComment(/*skip_nul=*/true);
}

Entry Scanner::ScanOpenMetrics() {
  if (*p_ != '#') return ScanSample();
  ++p_;
  if (AtEnd() || *p_ != ' ') return Fail("one blank after `#`");
  ++p_;
  if (AtEnd() && !at_end_) return Fail("the end of the line");
  const char kind = AtEnd() ? '\0' : *p_;
  const char* const comment = p_;
  if (!TakeWordOverNul(kind == 'E' ? "EOF" : kind == 'H' ? "HELP" : kind == 'T' ? "TYPE" : "UNIT")) {
    if (AtEnd() && !at_end_) return Fail("the end of the line");
    return FailText(comment, "expected `# HELP `, `# TYPE `, `# UNIT ` or `# EOF`: OpenMetrics has no other comments");
  }
  if (kind == 'E') {
    if (!AtEnd() && *p_ == '\n') {
      ++p_;
      SkipNul();
    }
    if (!AtEnd()) return FailText(p_, "data after `# EOF`");
    if (!at_end_) return Fail("the end of the document");
    return Done(EntryKind::kEnd);
  }
  if (AtEnd() || *p_ != ' ') return Fail("one blank after the keyword");
  ++p_;
  SkipNul();
  return ScanMetadata(kind == 'H' ? EntryKind::kHelp : kind == 'T' ? EntryKind::kType : EntryKind::kUnit);
}

// Reads a name and the text behind it.
Entry Scanner::ScanMetadata(EntryKind kind) {
  const char* name_begin = p_;
  const char* name_end;
  Entry error;
  if (!AtEnd() && *p_ == '"') {
    if (!ScanQuoted(/*allow_newline=*/true, /*skip_nul=*/false, &error)) return error;
    ++name_begin;
    name_end = p_ - 1;
  } else {
    if (AtEnd() || !IsMetricNameStart(*p_)) return Fail("a metric name");
    while (!AtEnd() && (IsMetricNameStart(*p_) || IsDigit(*p_))) ++p_;
    name_end = p_;
  }
  if (AtEnd() && !at_end_) return Fail("text");
  const char* text_begin = p_;
  if (!text_) {
    if (AtEnd() || *p_ != ' ') return Fail("one blank and the text");
  } else if (!AtEnd() && *p_ == '\0') {
    return Fail("a blank and the text");
  }
  const void* newline = AtEnd() ? nullptr : std::memchr(p_, '\n', static_cast<size_t>(end_ - p_));
  const char* text_end = newline != nullptr ? static_cast<const char*>(newline) : end_;
  if (newline == nullptr && !VirtualNewline()) {
    p_ = end_;
    return Fail("the end of the line");
  }
  p_ = newline != nullptr ? text_end + 1 : end_;
  if (!text_) {
    // NUL bytes behind the newline still belong to the text, which then holds the newline.
    SkipNul();
    if (AtEnd() && !at_end_) return Fail("the next line");
    text_end = p_ - 1;
  }
  // The first byte is the separator, whatever it is; text that is one run of blanks counts as none.
  if (text_) {
    const char* blank = text_begin;
    while (blank < text_end && (IsBlank(*blank) || *blank == '\0')) ++blank;
    if (blank == text_end) text_begin = text_end;
  }
  if (text_begin < text_end) ++text_begin;
  Entry entry = Done(kind);
  entry.meta_name = {name_begin, static_cast<size_t>(name_end - name_begin)};
  entry.meta_text = {text_begin, static_cast<size_t>(text_end - text_begin)};
  if (kind == EntryKind::kHelp) {
    if (!IsValidUtf8(entry.meta_text)) return FailText(text_begin, "HELP text is not valid UTF-8");
  } else if (kind == EntryKind::kUnit) {
    const std::string_view name = entry.meta_name, unit = entry.meta_text;
    if (!unit.empty() && (name.size() < unit.size() + 1 || name.substr(name.size() - unit.size()) != unit ||
                          name[name.size() - unit.size() - 1] != '_')) {
      return FailText(text_begin, "the unit must be the metric name's suffix, after `_`");
    }
  } else {
    struct Word {
      const char* word;
      MetricType type;
      bool text, openmetrics;
    };
    static constexpr Word kWords[] = {
        {"counter", MetricType::kCounter, true, true},
        {"gauge", MetricType::kGauge, true, true},
        {"histogram", MetricType::kHistogram, true, true},
        {"summary", MetricType::kSummary, true, true},
        {"untyped", MetricType::kUntyped, true, false},
        {"unknown", MetricType::kUnknown, false, true},
        {"info", MetricType::kInfo, false, true},
        {"stateset", MetricType::kStateset, false, true},
        {"gaugehistogram", MetricType::kGaugeHistogram, false, true},
    };
    for (const Word& word : kWords) {
      if (entry.meta_text == word.word && (text_ ? word.text : word.openmetrics)) entry.type = word.type;
    }
    if (entry.type == MetricType::kNone) {
      return FailText(text_begin, text_ ? "expected one of the types counter, gauge, histogram, summary, untyped"
                                        : "expected one of the types counter, gauge, histogram, summary, unknown, "
                                          "info, stateset, gaugehistogram");
    }
  }
  return entry;
}

// At an opening quote: reads to behind the closing one.
bool Scanner::ScanQuoted(bool allow_newline, bool skip_nul, Entry* error) {
  const char* open = p_++;
  while (!AtEnd()) {
    const char c = *p_;
    if (c == '"') {
      ++p_;
      return true;
    }
    if (c == '\n' && !allow_newline) break;
    if (c == '\0' && !skip_nul) break;
    if (c == '\\') {
      sample_->has_escapes = true;
      ++p_;
      // A NUL that a server's lexer skips does not use the backslash up.
      while (skip_nul && !AtEnd() && *p_ == '\0') ++p_;
      if (AtEnd()) break;
      if (*p_ == '\n' || *p_ == '\0') break;
    }
    ++p_;
  }
  if (AtEnd()) {
    if (!at_end_) {
      error->kind = EntryKind::kNeedMore;
    } else {
      *error = FailText(open, "this quote is never closed");
    }
    return false;
  }
  *error = FailAt(p_, "`\"` to close the string");
  return false;
}

// Behind the opening brace: reads to behind the closing one. A quoted string alone is the metric's name.
bool Scanner::ScanLabels(bool exemplar, Entry* error) {
  for (;;) {
    SkipBlanks();
    if (AtEnd()) {
      *error = Fail("a label name or `}`");
      return false;
    }
    if (*p_ == '}') {
      ++p_;
      return true;
    }
    LabelSpan span;
    bool quoted = false;
    const char* token = p_;
    if (*p_ == '"') {
      quoted = true;
      if (!ScanQuoted(/*allow_newline=*/!exemplar, /*skip_nul=*/false, error)) return false;
      span.name_begin = Offset(token + 1);
      span.name_end = Offset(p_ - 1);
    } else if (IsNameStart(*p_)) {
      while (!AtEnd() && (IsNameStart(*p_) || IsDigit(*p_))) ++p_;
      span.name_begin = Offset(token);
      span.name_end = Offset(p_);
    } else {
      *error = Fail("a label name or `}`");
      return false;
    }
    SkipBlanks();
    if (quoted && !AtEnd() && (*p_ == ',' || *p_ == '}')) {
      if (exemplar) {
        *error = Fail("`=` after the label name");
        return false;
      }
      if (has_name_) {
        *error = FailText(token, "a second metric name: this sample already has one");
        return false;
      }
      has_name_ = true;
      sample_->name_begin = span.name_begin;
      sample_->name_end = span.name_end;
      if (*p_++ == '}') return true;
      continue;
    }
    if (AtEnd() || *p_ != '=') {
      *error = Fail(quoted ? "`=`, `,` or `}` after the quoted name" : "`=` after the label name");
      return false;
    }
    ++p_;
    if (text_ && !AtEnd() && IsBlank(*p_)) {
      while (!AtEnd() && (IsBlank(*p_) || *p_ == '\0')) ++p_;
    }
    if (AtEnd() || *p_ != '"') {
      *error = Fail("a label value in double quotes");
      return false;
    }
    const char* open = p_;
    if (!ScanQuoted(/*allow_newline=*/text_, /*skip_nul=*/!exemplar, error)) return false;
    // NUL bytes behind the closing quote become part of the token, whose last byte a server takes for the quote.
    if (!exemplar) SkipNul();
    span.value_begin = Offset(open + 1);
    span.value_end = Offset(p_ - 1);
    const std::string_view value(open + 1, static_cast<size_t>(p_ - open) - 2);
    if (!IsValidUtf8(value)) {
      *error = FailText(open + 1 + ValidUtf8PrefixLength(value), "label value is not valid UTF-8");
      return false;
    }
    if (!exemplar) {
      if (sample_->label_count == sample_->labels.size()) sample_->labels.resize(sample_->label_count * 2 + 8);
      sample_->labels[sample_->label_count++] = span;
    }
    SkipBlanks();
    if (!AtEnd() && *p_ == ',') {
      ++p_;
    } else if (!text_ && (AtEnd() || *p_ != '}')) {
      *error = Fail("`,` or `}` after the label value");
      return false;
    }
  }
}

// Reads the bytes up to a blank or the line's end as a number.
bool Scanner::ScanNumberToken(const char* what, double* value, Entry* error) {
  const char* token = p_;
  while (!AtEnd() && *p_ != '\n' && *p_ != ' ' && (!text_ || (*p_ != '\t' && *p_ != '{'))) ++p_;
  if (p_ == token || (AtEnd() && !at_end_)) {
    *error = Fail(what);
    return false;
  }
  if (!ParseGoFloat({token, static_cast<size_t>(p_ - token)}, value)) {
    *error = FailText(token, std::string("expected ") + what + ": this is no decimal number that fits a double");
    return false;
  }
  return true;
}

bool Scanner::ScanValue(Entry* error) {
  if (text_) {
    SkipBlanks();
  } else {
    if (AtEnd() || *p_ != ' ') {
      *error = Fail("one blank and the value");
      return false;
    }
    ++p_;
  }
  double ignored;
  return ScanNumberToken("a value", &ignored, error);
}

Entry Scanner::ScanSample() {
  Entry error;
  const char c = *p_;
  if (c == '{') {
    ++p_;
    if (!ScanLabels(/*exemplar=*/false, &error)) return error;
    if (!has_name_) {
      return FailText(begin_, "this sample has no metric name: expected one before `{` or quoted behind it");
    }
  } else if (IsMetricNameStart(c)) {
    while (!AtEnd() && (IsMetricNameStart(*p_) || IsDigit(*p_))) ++p_;
    // Blanks before the name are part of it: that is what the server's parser makes of them.
    sample_->name_begin = 0;
    sample_->name_end = Offset(p_);
    has_name_ = true;
    SkipBlanks();
    if (!AtEnd() && *p_ == '{') {
      ++p_;
      if (!ScanLabels(/*exemplar=*/false, &error)) return error;
    }
  } else {
    return Fail("a metric name, `{` or `#`");
  }
  if (!ScanValue(&error)) return error;
  return AfterValue();
}

bool Scanner::ScanOpenMetricsTimestamp(const char* what, Entry* error, int64_t* ms) {
  ++p_;
  const char* token = p_;
  double seconds = 0;
  if (!ScanNumberToken(what, &seconds, error)) return false;
  if (!std::isfinite(seconds)) {
    *error = FailText(token, std::string("expected ") + what + ": it must be finite");
    return false;
  }
  const double scaled = seconds * 1000;
  *ms = scaled >= 9.2233720368547748e18    ? INT64_MAX
        : scaled <= -9.2233720368547758e18 ? INT64_MIN
                                           : static_cast<int64_t>(scaled);
  return true;
}

Entry Scanner::AfterValue() {
  Entry error;
  if (text_) {
    SkipBlanks();
    if (!AtEnd() && IsDigit(*p_)) {
      const char* token = p_;
      uint64_t ms = 0;
      bool overflow = false;
      for (; !AtEnd() && IsDigit(*p_); ++p_) {
        if (ms > (INT64_MAX - 9) / 10)
          overflow |= ms * 10 + static_cast<uint64_t>(*p_ - '0') > INT64_MAX || ms > INT64_MAX / 10;
        if (!overflow) ms = ms * 10 + static_cast<uint64_t>(*p_ - '0');
      }
      if (overflow) return FailText(token, "timestamp does not fit 64 bits of milliseconds");
      sample_->has_timestamp = true;
      sample_->timestamp_ms = static_cast<int64_t>(ms);
      SkipBlanks();
    }
    if (AtEnd() && !at_end_) return Fail("the end of the line");
    if (!AtNewline()) {
      return Fail(sample_->has_timestamp ? "the end of the line after the timestamp"
                                         : "a timestamp (digits, milliseconds) or the end of the line");
    }
    if (!AtEnd()) ++p_;
    return Done(EntryKind::kSample);
  }
  if (AtEnd()) return Fail("the end of the line");
  const auto exemplar_here = [this] { return end_ - p_ >= 4 && std::memcmp(p_, " # {", 4) == 0; };
  const auto could_be_exemplar = [this] {
    return !at_end_ && end_ - p_ < 4 && std::memcmp(p_, " # {", static_cast<size_t>(end_ - p_)) == 0;
  };
  if (could_be_exemplar()) return NeedMore();
  if (*p_ == ' ' && !exemplar_here()) {
    if (!ScanOpenMetricsTimestamp("a timestamp in seconds", &error, &sample_->timestamp_ms)) return error;
    sample_->has_timestamp = true;
    if (AtEnd()) return Fail("the end of the line");
    if (could_be_exemplar()) return NeedMore();
  }
  const char* const exemplar = p_;
  if (exemplar_here()) {
    p_ += 4;
    const bool had_escapes = sample_->has_escapes;
    if (!ScanLabels(/*exemplar=*/true, &error)) return error;
    sample_->has_escapes = had_escapes;
    if (!ScanValue(&error)) return error;
    sample_->has_exemplar = true;
    if (AtEnd()) return Fail("the end of the line");
    if (*p_ == ' ') {
      int64_t ignored;
      if (!ScanOpenMetricsTimestamp("the exemplar's timestamp in seconds", &error, &ignored)) return error;
      if (AtEnd()) return Fail("the end of the line");
    }
    sample_->exemplar_bytes = static_cast<uint32_t>(p_ - exemplar);
  }
  if (*p_ != '\n') return Fail("the end of the line");
  ++p_;
  return Done(EntryKind::kSample);
}

}  // namespace

Entry ScanEntry(ExpositionFormat format, const char* begin, const char* end, bool at_end, SampleEvent* sample) {
  sample->line = begin;
  sample->label_count = 0;
  sample->has_escapes = false;
  sample->has_timestamp = false;
  sample->has_exemplar = false;
  return Scanner(format, begin, begin, end, at_end, sample).Scan();
}

Entry ScanAfterValue(ExpositionFormat format, const char* begin, const char** position, const char* end, bool at_end,
                     SampleEvent* sample) {
  Scanner scanner(format, begin, *position, end, at_end, sample);
  Entry entry = scanner.AfterValue();
  *position = scanner.position();
  return entry;
}

void UnescapeQuoted(std::string_view raw, std::string* out) {
  out->clear();
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      const char next = raw[i + 1];
      if (next == '\\' || next == '"' || next == 'n') {
        out->push_back(next == 'n' ? '\n' : next);
        ++i;
        continue;
      }
    }
    out->push_back(raw[i]);
  }
}

}  // namespace seriesguard
