// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/sample_lines.h"

#include <cstdint>
#include <limits>

#include "lib/metrics/number_text.h"

namespace seriesguard {

SampleName::SampleName(std::string_view name, std::string_view suffix) {
  const std::string whole = std::string(name).append(suffix);
  if (IsClassicMetricName(whole)) {
    alone_ = whole + " ";
    before_labels_ = whole + "{";
    return;
  }
  std::string quoted = "{\"";
  AppendQuotedText(whole, &quoted);
  quoted.push_back('"');
  alone_ = quoted + "} ";
  before_labels_ = quoted + ",";
}

void AppendFamilyName(std::string_view name, std::string* out) {
  if (IsClassicMetricName(name)) {
    out->append(name);
    return;
  }
  out->push_back('"');
  AppendQuotedText(name, out);
  out->push_back('"');
}

std::vector<std::string> BoundaryLabels(const std::vector<double>& boundaries, char* (*write)(double, char*)) {
  std::vector<std::string> labels;
  labels.reserve(boundaries.size() + 1);
  char number[kNumberBytes];
  const auto add = [&](double boundary) {
    labels.emplace_back("le=\"").append(number, static_cast<size_t>(write(boundary, number) - number)).append("\"} ");
  };
  for (const double boundary : boundaries) add(boundary);
  add(std::numeric_limits<double>::infinity());
  return labels;
}

FamilyLabels::FamilyLabels(const CollectedFamily& family, NameEscaping escaping)
    : family_(family),
      escaping_(escaping),
      is_renamed_(escaping != NameEscaping::kAllowUtf8 && MayHaveQuotedNames(family.label_text)),
      renamer_(escaping) {}

std::string_view FamilyLabels::Of(const CollectedExemplar& one) {
  if (escaping_ == NameEscaping::kAllowUtf8 || !MayHaveQuotedNames(one.labels)) return one.labels;
  return Renamed(one.labels);
}

std::string_view FamilyLabels::Renamed(std::string_view rendered) {
  scratch_.clear();
  renamer_.Append(rendered, &scratch_);
  return scratch_;
}

char* WriteSeriesValue(const CollectedSeries& one, char* out) {
  if (one.value == 0) return WriteInteger(one.integer, out);
  if (one.integer == 0) return WriteNumber(one.value, out);
  return WriteNumber(static_cast<double>(one.integer) + one.value, out);
}

void ReserveForFamily(const CollectedFamily& family, std::string* out) {
  constexpr size_t kBesideLabels = 24;  // braces, value, line feed
  const bool is_histogram = family.type == CollectedType::kHistogram;
  const size_t lines_a_series = is_histogram ? family.boundaries.size() + 3 : 1;
  const size_t boundary_bytes = is_histogram ? 16 : 0;
  const size_t lines = family.series.size() * lines_a_series;
  const size_t bytes = lines * (family.name.size() + kBesideLabels + boundary_bytes) +
                       family.label_text.size() * lines_a_series + family.help.size() + 3 * family.name.size() + 64;
  if (out->capacity() - out->size() < bytes) out->reserve(out->size() + bytes);
}

}  // namespace seriesguard
