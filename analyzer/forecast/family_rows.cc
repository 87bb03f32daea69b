// SPDX-License-Identifier: Apache-2.0
//
// family_rows.cc: keys of a mixed radix, numbered in the order of their appearance: exact, no hash decides.
#include "analyzer/forecast/family_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "analyzer/census/boundary_label.h"
#include "analyzer/census/metric_type.h"

namespace seriesguard {
namespace {

// Base units of Prometheus and what is often written in their place: such a counter sums them up.
constexpr std::array<std::string_view, 17> kUnits = {
    "_bytes",        "_seconds",      "_meters",      "_grams", "_joules",  "_volts",
    "_amperes",      "_celsius",      "_kelvins",     "_ratio", "_percent", "_bits",
    "_milliseconds", "_microseconds", "_nanoseconds", "_cores", "_ms"};

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool SumsUnits(std::string_view name) {
  if (EndsWith(name, "_total")) name.remove_suffix(6);
  return std::any_of(kUnits.begin(), kUnits.end(), [name](std::string_view unit) { return EndsWith(name, unit); });
}

// Says whether the samples of that name say how often something happened.
bool CountsEvents(MetricType type, std::string_view part) {
  if (EndsWith(part, "_created")) return false;
  switch (type) {
    case MetricType::kCounter: return !SumsUnits(part);
    case MetricType::kHistogram:
    case MetricType::kSummary: return EndsWith(part, "_count");
    default: return false;
  }
}

}  // namespace

void FamilyRows::Select(const FamilyTables& family) {
  family_ = &family;
  keys_.Begin(family, kAllInputs, /*per_target=*/false);
}

RowNumbers FamilyRows::Number(const std::vector<std::string>& without, bool with_boundaries) {
  keys_.BeginAgain(/*per_target=*/false);
  LabelCoding coding;
  for (size_t i = 0; i < family_->labels.size(); ++i) {
    const std::string& label = family_->info.labels[i];
    if (!with_boundaries && IsBoundaryName(label)) continue;
    if (std::find(without.begin(), without.end(), label) != without.end()) continue;
    keys_.AddLabel(family_->labels[i], nullptr, &coding);
  }
  RowNumbers numbers{keys_.Keep().keys, 0};
  numbers.of_row.resize(rows(), 0);
  numbers.count = keys_.distinct().Densify(numbers.of_row.data(), rows());
  return numbers;
}

RowNumbers FamilyRows::LabelSets(const std::vector<std::string>& without) {
  return Number(without, /*with_boundaries=*/false);
}

RowNumbers FamilyRows::Series(const std::vector<std::string>& without) {
  RowNumbers numbers = Number(without, /*with_boundaries=*/true);
  const size_t parts = family_->tables.size();
  if (parts == 1) return numbers;
  for (const RowSpan& span : spans()) {
    for (size_t i = span.offset; i < span.offset + span.count; ++i) {
      numbers.of_row[i] = numbers.of_row[i] * parts + span.part;
    }
  }
  numbers.count = keys_.distinct().Densify(numbers.of_row.data(), rows());
  return numbers;
}

RowNumbers FamilyRows::Values(size_t label) {
  RowNumbers numbers{std::vector<uint64_t>(rows(), 0), 0};
  LabelCoding coding;
  keys_.codes().ForEach(family_->labels[label], nullptr, &coding,
                        [&](const RowSpan& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                          uint64_t* const to = numbers.of_row.data() + span.offset + row;
                          for (uint32_t i = 0; i < count; ++i) to[i] = codes == nullptr ? code : codes[i];
                        });
  numbers.count = coding.radix();
  return numbers;
}

const std::vector<double>* FamilyRows::PartValues(size_t part) const {
  const std::vector<double>* const values = values_.Of(family_->info.parts[part]);
  const uint32_t rows = keys_.data().tables[family_->tables[part]].rows;
  return values != nullptr && values->size() == rows ? values : nullptr;
}

std::vector<double> FamilyRows::Events() const {
  std::vector<double> events(rows(), std::numeric_limits<double>::quiet_NaN());
  bool any = false;
  for (const RowSpan& span : spans()) {
    if (!CountsEvents(family_->info.type, family_->info.parts[span.part])) continue;
    const std::vector<double>* const values = PartValues(span.part);
    if (values == nullptr) continue;
    for (uint32_t i = 0; i < span.count; ++i) {
      const double value = (*values)[span.first + i];
      if (std::isnan(value)) continue;
      if (!(value >= 0) || value != std::floor(value) || std::isinf(value)) return {};
      events[span.offset + i] = value;
      any = true;
    }
  }
  return any ? events : std::vector<double>();
}

}  // namespace seriesguard
