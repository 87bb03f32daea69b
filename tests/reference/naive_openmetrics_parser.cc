// SPDX-License-Identifier: Apache-2.0
//
// naive_openmetrics_parser.cc: one function a production; exactly one blank where the grammar has one, none elsewhere.
#include "tests/reference/naive_openmetrics_parser.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/reference/go_float.h"

namespace seriesguard::reference {
namespace {

std::optional<MetricType> OpenMetricsType(std::string_view word) {
  if (word == "counter") return MetricType::kCounter;
  if (word == "gauge") return MetricType::kGauge;
  if (word == "histogram") return MetricType::kHistogram;
  if (word == "gaugehistogram") return MetricType::kGaugeHistogram;
  if (word == "summary") return MetricType::kSummary;
  if (word == "info") return MetricType::kInfo;
  if (word == "stateset") return MetricType::kStateset;
  if (word == "unknown") return MetricType::kUnknown;
  return std::nullopt;
}

// Seconds to milliseconds, cut towards zero; what does not fit becomes the smallest integer, as on the server's CPU.
int64_t Milliseconds(double seconds) {
  const double ms = seconds * 1000;
  if (!(ms >= -9223372036854775808.0 && ms < 9223372036854775808.0)) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(ms);
}

// Reads a timestamp: any float that is a number.
std::optional<int64_t> ParseTimestamp(std::string_view text) {
  const auto seconds = ParseSampleFloat(text);
  if (!seconds || !std::isfinite(*seconds)) return std::nullopt;
  return Milliseconds(*seconds);
}

// A unit must be a suffix of the name, behind an underscore.
bool IsUnitOf(std::string_view name, std::string_view unit) {
  if (name.size() < unit.size() + 1) return false;
  const size_t begin = name.size() - unit.size();
  return name.substr(begin) == unit && name[begin - 1] == '_';
}

}  // namespace

NaiveOpenMetricsParser::NaiveOpenMetricsParser(std::string_view bytes, const ParseOptions& options)
    : options_(options), bytes_(bytes), reader_(bytes) {}

ReferenceResult NaiveOpenMetricsParser::Parse() {
  Step step = Step::kNext;
  while (step == Step::kNext) step = Entry();
  result_.ok = step == Step::kEndOfInput;
  return result_;
}

NaiveOpenMetricsParser::Step NaiveOpenMetricsParser::Refuse(std::string reason) {
  result_.error = std::move(reason);
  result_.error_line = entry_line_;
  return Step::kRefused;
}

NaiveOpenMetricsParser::Step NaiveOpenMetricsParser::Entry() {
  const std::string_view last_entry = reader_.From(entry_begin_);
  entry_line_ += static_cast<size_t>(std::count(last_entry.begin(), last_entry.end(), '\n'));
  entry_begin_ = reader_.pos();
  switch (reader_.Peek()) {
    case ByteReader::kEnd: return Refuse("data does not end with # EOF");
    case '#': return HashLine();
    case '{':
      if (options_.prometheus2) return Refuse("expected a metric name");
      return SampleLine("");
    default:
      if (!TakeIdentifier(reader_, /*colon=*/true)) return Refuse("expected a metric name, '{' or '#'");
      return SampleLine(reader_.From(entry_begin_));
  }
}

NaiveOpenMetricsParser::Step NaiveOpenMetricsParser::HashLine() {
  reader_.Advance();
  if (!reader_.Take(' ')) return Refuse("expected a blank after '#'");
  reader_.set_steps_over_nul(true);
  const int kind = reader_.Peek();
  const char* word = kind == 'E' ? "EOF" : kind == 'H' ? "HELP" : kind == 'T' ? "TYPE" : "UNIT";
  if (!reader_.TakeWord(word)) return Refuse("expected HELP, TYPE, UNIT or EOF");
  if (kind == 'E') return EofMarker();
  if (!reader_.Take(' ')) return Refuse("expected a blank after HELP, TYPE or UNIT");
  reader_.set_steps_over_nul(false);
  return Metadata(static_cast<char>(kind));
}

NaiveOpenMetricsParser::Step NaiveOpenMetricsParser::EofMarker() {
  reader_.Take('\n');  // optional; NUL bytes behind it are stepped over
  reader_.set_steps_over_nul(false);
  if (reader_.Peek() == ByteReader::kEnd) return Step::kEndOfInput;
  const std::string_view marker = reader_.From(entry_begin_);
  entry_line_ += static_cast<size_t>(std::count(marker.begin(), marker.end(), '\n'));  // the line of the data
  return Refuse("unexpected data after # EOF");
}

NaiveOpenMetricsParser::Step NaiveOpenMetricsParser::Metadata(char kind) {
  const size_t name_begin = reader_.pos();
  const bool quoted = reader_.Peek() == '"';
  if (quoted && options_.prometheus2) return Refuse("expected metric name");
  const bool has_name = quoted ? TakeQuoted(reader_, /*line_feed=*/true) : TakeIdentifier(reader_, /*colon=*/true);
  if (!has_name) return Refuse("expected metric name");
  std::string_view name = reader_.From(name_begin);
  if (quoted) name = name.substr(1, name.size() - 2);

  // One blank, anything, a line feed. NUL bytes are stepped over, those behind the line feed too.
  if (reader_.Peek() != ' ') return Refuse("expected a blank after the metric name");
  const size_t text_begin = reader_.pos();
  reader_.set_steps_over_nul(true);
  while (reader_.Peek() != '\n') {
    if (reader_.Peek() == ByteReader::kEnd) return Refuse("expected a line feed after the text");
    reader_.Advance();
  }
  reader_.Advance();
  reader_.set_steps_over_nul(false);
  const std::string_view token = reader_.From(text_begin);
  const std::string_view text = token.substr(1, token.size() - 2);

  if (kind == 'T') {
    const auto type = OpenMetricsType(text);
    if (!type) return Refuse("invalid metric type");
    type_in_force_ = *type;
    result_.types.push_back({Unescape(name), *type, entry_line_});
  } else if (kind == 'H' && !IsValidUtf8(text)) {
    return Refuse("HELP text is not UTF-8");
  } else if (kind == 'U' && !text.empty() && !IsUnitOf(name, text)) {
    return Refuse("unit is not a suffix of the metric name");
  }
  return Step::kNext;
}

bool NaiveOpenMetricsParser::Labels(RawSample* raw, bool exemplar, std::string* reason) {
  reader_.Advance();  // the brace
  while (!reader_.Take('}')) {
    const size_t name_begin = reader_.pos();
    const bool quoted = reader_.Peek() == '"' && !options_.prometheus2;
    if (!(quoted ? TakeQuoted(reader_, /*line_feed=*/!exemplar) : TakeIdentifier(reader_, /*colon=*/false))) {
      *reason = "expected label name";
      return false;
    }
    std::string name(reader_.From(name_begin));
    if (quoted) name = name.substr(1, name.size() - 2);

    if (quoted && (reader_.Peek() == ',' || reader_.Peek() == '}')) {
      if (exemplar || raw->name) {
        *reason = exemplar ? "an exemplar has no name" : "metric name given twice";
        return false;
      }
      raw->name = name;
      reader_.Take(',');
      continue;
    }

    if (!reader_.Take('=')) {
      *reason = "expected '=' after label name";
      return false;
    }
    const size_t value_begin = reader_.pos();
    reader_.set_steps_over_nul(!exemplar);
    const bool has_value = TakeQuoted(reader_, /*line_feed=*/false);
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
    if (!reader_.Take(',') && reader_.Peek() != '}') {
      *reason = "expected comma or closing brace";
      return false;
    }
  }
  return true;
}

// Reads one blank and a word of anything but blank, line feed and NUL. Nothing when that is not what stands there.
std::optional<std::string_view> NaiveOpenMetricsParser::BlankAndWord() {
  if (!reader_.Take(' ')) return std::nullopt;
  const size_t begin = reader_.pos();
  while (reader_.Peek() > 0 && reader_.Peek() != ' ' && reader_.Peek() != '\n') reader_.Advance();
  if (reader_.pos() == begin) return std::nullopt;
  return reader_.From(begin);
}

// Stands on the brace of "# {".
bool NaiveOpenMetricsParser::Exemplar(std::string* reason) {
  RawSample unused;
  if (!Labels(&unused, /*exemplar=*/true, reason)) return false;
  const auto value = BlankAndWord();
  if (!value || !ParseSampleFloat(*value)) {
    *reason = "expected a value after the exemplar's labels";
    return false;
  }
  if (reader_.Peek() == ' ') {
    const auto timestamp = BlankAndWord();
    if (!timestamp || !ParseTimestamp(*timestamp)) {
      *reason = "invalid exemplar timestamp";
      return false;
    }
  }
  if (!reader_.Take('\n')) {
    *reason = "expected the end of the line after the exemplar";
    return false;
  }
  return true;
}

NaiveOpenMetricsParser::Step NaiveOpenMetricsParser::SampleLine(std::string_view name) {
  RawSample raw;
  if (!name.empty()) raw.name = std::string(name);
  std::string reason;
  if (reader_.Peek() == '{' && !Labels(&raw, /*exemplar=*/false, &reason)) return Refuse(reason);
  if (!raw.name) return Refuse("no metric name");

  Sample sample;
  sample.line = entry_line_;
  const auto value_text = BlankAndWord();
  if (!value_text) return Refuse("expected one blank and a value");
  const auto value = ParseSampleFloat(*value_text);
  if (!value) return Refuse("invalid value");
  sample.value_text = std::string(*value_text);
  sample.value = *value;

  // What follows is a line feed, a timestamp, an exemplar, or both. A word that starts with '#' is no timestamp.
  constexpr std::string_view kExemplarStart = " # {";
  const auto at_exemplar = [&] { return bytes_.substr(reader_.pos(), kExemplarStart.size()) == kExemplarStart; };
  if (reader_.Peek() == ' ' && !at_exemplar()) {
    const auto timestamp = BlankAndWord();
    if (!timestamp) return Refuse("expected a timestamp after the blank");
    sample.timestamp_ms = ParseTimestamp(*timestamp);
    if (!sample.timestamp_ms) return Refuse("invalid timestamp");
  }
  if (at_exemplar()) {
    reader_.TakeWord(" # ");
    if (!Exemplar(&reason)) return Refuse(reason);
    sample.has_exemplar = true;
  } else if (!reader_.Take('\n')) {
    return Refuse("expected a timestamp, an exemplar or the end of the line");
  }

  reason = StoreSample(raw, type_in_force_, options_, &sample);
  if (!reason.empty()) return Refuse(reason);
  result_.samples.push_back(std::move(sample));
  return Step::kNext;
}

}  // namespace seriesguard::reference
