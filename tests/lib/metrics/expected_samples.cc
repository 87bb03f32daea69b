// SPDX-License-Identifier: Apache-2.0
//
// expected_samples.cc: from a family to the samples and metadata that a server reads, spelled out type by type.
#include <cmath>
#include <limits>

#include "analyzer/census/metric_type.h"
#include "tests/lib/metrics/random_families.h"
#include "tests/reference/go_float.h"

namespace seriesguard {
namespace {

bool EndsWith(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string Without(std::string_view suffix, const std::string& name) {
  return EndsWith(name, suffix) && name.size() > suffix.size() ? name.substr(0, name.size() - suffix.size()) : name;
}

std::map<std::string, std::string> LabelsOf(const std::vector<RandomLabel>& labels, NameEscaping escaping) {
  std::map<std::string, std::string> read;
  for (const RandomLabel& label : labels) {
    if (!label.value.read.empty()) read[label.name.As(escaping)] = label.value.read;
  }
  return read;
}

}  // namespace

std::vector<reference::Sample> ExpectedSamples(const RandomFamily& family, ExpositionKind kind, NameEscaping escaping) {
  const CollectedFamily& collected = family.collected;
  const std::string name = family.name.As(escaping);
  const bool openmetrics = kind == ExpositionKind::kOpenMetrics;
  const bool is_histogram = collected.type == CollectedType::kHistogram;
  const bool is_counter =
      collected.type == CollectedType::kCounter && EndsWith(name, "_total") && name.size() > 6;  // else: unknown
  std::vector<reference::Sample> samples;
  for (size_t i = 0; i < collected.series.size(); ++i) {
    const CollectedSeries& one = collected.series[i];
    const auto add = [&](const std::string& sample_name, double value) -> reference::Sample& {
      reference::Sample sample;
      sample.name = sample_name;
      sample.labels = LabelsOf(family.labels[i], escaping);
      sample.value = value;
      samples.push_back(sample);
      return samples.back();
    };
    const auto has_exemplar = [&](size_t index) {
      return openmetrics && one.exemplars_begin >= 0 &&
             family.exemplar_is_written[static_cast<size_t>(one.exemplars_begin) + index];
    };
    if (is_histogram) {
      double cumulated = 0;
      for (size_t b = 0; b <= collected.boundaries.size(); ++b) {
        cumulated += static_cast<double>(collected.bucket_counts[one.buckets_begin + b]);
        reference::Sample& bucket = add(name + "_bucket", cumulated);
        bucket.labels["le"] =
            b < collected.boundaries.size() ? reference::FormatBoundary(collected.boundaries[b]) : "+Inf";
        bucket.has_exemplar = has_exemplar(b);
      }
      add(name + "_sum", one.value);
      add(name + "_count", cumulated);
    } else {
      const double value =
          one.value == 0 ? static_cast<double>(one.integer) : static_cast<double>(one.integer) + one.value;
      add(name, value).has_exemplar = is_counter && has_exemplar(0);
    }
    if (openmetrics && (is_histogram || is_counter) && one.created_s != 0 && std::isfinite(one.created_s)) {
      add(Without("_total", name) + "_created", one.created_s);
    }
  }
  return samples;
}

ExpectedMetadata ExpectedMetadataOf(const RandomFamily& family, ExpositionKind kind, NameEscaping escaping) {
  ExpectedMetadata expected;
  const std::string name = family.name.As(escaping);
  expected.name = name;
  expected.has_help = !family.help.raw.empty();
  expected.help = family.help.read;
  if (kind == ExpositionKind::kText) {
    // A server's lexer takes blanks alone for the space in front of the text.
    if (expected.help.find_first_not_of(std::string_view(" \t\0", 3)) == std::string::npos) expected.help.clear();
    switch (family.collected.type) {
      case CollectedType::kCounter: expected.type = MetricType::kCounter; break;
      case CollectedType::kHistogram: expected.type = MetricType::kHistogram; break;
      case CollectedType::kUnknown: expected.type = MetricType::kUntyped; break;
      default: expected.type = MetricType::kGauge;
    }
    return expected;
  }
  bool may_have_unit = true;
  switch (family.collected.type) {
    case CollectedType::kCounter:
      expected.name = Without("_total", name);
      expected.type = expected.name == name ? MetricType::kUnknown : MetricType::kCounter;
      break;
    case CollectedType::kInfo:
      expected.name = Without("_info", name);
      expected.type = expected.name == name ? MetricType::kGauge : MetricType::kInfo;
      may_have_unit = false;
      break;
    case CollectedType::kStateSet:
      expected.type = MetricType::kStateset;
      may_have_unit = false;
      break;
    case CollectedType::kGauge: expected.type = MetricType::kGauge; break;
    case CollectedType::kHistogram: expected.type = MetricType::kHistogram; break;
    case CollectedType::kUnknown: expected.type = MetricType::kUnknown;
  }
  const std::string& unit = family.collected.unit;
  if (may_have_unit && !unit.empty() && EndsWith(expected.name, "_" + unit) && expected.name.size() > unit.size() + 1) {
    expected.unit = unit;
  }
  return expected;
}

}  // namespace seriesguard
