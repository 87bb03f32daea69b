// SPDX-License-Identifier: Apache-2.0
//
// fast_adapter.cc: a sink that stores what it is told by the reference's own rules for a sample, and checks the
// parser's claims about repeated names and values against the bytes of the line before.
#include "tests/differential/fast_adapter.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "tests/differential/window_feed.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/sample_rules.h"

namespace seriesguard {
namespace {

using reference::ReferenceResult;

class RecordingSink : public ExpositionSink {
 public:
  SampleVerdict OnSample(const SampleEvent& event) override {
    CheckClaims(event);
    reference::RawSample raw;
    raw.name = std::string(event.name());
    for (size_t i = 0; i < event.label_count; ++i) raw.labels.emplace_back(event.label_name(i), event.label_value(i));
    reference::Sample sample;
    const std::string objection = StoreSample(raw, type_in_force_, reference::ParseOptions{}, &sample);
    previous_ = std::move(raw);
    if (!objection.empty()) return {SampleObjection::kBadName, event.label_count};
    sample.line = event.line_number;
    sample.has_exemplar = event.has_exemplar;
    if (event.has_timestamp) sample.timestamp_ms = event.timestamp_ms;
    result_.samples.push_back(std::move(sample));
    accounted_bytes_ += event.bytes;
    return {};
  }

  void OnType(std::string_view name, MetricType type) override {
    type_in_force_ = type;
    result_.types.push_back({reference::Unescape(name), type, 0});
  }
  void OnHelp(std::string_view, std::string_view) override {}
  void OnUnit(std::string_view, std::string_view) override {}
  void OnCommentBytes(size_t bytes) override {
    accounted_bytes_ += bytes;
    previous_.reset();
  }
  bool OnError(const ParseError& error) override {
    result_.error = error.message;
    result_.error_line = error.line;
    if (error.line == 0 || error.column == 0 || error.text_column == 0) Broken("an error without line and column");
    if (error.text_column > error.line_text.size() + 1) Broken("an error whose column is outside its text");
    return false;
  }

  void Broken(const std::string& what) {
    if (broken_.empty()) broken_ = "broken promise: " + what;
  }

  // `size`: bytes of the document, all of which must have been told as part of a sample or of something else.
  ReferenceResult Finish(bool stopped, size_t size, bool text) {
    result_.ok = !stopped && result_.error.empty();
    if (result_.ok && accounted_bytes_ != size && !(text && accounted_bytes_ == size + 1)) {
      Broken(std::to_string(accounted_bytes_) + " of " + std::to_string(size) + " bytes accounted for");
    }
    if (stopped == result_.error.empty()) Broken("stopped without an error");
    if (!broken_.empty()) {
      result_.ok = false;
      result_.error = broken_;
    }
    return std::move(result_);
  }

 private:
  void CheckClaims(const SampleEvent& event) {
    bool escapes = event.name().find('\\') != std::string_view::npos;
    for (size_t i = 0; i < event.label_count; ++i) {
      escapes = escapes || event.label_name(i).find('\\') != std::string_view::npos ||
                event.label_value(i).find('\\') != std::string_view::npos;
    }
    if (escapes && !event.has_escapes) Broken("escapes that were not announced");
    if (event.unchanged_labels > event.label_count) Broken("more unchanged labels than labels");
    if (!event.same_names && event.unchanged_labels == 0) return;
    if (!previous_) return Broken("a claim about a line that was no sample");
    if (event.same_names) {
      bool same = *previous_->name == event.name() && previous_->labels.size() == event.label_count;
      for (size_t i = 0; same && i < event.label_count; ++i) same = previous_->labels[i].first == event.label_name(i);
      if (!same) Broken("names that are not those of the previous line");
    }
    for (size_t i = 0; i < event.unchanged_labels; ++i) {
      if (i >= previous_->labels.size() || previous_->labels[i].first != event.label_name(i) ||
          previous_->labels[i].second != event.label_value(i)) {
        return Broken("a label that is not unchanged");
      }
    }
  }

  ReferenceResult result_;
  MetricType type_in_force_ = MetricType::kNone;
  std::optional<reference::RawSample> previous_;
  size_t accounted_bytes_ = 0;
  std::string broken_;
};

}  // namespace

ReferenceResult RunFast(std::string_view bytes, reference::Format format, size_t block_bytes) {
  const bool text = format == reference::Format::kText;
  RecordingSink sink;
  ExpositionParser parser(text ? ExpositionFormat::kText : ExpositionFormat::kOpenMetrics, &sink);
  const FeedResult fed = FeedInWindows(bytes, block_bytes, &parser);
  if (fed.took_too_much) sink.Broken("more consumed than given");
  if (!fed.stopped && fed.left_over != 0) sink.Broken("bytes left over at the end");
  return sink.Finish(fed.stopped, bytes.size(), text);
}

}  // namespace seriesguard
