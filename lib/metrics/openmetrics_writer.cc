// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/openmetrics_writer.h"

#include <cmath>
#include <cstdint>
#include <string_view>

#include "lib/metrics/number_text.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/metrics/sample_lines.h"

namespace seriesguard {
namespace {

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// What OpenMetrics makes of a family: its name without the suffix that its samples have, and its type.
struct FamilyForm {
  std::string_view base;
  std::string_view suffix;  // of a counter's or info's samples
  std::string_view type;
  bool is_counter = false;
  bool has_unit = true;
};

// Views `name`, the declared name after escaping.
FamilyForm FormOf(CollectedType type, std::string_view name) {
  const auto cut = [name](std::string_view suffix) { return name.substr(0, name.size() - suffix.size()); };
  const auto has = [name](std::string_view suffix) { return name.size() > suffix.size() && EndsWith(name, suffix); };
  switch (type) {
    case CollectedType::kCounter:
      if (has("_total")) return {cut("_total"), "_total", "counter", true, true};
      break;
    case CollectedType::kInfo:
      if (has("_info")) return {cut("_info"), "_info", "info", false, false};
      return {name, "", "gauge", false, false};
    case CollectedType::kStateSet: return {name, "", "stateset", false, false};
    case CollectedType::kGauge: return {name, "", "gauge"};
    case CollectedType::kHistogram: return {name, "", "histogram"};
    case CollectedType::kUnknown: break;
  }
  return {name, "", "unknown"};
}

// Says whether a server would take `unit` for a family of that name.
bool IsUnitOf(std::string_view unit, std::string_view base) {
  if (unit.empty() || base.size() <= unit.size() + 1 || !EndsWith(base, unit)) return false;
  if (base[base.size() - unit.size() - 1] != '_') return false;
  return IsClassicMetricName("u" + std::string(unit));  // no byte of it needs an escape
}

void AppendMetadata(const CollectedFamily& family, const FamilyForm& form, std::string* out) {
  out->append("# TYPE ");
  AppendFamilyName(form.base, out);
  out->append(" ").append(form.type).append("\n");
  if (form.has_unit && IsUnitOf(family.unit, form.base)) {
    out->append("# UNIT ");
    AppendFamilyName(form.base, out);
    out->append(" ").append(family.unit).append("\n");
  }
  if (!family.help.empty()) {
    out->append("# HELP ");
    AppendFamilyName(form.base, out);
    out->push_back(' ');
    AppendOpenMetricsHelp(family.help, out);
    out->push_back('\n');
  }
}

// Appends ` # {labels} value time` where the series has an exemplar at `index` that may be written.
void AppendExemplar(const CollectedFamily& family, const CollectedSeries& one, size_t index, FamilyLabels* labels,
                    std::string* out) {
  if (one.exemplars_begin < 0) return;
  const CollectedExemplar& exemplar = family.exemplars[static_cast<size_t>(one.exemplars_begin) + index];
  if (exemplar.labels.empty() && exemplar.value == 0) return;
  // A server reads over no NUL here: it would refuse the scrape.
  if (exemplar.labels.find('\0') != std::string::npos) return;
  const std::string_view written = labels->Of(exemplar);
  if (CountLabelCharacters(written) > kMaxExemplarCharacters) return;
  char number[kNumberBytes];
  out->append(" # {").append(written).append("} ");
  out->append(number, static_cast<size_t>(WriteNumber(exemplar.value, number) - number));
  if (exemplar.timestamp_s == 0 || !std::isfinite(exemplar.timestamp_s)) return;
  out->push_back(' ');
  out->append(number, static_cast<size_t>(WriteSeconds(exemplar.timestamp_s, number) - number));
}

void AppendCreated(const SampleName& created, std::string_view labels, double created_s, std::string* out) {
  if (created_s == 0 || !std::isfinite(created_s)) return;
  created.AppendHead(labels, out);
  char number[kNumberBytes + 1];
  char* end = WriteSeconds(created_s, number);
  *end++ = '\n';
  out->append(number, static_cast<size_t>(end - number));
}

void AppendSimple(const CollectedFamily& family, const FamilyForm& form, FamilyLabels* labels, std::string* out) {
  const SampleName sample(form.base, form.suffix);
  const SampleName created(form.base, "_created");
  char number[kNumberBytes + 1];
  for (const CollectedSeries& one : family.series) {
    sample.AppendHead(labels->Of(one), out);
    char* end = WriteSeriesValue(one, number);
    if (!form.is_counter) {
      *end++ = '\n';
      out->append(number, static_cast<size_t>(end - number));
      continue;
    }
    out->append(number, static_cast<size_t>(end - number));
    AppendExemplar(family, one, 0, labels, out);
    out->push_back('\n');
    if (one.created_s != 0) AppendCreated(created, labels->Of(one), one.created_s, out);
  }
}

void AppendHistograms(const CollectedFamily& family, std::string_view base, FamilyLabels* labels, std::string* out) {
  const SampleName bucket(base, "_bucket");
  const SampleName sum(base, "_sum");
  const SampleName count(base, "_count");
  const SampleName created(base, "_created");
  const std::vector<std::string> boundaries = BoundaryLabels(family.boundaries, WriteCanonicalBoundary);
  std::string head;
  char number[kNumberBytes + 1];
  const auto append_number = [&](char* end) {
    *end++ = '\n';
    out->append(number, static_cast<size_t>(end - number));
  };
  for (const CollectedSeries& one : family.series) {
    head.clear();
    bucket.AppendOpen(labels->Of(one), &head);
    uint64_t cumulated = 0;
    for (size_t i = 0; i < boundaries.size(); ++i) {
      cumulated += family.bucket_counts[one.buckets_begin + i];
      out->append(head).append(boundaries[i]);
      out->append(number, static_cast<size_t>(WriteInteger(cumulated, number) - number));
      AppendExemplar(family, one, i, labels, out);
      out->push_back('\n');
    }
    const std::string_view series_labels = labels->Of(one);  // again: an exemplar's labels came in between
    sum.AppendHead(series_labels, out);
    append_number(WriteNumber(one.value, number));
    count.AppendHead(series_labels, out);
    append_number(WriteInteger(cumulated, number));
    AppendCreated(created, series_labels, one.created_s, out);
  }
}

}  // namespace

void AppendOpenMetricsFamily(const CollectedFamily& family, NameEscaping escaping, std::string* out) {
  if (!IsWritable(family)) return;
  const std::string name = EscapeMetricName(family.name, escaping);
  const FamilyForm form = FormOf(family.type, name);
  FamilyLabels labels(family, escaping);
  ReserveForFamily(family, out);
  AppendMetadata(family, form, out);
  if (family.type == CollectedType::kHistogram) {
    AppendHistograms(family, form.base, &labels, out);
  } else {
    AppendSimple(family, form, &labels, out);
  }
}

void AppendOpenMetricsEnd(std::string* out) { out->append("# EOF\n"); }

void AppendOpenMetrics(const std::vector<CollectedFamily>& families, NameEscaping escaping, std::string* out) {
  for (const CollectedFamily& family : families) AppendOpenMetricsFamily(family, escaping, out);
  AppendOpenMetricsEnd(out);
}

}  // namespace seriesguard
