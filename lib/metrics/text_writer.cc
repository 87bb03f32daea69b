// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/text_writer.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/metrics/number_text.h"
#include "lib/metrics/sample_lines.h"

namespace seriesguard {
namespace {

std::string_view TextType(CollectedType type) {
  switch (type) {
    case CollectedType::kCounter: return "counter";
    case CollectedType::kHistogram: return "histogram";
    case CollectedType::kGauge:
    case CollectedType::kInfo:
    case CollectedType::kStateSet: return "gauge";
    case CollectedType::kUnknown: break;
  }
  return "untyped";
}

void AppendMetadata(const CollectedFamily& family, std::string_view name, std::string* out) {
  if (!family.help.empty()) {
    out->append("# HELP ");
    AppendFamilyName(name, out);
    out->push_back(' ');
    AppendTextHelp(family.help, out);
    out->push_back('\n');
  }
  out->append("# TYPE ");
  AppendFamilyName(name, out);
  out->append(" ").append(TextType(family.type)).append("\n");
}

void AppendSimple(const CollectedFamily& family, std::string_view name, FamilyLabels* labels, std::string* out) {
  const SampleName sample(name, "");
  char number[kNumberBytes + 1];
  for (const CollectedSeries& one : family.series) {
    sample.AppendHead(labels->Of(one), out);
    char* end = WriteSeriesValue(one, number);
    *end++ = '\n';
    out->append(number, static_cast<size_t>(end - number));
  }
}

void AppendHistograms(const CollectedFamily& family, std::string_view name, FamilyLabels* labels, std::string* out) {
  const SampleName bucket(name, "_bucket");
  const SampleName sum(name, "_sum");
  const SampleName count(name, "_count");
  const std::vector<std::string> boundaries = BoundaryLabels(family.boundaries, WriteTextBoundary);
  std::string head;
  char number[kNumberBytes + 1];
  const auto append_number = [&](char* end) {
    *end++ = '\n';
    out->append(number, static_cast<size_t>(end - number));
  };
  for (const CollectedSeries& one : family.series) {
    const std::string_view series_labels = labels->Of(one);
    head.clear();
    bucket.AppendOpen(series_labels, &head);
    uint64_t cumulated = 0;
    for (size_t i = 0; i < boundaries.size(); ++i) {
      cumulated += family.bucket_counts[one.buckets_begin + i];
      out->append(head).append(boundaries[i]);
      append_number(WriteInteger(cumulated, number));
    }
    sum.AppendHead(series_labels, out);
    append_number(WriteNumber(one.value, number));
    count.AppendHead(series_labels, out);
    append_number(WriteInteger(cumulated, number));
  }
}

}  // namespace

void AppendTextFamily(const CollectedFamily& family, NameEscaping escaping, std::string* out) {
  if (!IsWritable(family)) return;
  const std::string name = EscapeMetricName(family.name, escaping);
  FamilyLabels labels(family, escaping);
  ReserveForFamily(family, out);
  AppendMetadata(family, name, out);
  if (family.type == CollectedType::kHistogram) {
    AppendHistograms(family, name, &labels, out);
  } else {
    AppendSimple(family, name, &labels, out);
  }
}

void AppendText(const std::vector<CollectedFamily>& families, NameEscaping escaping, std::string* out) {
  for (const CollectedFamily& family : families) AppendTextFamily(family, escaping, out);
}

}  // namespace seriesguard
