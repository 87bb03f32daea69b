// SPDX-License-Identifier: Apache-2.0
//
// culprit.cc: the exact answer where it was counted, else the number of values.
#include "analyzer/report/culprit.h"

namespace seriesguard {
namespace {

// Requires:  both have series_without, or neither is compared by it.
bool IsWorse(const LabelCount& a, const LabelCount& b, bool by_what_if) {
  if (by_what_if && *a.series_without != *b.series_without) return *a.series_without < *b.series_without;
  if (a.values != b.values) return a.values > b.values;
  return a.name < b.name;
}

}  // namespace

bool IsBoundaryLabel(const FamilyCount& count, std::string_view label) {
  return !count.boundaries.label.empty() && label == count.boundaries.label;
}

uint64_t VariantsOf(const FamilyCount& count, const LabelCount& label) {
  return label.values + (label.series_with < count.series ? 1 : 0);
}

const LabelCount* FindCulprit(const FamilyCount& count) {
  bool by_what_if = true;
  for (const LabelCount& label : count.labels) {
    if (IsBoundaryLabel(count, label.name) || VariantsOf(count, label) <= 1) continue;
    by_what_if &= label.series_without.has_value();
  }
  const LabelCount* culprit = nullptr;
  for (const LabelCount& label : count.labels) {
    if (IsBoundaryLabel(count, label.name) || VariantsOf(count, label) <= 1) continue;
    if (culprit == nullptr || IsWorse(label, *culprit, by_what_if)) culprit = &label;
  }
  return culprit;
}

}  // namespace seriesguard
