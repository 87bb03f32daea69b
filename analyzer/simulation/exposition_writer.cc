// SPDX-License-Identifier: Apache-2.0
//
// exposition_writer.cc: see the header.
#include "analyzer/simulation/exposition_writer.h"

#include <cmath>

#include "analyzer/simulation/dump_table.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/number_text.h"

namespace seriesguard {
namespace {

// The word of text 0.0.4. A gauge histogram has none; its samples stand alone there.
std::string_view TypeWord(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge:
    case MetricType::kInfo:
    case MetricType::kStateset: return "gauge";
    case MetricType::kHistogram: return "histogram";
    case MetricType::kSummary: return "summary";
    case MetricType::kUntyped:
    case MetricType::kUnknown: return "untyped";
    case MetricType::kNone:
    case MetricType::kGaugeHistogram: break;
  }
  return {};
}

void AppendName(std::string_view name, bool is_classic, std::string* out) {
  if (is_classic) {
    out->append(name);
    return;
  }
  out->push_back('"');
  AppendQuotedText(name, out);
  out->push_back('"');
}

// Whoever reads it must read the same double.
void AppendNumber(double value, std::string* out) {
  char text[kNumberBytes];
  out->append(text, static_cast<size_t>(WriteNumber(value, text) - text));
}

}  // namespace

void ExpositionWriter::Begin(std::string_view name, MetricType type, std::string_view help) {
  const bool is_classic = IsClassicMetricName(name);
  if (!help.empty()) {
    out_->append("# HELP ");
    AppendName(name, is_classic, out_);
    out_->push_back(' ');
    AppendTextHelp(help, out_);
    out_->push_back('\n');
  }
  const std::string_view word = TypeWord(type);
  if (word.empty()) return;
  out_->append("# TYPE ");
  AppendName(name, is_classic, out_);
  out_->push_back(' ');
  out_->append(word);
  out_->push_back('\n');
}

void ExpositionWriter::Sample(std::string_view name, const LabelViews& labels, double value, int64_t timestamp_ms) {
  const bool is_classic = IsClassicMetricName(name);
  bool is_open = !is_classic;
  if (is_classic) {
    out_->append(name);
  } else {
    out_->push_back('{');
    AppendName(name, is_classic, out_);
  }
  for (const auto& [label, text] : labels) {
    if (text.empty()) continue;
    out_->push_back(is_open ? ',' : '{');
    is_open = true;
    AppendName(label, IsClassicLabelName(label), out_);
    out_->append("=\"");
    AppendQuotedText(text, out_);
    out_->push_back('"');
  }
  if (is_open) out_->push_back('}');
  out_->push_back(' ');
  AppendNumber(value, out_);
  if (timestamp_ms != kNoTimestamp) {
    out_->push_back(' ');
    out_->append(std::to_string(timestamp_ms));
  }
  out_->push_back('\n');
}

}  // namespace seriesguard
