// SPDX-License-Identifier: Apache-2.0
//
// naive_text_parser.cc: one function a production of the grammar; blanks and tabs are allowed between all tokens.
#include "tests/reference/naive_text_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "tests/reference/go_float.h"

namespace seriesguard::reference {
namespace {

bool IsBlank(int c) { return c == ' ' || c == '\t'; }

bool IsDigit(int c) { return c >= '0' && c <= '9'; }

std::string WithFinalLineFeed(std::string_view bytes) {
  std::string out(bytes);
  if (out.empty() || out.back() != '\n') out.push_back('\n');
  return out;
}

std::optional<MetricType> TextType(std::string_view word) {
  if (word == "counter") return MetricType::kCounter;
  if (word == "gauge") return MetricType::kGauge;
  if (word == "histogram") return MetricType::kHistogram;
  if (word == "summary") return MetricType::kSummary;
  if (word == "untyped") return MetricType::kUntyped;
  return std::nullopt;
}

}  // namespace

NaiveTextParser::NaiveTextParser(std::string_view bytes, const ParseOptions& options)
    : options_(options), bytes_(WithFinalLineFeed(bytes)), reader_(bytes_) {}

ReferenceResult NaiveTextParser::Parse() {
  Step step = Step::kNext;
  while (step == Step::kNext) step = Entry();
  result_.ok = step == Step::kEndOfInput;
  return result_;
}

NaiveTextParser::Step NaiveTextParser::Refuse(std::string reason) {
  result_.error = std::move(reason);
  result_.error_line = entry_line_;
  return Step::kRefused;
}

// The server takes this NUL for the end of the input and never says that lines were lost.
NaiveTextParser::Step NaiveTextParser::CutByNul() {
  result_.cut_by_nul = true;
  return options_.refuse_nul_line ? Refuse("NUL where a line or a comment starts") : Step::kEndOfInput;
}

void NaiveTextParser::SkipBlanks() {
  while (IsBlank(reader_.Peek())) reader_.Advance();
}

NaiveTextParser::Step NaiveTextParser::Entry() {
  const std::string_view last_entry = reader_.From(entry_begin_);
  entry_line_ += static_cast<size_t>(std::count(last_entry.begin(), last_entry.end(), '\n'));
  entry_begin_ = reader_.pos();
  SkipBlanks();
  switch (reader_.Peek()) {
    case ByteReader::kEnd: return Step::kEndOfInput;
    case 0: return CutByNul();
    case '\n': reader_.Advance(); return Step::kNext;
    case '#': return Comment();
    case '{':
      if (options_.prometheus2) return Refuse("expected a metric name");
      return SampleLine("");
    default:
      if (!TakeIdentifier(reader_, /*colon=*/true)) return Refuse("expected a metric name, '{' or '#'");
      // Blanks before the name are part of it: the server takes the name from where the entry starts.
      return SampleLine(reader_.From(entry_begin_));
  }
}

NaiveTextParser::Step NaiveTextParser::Comment() {
  reader_.Advance();
  if (!IsBlank(reader_.Peek())) return RestOfComment();
  SkipBlanks();
  if (reader_.Peek() == 0) return CutByNul();

  reader_.set_steps_over_nul(true);
  const bool is_type = reader_.Peek() == 'T';
  const bool is_metadata = reader_.TakeWord(is_type ? "TYPE" : "HELP") && IsBlank(reader_.Peek());
  if (!is_metadata) return RestOfComment();
  SkipBlanks();
  reader_.set_steps_over_nul(false);
  return Metadata(is_type);
}

NaiveTextParser::Step NaiveTextParser::RestOfComment() {
  while (reader_.Peek() != '\n') {
    if (reader_.Peek() == 0) return CutByNul();
    reader_.Advance();
  }
  reader_.set_steps_over_nul(false);
  reader_.Advance();
  return Step::kNext;
}

NaiveTextParser::Step NaiveTextParser::Metadata(bool is_type) {
  const size_t name_begin = reader_.pos();
  const bool quoted = reader_.Peek() == '"';
  if (quoted && options_.prometheus2) return Refuse("expected metric name after HELP or TYPE");
  const bool has_name = quoted ? TakeQuoted(reader_, /*line_feed=*/true) : TakeIdentifier(reader_, /*colon=*/true);
  if (!has_name) return Refuse("expected metric name after HELP or TYPE");
  std::string_view name = reader_.From(name_begin);
  if (quoted) name = name.substr(1, name.size() - 2);

  if (reader_.Peek() == 0) return Refuse("line feed expected after HELP or TYPE");
  const size_t text_begin = reader_.pos();
  bool only_blanks = true;
  reader_.set_steps_over_nul(true);
  while (reader_.Peek() != '\n') {
    only_blanks = only_blanks && IsBlank(reader_.Peek());
    reader_.Advance();
  }
  std::string_view text = reader_.From(text_begin);
  reader_.set_steps_over_nul(false);
  // Whatever byte follows the name is taken for the separator: "# TYPE a-gauge" is a gauge.
  text = only_blanks ? std::string_view() : text.substr(1);

  if (is_type) {
    const auto type = TextType(text);
    if (!type) return Refuse("invalid metric type");
    type_in_force_ = *type;
    result_.types.push_back({Unescape(name), *type, entry_line_});
  } else if (!IsValidUtf8(text)) {
    return Refuse("HELP text is not UTF-8");
  }
  reader_.Advance();
  return Step::kNext;
}

bool NaiveTextParser::Labels(RawSample* raw, std::string* reason) {
  reader_.Advance();  // the brace
  SkipBlanks();
  while (!reader_.Take('}')) {
    const size_t name_begin = reader_.pos();
    const bool quoted = reader_.Peek() == '"' && !options_.prometheus2;
    if (!(quoted ? TakeQuoted(reader_, /*line_feed=*/true) : TakeIdentifier(reader_, /*colon=*/false))) {
      *reason = "expected label name";
      return false;
    }
    std::string name(reader_.From(name_begin));
    if (quoted) name = name.substr(1, name.size() - 2);
    SkipBlanks();

    if (quoted && (reader_.Peek() == ',' || reader_.Peek() == '}')) {
      if (raw->name) {
        *reason = "metric name given twice";
        return false;
      }
      raw->name = name;
      if (reader_.Take(',')) SkipBlanks();
      continue;
    }

    if (!reader_.Take('=')) {
      *reason = "expected '=' after label name";
      return false;
    }
    // From here to the closing quote, and right behind it, NUL bytes are stepped over.
    reader_.set_steps_over_nul(true);
    SkipBlanks();
    const size_t value_begin = reader_.pos();
    const bool has_value = TakeQuoted(reader_, /*line_feed=*/true);
    reader_.set_steps_over_nul(false);
    if (!has_value) {
      *reason = "expected label value";
      return false;
    }
    const std::string_view value = reader_.From(value_begin);
    if (!IsValidUtf8(value)) {
      *reason = "label value is not UTF-8";
      return false;
    }
    raw->labels.emplace_back(name, std::string(value.substr(1, value.size() - 2)));
    SkipBlanks();
    if (reader_.Take(',')) SkipBlanks();  // a comma is not required between labels
  }
  return true;
}

NaiveTextParser::Step NaiveTextParser::SampleLine(std::string_view name) {
  RawSample raw;
  if (!name.empty()) raw.name = std::string(name);
  SkipBlanks();
  std::string reason;
  if (reader_.Peek() == '{' && !Labels(&raw, &reason)) return Refuse(reason);
  if (!raw.name) return Refuse("no metric name");

  SkipBlanks();
  const size_t value_begin = reader_.pos();
  const auto ends_value = [](int c) { return c == '{' || c == '\n' || c <= 0 || IsBlank(c); };
  while (!ends_value(reader_.Peek())) reader_.Advance();
  Sample sample;
  sample.value_text = std::string(reader_.From(value_begin));
  if (sample.value_text.empty()) return Refuse("expected a value");
  const auto value = ParseSampleFloat(sample.value_text);
  if (!value) return Refuse("invalid value");
  sample.value = *value;

  SkipBlanks();
  const size_t timestamp_begin = reader_.pos();
  while (IsDigit(reader_.Peek())) reader_.Advance();
  const std::string_view timestamp = reader_.From(timestamp_begin);
  if (!timestamp.empty()) {
    int64_t ms = 0;
    const auto parsed = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), ms);
    if (parsed.ec != std::errc()) return Refuse("timestamp out of range");
    sample.timestamp_ms = ms;
    SkipBlanks();
  }
  if (!reader_.Take('\n')) return Refuse("expected a timestamp or the end of the line");

  sample.line = entry_line_;
  reason = StoreSample(raw, type_in_force_, options_, &sample);
  if (!reason.empty()) return Refuse(reason);
  result_.samples.push_back(std::move(sample));
  return Step::kNext;
}

}  // namespace seriesguard::reference
