// SPDX-License-Identifier: Apache-2.0
//
// census_answers.cc: one line an answer, numbers in full.
#include "tests/analyzer/reading/census_answers.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/census/count.h"
#include "analyzer/census/dump_remarks.h"
#include "analyzer/census/guard_sample.h"
#include "analyzer/census/metric_type.h"

namespace seriesguard {
namespace {

class Writer {
 public:
  Writer& operator<<(std::string_view text) {
    text_.append(text).push_back(' ');
    return *this;
  }
  Writer& operator<<(uint64_t number) { return *this << std::string_view(std::to_string(number)); }
  Writer& operator<<(double number) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.17g", number);
    return *this << std::string_view(buffer);
  }
  void EndLine() { text_.push_back('\n'); }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

void WriteCount(const FamilyCount& count, Writer* out) {
  *out << "count" << count.series << count.samples << count.bytes << count.label_sets << count.product.value_or(0)
       << count.product_log10 << count.density << count.relative_error << count.boundaries.label
       << count.boundaries.distinct << count.boundaries.min_per_label_set << count.boundaries.max_per_label_set;
  for (const PartCount& part : count.parts) *out << part.name << part.series << part.samples;
  out->EndLine();
  for (const LabelCount& label : count.labels) {
    *out << "label" << label.name << label.values << label.series_with << label.series_without.value_or(0)
         << label.other_values << label.other_series;
    for (const ValueCount& value : label.top) *out << value.value << value.series;
    out->EndLine();
  }
}

void WriteFamily(const Census& census, size_t family, bool what_if, Writer* out) {
  const FamilyInfo& info = census.family(family);
  *out << "family" << info.name << MetricTypeName(info.type) << uint64_t{info.type_inferred};
  for (const std::string& part : info.parts) *out << part;
  for (const std::string& label : info.labels) *out << label;
  out->EndLine();
  CountOptions options;
  options.what_if = what_if;
  options.boundaries = true;
  WriteCount(census.Count(family, options), out);
  options.union_of_targets = true;
  WriteCount(census.Count(family, options), out);
  options.union_of_targets = false;
  for (size_t input = 0; input < census.inputs().size(); ++input) {
    options.input = input;
    WriteCount(census.Count(family, options), out);
  }
  for (const std::string& label : info.labels) {
    for (size_t input = 0; input <= census.inputs().size(); ++input) {
      *out << "values" << label;
      census.ForEachValue(family, label, input == census.inputs().size() ? kAllInputs : input,
                          [out](std::string_view value, uint64_t series) { *out << value << series; });
      out->EndLine();
    }
  }
  for (const Dependency& dependency : census.Dependencies(family))
    *out << "fixes" << dependency.determinant << dependency.dependent;
  for (const std::string& series : census.ExampleSeries(family, 7)) *out << series;
  out->EndLine();
}

}  // namespace

std::string AllAnswers(const Census& census, bool what_if) {
  Writer out;
  for (const InputCount& input : census.inputs()) {
    out << "input" << input.path << input.format << input.bytes << input.comment_bytes << input.samples << input.series
        << input.skipped_lines << input.exemplars << input.exemplar_bytes;
    out.EndLine();
  }
  for (size_t family = 0; family < census.family_count(); ++family) WriteFamily(census, family, what_if, &out);
  CountOptions options;
  out << "total" << census.TotalSeries(options);
  options.union_of_targets = true;
  out << census.TotalSeries(options) << census.duplicate_samples();
  out.EndLine();
  for (const DuplicateSample& duplicate : census.duplicates()) {
    out << "duplicate" << uint64_t{duplicate.input} << duplicate.first_line << duplicate.again_line << duplicate.series;
    out.EndLine();
  }
  for (const DumpRemark& remark : census.Remarks(20)) {
    out << "remark" << uint64_t{static_cast<uint8_t>(remark.kind)} << uint64_t{remark.input} << remark.name
        << remark.other << MetricTypeName(remark.type) << MetricTypeName(remark.other_type);
    out.EndLine();
  }
  for (const GuardSample& sample : census.guard_samples()) {
    out << "guard" << uint64_t{sample.input} << sample.name << sample.value;
    for (const auto& [name, value] : sample.labels) out << name << value;
    out.EndLine();
  }
  return out.Take();
}

}  // namespace seriesguard
