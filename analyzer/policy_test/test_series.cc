// SPDX-License-Identifier: Apache-2.0
//
// test_series.cc: the series gets a value behind it and is a line of an exposition.
#include "analyzer/policy_test/test_series.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <tuple>

#include "analyzer/exposition/entry_scanner.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_value.h"
#include "analyzer/exposition/scan.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 60;

std::string Quoted(std::string_view text) { return '"' + SafeTextTruncated(text, kShownColumns) + '"'; }

std::string Unescaped(std::string_view raw) {
  std::string text;
  UnescapeQuoted(raw, &text);
  return text;
}

// Keeps the one sample of the document, or what is wrong with it.
class OneSeries : public ExpositionSink {
 public:
  OneSeries(TestSeries* series, SeriesError* error) : series_(series), error_(error) {}

  bool is_found() const { return is_found_; }
  bool has_error() const { return has_error_; }

  SampleVerdict OnSample(const SampleEvent& sample) override {
    is_found_ = true;
    const bool is_quoted = sample.IsQuoted(sample.name_begin, sample.name_end);
    series_->name = is_quoted ? Unescaped(sample.name()) : std::string(sample.name());
    std::vector<std::string> names;
    for (size_t i = 0; i < sample.label_count; ++i) {
      const LabelSpan& span = sample.labels[i];
      std::string name = sample.IsQuoted(span.name_begin, span.name_end) ? Unescaped(sample.label_name(i))
                                                                         : std::string(sample.label_name(i));
      if (name == "__name__") {
        Refuse(span.name_begin, "__name__ is the metric and no label: it stands before the brace");
      } else if (std::find(names.begin(), names.end(), name) != names.end()) {
        Refuse(span.name_begin, "the label " + Quoted(name) + " stands here twice");
      }
      series_->Set(name, Unescaped(sample.label_value(i)));
      names.push_back(std::move(name));
    }
    if (series_->name.empty()) Refuse(sample.name_begin, "a series needs a name");
    if (sample.has_timestamp) {
      const std::string_view value = SampleValueText(sample);
      Refuse(static_cast<size_t>(value.data() - sample.line),
             "only the series is written here, without a value: " + Quoted(value));
    }
    return {};
  }
  void OnType(std::string_view, MetricType) override {}
  void OnHelp(std::string_view, std::string_view) override {}
  void OnUnit(std::string_view, std::string_view) override {}
  void OnCommentBytes(size_t) override {}
  bool OnError(const ParseError& error) override {
    Refuse(error.column == 0 ? 0 : static_cast<size_t>(error.column) - 1, error.message);
    return false;
  }

  void Refuse(size_t offset, std::string message) {
    if (has_error_) return;
    has_error_ = true;
    error_->offset = offset;
    error_->message = std::move(message);
  }

 private:
  TestSeries* const series_;
  SeriesError* const error_;
  bool is_found_ = false;
  bool has_error_ = false;
};

// Says whether `name` may stand without quotes: [a-zA-Z_:][a-zA-Z0-9_:]*, no colon in a label.
bool IsBareName(std::string_view name, bool is_label) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) return false;
  return std::all_of(name.begin(), name.end(), [is_label](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c == ':' && !is_label);
  });
}

// SafeText escapes backslash and line feed as the format does; the quote is left to us.
std::string InFormatQuotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : SafeText(text)) {
    if (byte == '"') quoted += '\\';
    quoted += byte;
  }
  return quoted + '"';
}

}  // namespace

std::string_view TestSeries::Value(std::string_view label) const {
  for (const auto& [key, value] : labels) {
    if (key == label) return value;
  }
  return {};
}

void TestSeries::Set(std::string_view label, std::string_view value) {
  const auto place = std::lower_bound(labels.begin(), labels.end(), label,
                                      [](const auto& pair, std::string_view key) { return pair.first < key; });
  const bool is_there = place != labels.end() && place->first == label;
  if (value.empty()) {
    if (is_there) labels.erase(place);
  } else if (is_there) {
    place->second = std::string(value);
  } else {
    labels.emplace(place, std::string(label), std::string(value));
  }
}

bool operator==(const TestSeries& a, const TestSeries& b) { return a.name == b.name && a.labels == b.labels; }
bool operator<(const TestSeries& a, const TestSeries& b) {
  return std::tie(a.name, a.labels) < std::tie(b.name, b.labels);
}

bool ParseSeries(std::string_view text, TestSeries* series, SeriesError* error) {
  *series = TestSeries();
  OneSeries sink(series, error);
  size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const size_t end = text.find_last_not_of(" \t") + 1;  // npos + 1 is 0
  const std::string_view trimmed = text.substr(begin, std::max(begin, end) - begin);
  const size_t valid_bytes = ValidUtf8PrefixLength(trimmed);
  if (trimmed.empty()) {
    sink.Refuse(0, "expected a series such as name{label=\"value\"}");
  } else if (valid_bytes < trimmed.size()) {
    sink.Refuse(valid_bytes, "the byte " + Quoted(trimmed.substr(valid_bytes, 1)) + " is not part of UTF-8");
  } else if (const size_t line_end = trimmed.find_first_of("\r\n"); line_end != std::string_view::npos) {
    sink.Refuse(line_end, "a series is one line: a line feed inside a value is written \\n");
  } else {
    std::string document = std::string(trimmed) + " 1\n";
    const size_t size = document.size();
    document.append(kScanSlack, '\0');
    ExpositionParser parser(ExpositionFormat::kText, &sink);
    parser.Parse(std::string_view(document).substr(0, size), /*at_end=*/true);
    if (!sink.is_found()) sink.Refuse(0, "expected a series such as name{label=\"value\"}");
  }
  if (!sink.has_error()) return true;
  error->offset = std::min(begin + error->offset, text.size());
  return false;
}

std::string SeriesText(const TestSeries& series) {
  const bool is_bare = IsBareName(series.name, /*is_label=*/false);
  std::string pairs = is_bare ? "" : InFormatQuotes(series.name);
  for (const auto& [name, value] : series.labels) {
    if (!pairs.empty()) pairs += ',';
    pairs += (IsBareName(name, /*is_label=*/true) ? name : InFormatQuotes(name)) + '=' + InFormatQuotes(value);
  }
  const std::string braces = pairs.empty() ? "" : '{' + pairs + '}';
  return is_bare ? series.name + braces : braces;
}

std::string_view FamilyByShape(const TestSeries& series) {
  const std::string_view name = series.name;
  for (const std::string_view suffix : {"_bucket", "_sum", "_count", "_created"}) {
    if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) continue;
    if (suffix == "_bucket" && series.Value("le").empty()) continue;
    return name.substr(0, name.size() - suffix.size());
  }
  return {};
}

}  // namespace seriesguard
