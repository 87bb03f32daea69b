// SPDX-License-Identifier: Apache-2.0
//
// sample_reader.cc: a cursor over the bytes; every Take... and Read... moves it, or leaves a message and answers false.
#include "lib/testing/sample_reader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/metrics/number_text.h"
#include "lib/testing/sample_number.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLabelStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsMetricStart(char c) { return IsLabelStart(c) || c == ':'; }

std::string Unescaped(std::string_view raw) {
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    const char next = raw[i] == '\\' && i + 1 < raw.size() ? raw[i + 1] : '\0';
    const bool is_escape = next == '\\' || next == '"' || next == 'n';
    out.push_back(!is_escape ? raw[i] : next == 'n' ? '\n' : next);
    i += is_escape;
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, SampleFormat format) : text_(text), is_text_(format == SampleFormat::kText) {}

  absl::StatusOr<ReadMetrics> Read() {
    while (message_.empty() && !is_done_ && (is_text_ ? at_ < text_.size() : true)) {
      entry_ = at_;
      if (!ReadEntry()) break;
    }
    if (message_.empty()) return std::move(read_);
    const auto lines =
        std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(std::min(at_, text_.size())), '\n');
    return absl::InvalidArgumentError(absl::StrCat("line ", lines + 1, ": ", message_));
  }

 private:
  // The byte at the cursor; a line feed behind the end of a text, which needs none. '\0' at the end of OpenMetrics, and
  // for a NUL: neither is expected anywhere.
  char Peek() const { return at_ < text_.size() ? text_[at_] : is_text_ ? '\n' : '\0'; }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  bool Expect(char c, const char* what) { return Take(c) || Fail(what); }
  bool TakeWord(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  bool SkipBlanks() {
    const size_t from = at_;
    while (is_text_ && (Peek() == ' ' || Peek() == '\t')) ++at_;
    return at_ != from;
  }
  bool Fail(std::string_view expected) {
    const std::string got = at_ < text_.size() ? SafeTextTruncated(text_.substr(at_, 200), 20) : "the end";
    message_ = absl::StrCat("expected ", absl::string_view(expected.data(), expected.size()), ", got ", got);
    return false;
  }
  std::string_view TakeName(bool (*is_start)(char)) {
    const size_t from = at_;
    while (is_start(Peek()) || (at_ > from && IsDigit(Peek()))) ++at_;
    return text_.substr(from, at_ - from);
  }

  // Reads a quoted string; `*raw` still has its escapes.
  bool ReadQuoted(bool may_break_line, bool may_hold_nul, std::string_view* raw) {
    const size_t from = ++at_;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        *raw = text_.substr(from, at_++ - from);
        return true;
      }
      if ((text_[at_] == '\n' && !may_break_line) || (text_[at_] == '\0' && !may_hold_nul)) break;
      if (text_[at_] != '\\') continue;
      ++at_;
      if (at_ == text_.size() || text_[at_] == '\n' || text_[at_] == '\0') break;
    }
    return Fail("\" to close the string");
  }

  using Pairs = std::vector<std::pair<std::string, std::string>>;

  // Behind the opening brace. A quoted string alone is the metric's name, unless these are the labels of an exemplar.
  bool ReadLabels(bool is_exemplar, Pairs* pairs) {
    for (;;) {
      SkipBlanks();
      if (Take('}')) return true;
      std::string name;
      std::string_view raw;
      const bool is_quoted = Peek() == '"';
      if (is_quoted) {
        if (!ReadQuoted(/*may_break_line=*/!is_exemplar, /*may_hold_nul=*/false, &raw)) return false;
        name = Unescaped(raw);
      } else {
        name = std::string(TakeName(IsLabelStart));
        if (name.empty()) return Fail("a label name or }");
      }
      SkipBlanks();
      if (is_quoted && !is_exemplar && (Peek() == ',' || Peek() == '}')) {
        if (name_) return Fail("= behind the label name: the sample has a metric name already");
        name_ = std::move(name);
        if (!Take(',')) continue;  // the brace
        continue;
      }
      if (!Expect('=', "= behind the label name")) return false;
      SkipBlanks();
      if (Peek() != '"') return Fail("a label value in double quotes");
      if (!ReadQuoted(is_text_, /*may_hold_nul=*/!is_exemplar, &raw)) return false;
      if (!IsValidUtf8(raw)) return Fail("a label value in UTF-8 before this");
      pairs->emplace_back(std::move(name), Unescaped(raw));
      SkipBlanks();
      if (!Take(',') && !is_text_ && Peek() != '}') return Fail(", or } behind the label value");
    }
  }

  bool ReadNumber(const char* what, double* value) {
    const size_t from = at_;
    while (Peek() != '\n' && Peek() != ' ' && at_ < text_.size() && !(is_text_ && (Peek() == '\t' || Peek() == '{')))
      ++at_;
    if (ParseSampleNumber(text_.substr(from, at_ - from), value)) return true;
    at_ = from;
    return Fail(what);
  }

  bool ReadEntry() {
    if (is_text_) {
      SkipBlanks();
      if (Take('\n')) return true;
      return Peek() == '#' ? ReadTextComment() : ReadSampleLine();
    }
    return Peek() == '#' ? ReadOpenMetricsComment() : ReadSampleLine();
  }

  bool ReadSampleLine() {
    name_.reset();
    Pairs pairs;
    if (Take('{')) {
      if (!ReadLabels(/*is_exemplar=*/false, &pairs)) return false;
      if (!name_) return Fail("a metric name before the brace, or in quotes behind it");
    } else {
      if (TakeName(IsMetricStart).empty()) return Fail("a metric name");
      name_ = std::string(text_.substr(entry_, at_ - entry_));  // blanks before it belong to it, as in a server
      SkipBlanks();
      if (Take('{') && !ReadLabels(/*is_exemplar=*/false, &pairs)) return false;
    }
    ReadSample sample;
    if (is_text_) {
      SkipBlanks();
    } else if (!Expect(' ', "one blank and the value")) {
      return false;
    }
    if (!ReadNumber("a value", &sample.value) || !(is_text_ ? ReadTextTime(&sample) : ReadOpenMetricsTime(&sample))) {
      return false;
    }
    if (!Expect('\n', "the end of the line")) return false;
    return Store(std::move(pairs), std::move(sample));
  }

  bool ReadTextTime(ReadSample* sample) {
    SkipBlanks();
    if (!IsDigit(Peek())) return true;
    uint64_t milliseconds = 0;
    for (; IsDigit(Peek()); ++at_) {
      const auto digit = static_cast<uint64_t>(Peek() - '0');
      if (milliseconds > (static_cast<uint64_t>(INT64_MAX) - digit) / 10)
        return Fail("a time that fits 64 bits before this");
      milliseconds = milliseconds * 10 + digit;
    }
    sample->timestamp_ms = static_cast<int64_t>(milliseconds);
    SkipBlanks();
    return true;
  }

  bool ReadSeconds(int64_t* milliseconds) {
    double seconds = 0;
    if (!ReadNumber("a time in seconds", &seconds)) return false;
    if (!std::isfinite(seconds)) return Fail("a finite time before this");
    const double scaled = seconds * 1000;
    const bool fits = std::fabs(scaled) < 9.2233720368547748e18;
    *milliseconds = fits ? static_cast<int64_t>(scaled) : INT64_MIN;  // what Go's conversion gives
    return true;
  }

  bool ReadOpenMetricsTime(ReadSample* sample) {
    constexpr std::string_view kExemplar = " # {";
    int64_t time = 0;
    if (text_.substr(at_, kExemplar.size()) != kExemplar && Take(' ')) {
      if (!ReadSeconds(&time)) return false;
      sample->timestamp_ms = time;
    }
    if (!TakeWord(kExemplar)) return true;
    Pairs labels;
    double value = 0;
    if (!ReadLabels(/*is_exemplar=*/true, &labels) || !Expect(' ', "one blank and the exemplar's value")) return false;
    return ReadNumber("the exemplar's value", &value) && (!Take(' ') || ReadSeconds(&time));
  }

  // What a server's append makes of the sample (docs/exposition_dialect.md, section 3).
  bool Store(Pairs pairs, ReadSample sample) {
    if (name_->empty() || !IsValidUtf8(*name_)) return Fail("a metric name in UTF-8 before this");
    std::set<std::string> absent;  // an empty value takes every pair of its name with it
    for (const auto& [name, value] : pairs) {
      if (value.empty()) absent.insert(name);
    }
    for (auto& [name, value] : pairs) {
      if (absent.count(name) > 0) continue;
      if (name.empty() || name == "__name__" || !IsValidUtf8(name)) {
        message_ = absl::StrCat("no label may be called \"", SafeTextTruncated(name, 40), "\"");
        return false;
      }
      const char* const boundary = type_in_force_ == "histogram" ? "le" : type_in_force_ == "summary" ? "quantile" : "";
      double number;
      if (name == boundary && ParseSampleNumber(value, &number)) {
        if (number == 0) number = 0;  // without the sign
        char text[kNumberBytes];
        value.assign(text, static_cast<size_t>(WriteCanonicalBoundary(number, text) - text));
      }
      if (!sample.labels.emplace(name, std::move(value)).second) {
        message_ = absl::StrCat("the label \"", SafeTextTruncated(name, 40), "\" stands twice");
        return false;
      }
    }
    sample.name = *std::move(name_);
    read_.samples.push_back(std::move(sample));
    return true;
  }

  bool ReadTextComment() {
    ++at_;
    if (SkipBlanks()) {
      const size_t keyword = at_;
      const bool is_type = TakeWord("TYPE");
      if ((is_type || TakeWord("HELP")) && SkipBlanks()) return ReadMetadata(is_type ? 'T' : 'H');
      at_ = keyword;
    }
    while (Peek() != '\n' && Peek() != '\0') ++at_;
    return Expect('\n', "the end of the comment");
  }

  bool ReadOpenMetricsComment() {
    for (const char* const word : {"# HELP ", "# TYPE ", "# UNIT "}) {
      if (TakeWord(word)) return ReadMetadata(word[2]);
    }
    if (!TakeWord("# EOF")) return Fail("# HELP, # TYPE, # UNIT or # EOF");
    Take('\n');
    is_done_ = true;
    return at_ == text_.size() || Fail("nothing behind # EOF");
  }

  // A name and the text behind it. In text the first byte behind the name is the separator, whatever it is.
  bool ReadMetadata(char kind) {
    std::string name;
    if (Peek() == '"') {
      std::string_view raw;
      if (!ReadQuoted(/*may_break_line=*/true, /*may_hold_nul=*/false, &raw)) return false;
      name = Unescaped(raw);
    } else {
      name = std::string(TakeName(IsMetricStart));
      if (name.empty()) return Fail("a metric name");
    }
    if ((!is_text_ && Peek() != ' ') || Peek() == '\0') return Fail("one blank and the text");
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view rest = text_.substr(at_, end - at_);
    if (is_text_ && rest.find_first_not_of(std::string_view(" \t\0", 3)) == std::string_view::npos) rest = {};
    if (!rest.empty()) rest.remove_prefix(1);
    if (kind == 'H' && !IsValidUtf8(rest)) return Fail("a HELP text in UTF-8");
    if (kind == 'T' && !IsType(rest)) return Fail("one of the types that the format has");
    if (kind == 'U' && !rest.empty()) {
      const std::string suffix = absl::StrCat("_", std::string(rest));
      if (name.size() < suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0) {
        return Fail("the unit that the metric's name ends with");
      }
    }
    if (kind == 'T') {
      type_in_force_ = std::string(rest);
      read_.types.emplace(std::move(name), type_in_force_);
    }
    at_ = end;
    return Expect('\n', "the end of the line");
  }

  bool IsType(std::string_view word) const {
    for (const char* const of_both : {"counter", "gauge", "histogram", "summary"}) {
      if (word == of_both) return true;
    }
    if (is_text_) return word == "untyped";
    return word == "unknown" || word == "info" || word == "stateset" || word == "gaugehistogram";
  }

  const std::string_view text_;
  const bool is_text_;
  size_t at_ = 0;
  size_t entry_ = 0;  // where the entry began
  bool is_done_ = false;
  std::optional<std::string> name_;  // of the sample that is being read
  std::string type_in_force_;        // of the last TYPE line, whatever its name
  std::string message_;
  ReadMetrics read_;
};

}  // namespace

absl::StatusOr<ReadMetrics> ReadSamples(std::string_view text, SampleFormat format) {
  return Reader(text, format).Read();
}

SampleFormat FormatOfText(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  constexpr std::string_view kEnd = "# EOF";
  const bool ends = text.size() >= kEnd.size() && text.substr(text.size() - kEnd.size()) == kEnd;
  return ends && (text.size() == kEnd.size() || text[text.size() - kEnd.size() - 1] == '\n')
             ? SampleFormat::kOpenMetrics
             : SampleFormat::kText;
}

}  // namespace seriesguard
