// SPDX-License-Identifier: Apache-2.0
//
// recording_sink.cc: plain text of every call.
#include "tests/analyzer/exposition/recording_sink.h"

#include "analyzer/exposition/exposition_parser.h"
#include "tests/differential/window_feed.h"

namespace seriesguard {

SampleVerdict RecordingSink::OnSample(const SampleEvent& sample) {
  std::string text(sample.name());
  if (sample.label_count > 0) text.push_back('{');
  for (size_t i = 0; i < sample.label_count; ++i) {
    if (i > 0) text.push_back(',');
    text.append(sample.label_name(i)).append("=\"").append(sample.label_value(i)).append("\"");
  }
  if (sample.label_count > 0) text.push_back('}');
  if (sample.has_timestamp) text.append(" @").append(std::to_string(sample.timestamp_ms));
  if (sample.has_exemplar) text.append(" exemplar");
  text.append(" line ").append(std::to_string(sample.line_number));
  said.push_back(text);
  claims.push_back((sample.same_names ? "same " : "new ") + std::to_string(sample.unchanged_labels));
  if (!objections.empty()) {
    const SampleVerdict verdict = objections.front();
    objections.erase(objections.begin());
    if (verdict.objection != SampleObjection::kNone) return verdict;
  }
  sample_bytes += sample.bytes;
  return {};
}

void RecordingSink::OnType(std::string_view name, MetricType type) {
  said.push_back("TYPE " + std::string(name) + " " + std::string(MetricTypeName(type)));
}

void RecordingSink::OnHelp(std::string_view name, std::string_view text) {
  said.push_back("HELP " + std::string(name) + " [" + std::string(text) + "]");
}

void RecordingSink::OnUnit(std::string_view name, std::string_view unit) {
  said.push_back("UNIT " + std::string(name) + " [" + std::string(unit) + "]");
}

bool RecordingSink::OnError(const ParseError& error) {
  errors.push_back(error);
  return lenient_;
}

Recording Record(ExpositionFormat format, std::string_view document, bool lenient, size_t block_bytes) {
  Recording recording{RecordingSink(lenient), 0, false, false};
  ExpositionParser parser(format, &recording.sink);
  recording.stopped = FeedInWindows(document, block_bytes, &parser).stopped;
  recording.line_after = parser.line_number();
  recording.saw_quoted_name = parser.saw_quoted_name();
  return recording;
}

}  // namespace seriesguard
