// SPDX-License-Identifier: Apache-2.0
//
// product_gap.cc: first the labels that repeat others, then the two that avoid each other most.
#include "analyzer/report/product_gap.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "analyzer/report/culprit.h"

namespace seriesguard {
namespace {

constexpr size_t kMostPairedLabels = 6;
constexpr uint64_t kMaxExactProduct = (uint64_t{1} << 53) - 1;

// Of two labels that fix each other the one with the later name goes.
bool IsFixed(const LabelCount& label, const std::vector<const LabelCount*>& kept,
             const std::vector<Dependency>& dependencies) {
  return std::any_of(dependencies.begin(), dependencies.end(), [&](const Dependency& dependency) {
    return dependency.exceptions == 0 && dependency.dependent == label.name &&
           std::any_of(kept.begin(), kept.end(), [&](const LabelCount* other) {
             return other != &label && other->name == dependency.determinant;
           });
  });
}

void FindPair(const Census& census, size_t family, const FamilyCount& count, std::vector<const LabelCount*> labels,
              ProductGap* gap) {
  std::stable_sort(labels.begin(), labels.end(),
                   [](const LabelCount* a, const LabelCount* b) { return a->values > b->values; });
  if (labels.size() > kMostPairedLabels) labels.resize(kMostPairedLabels);
  double least = 0.5;
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t j = i + 1; j < labels.size(); ++j) {
      const uint64_t product = VariantsOf(count, *labels[i]) * VariantsOf(count, *labels[j]);
      const uint64_t joint = census.JointValues(family, {labels[i]->name, labels[j]->name});
      const double share = static_cast<double>(joint) / static_cast<double>(product);
      if (share >= least) continue;
      least = share;
      gap->pair = {labels[i]->name, labels[j]->name};
      gap->pair_product = product;
      gap->pair_joint = joint;
    }
  }
}

}  // namespace

std::optional<ProductGap> ExplainProduct(const Census& census, size_t family, const FamilyCount& count,
                                         const std::vector<Dependency>& dependencies) {
  if (census.estimated() || count.density * kFarAbove > 1) return std::nullopt;
  std::vector<const LabelCount*> kept;
  for (const LabelCount& label : count.labels) {
    if (!IsBoundaryLabel(count, label.name) && VariantsOf(count, label) > 1) kept.push_back(&label);
  }
  ProductGap gap;
  for (size_t i = kept.size(); i-- > 0;) {
    if (!IsFixed(*kept[i], kept, dependencies)) continue;
    gap.determined.insert(gap.determined.begin(), kept[i]->name);
    kept.erase(kept.begin() + static_cast<ptrdiff_t>(i));
  }
  uint64_t product = 1;
  bool is_exact = true;
  for (const LabelCount* label : kept) {
    const uint64_t variants = VariantsOf(count, *label);
    gap.independent_log10 += std::log10(static_cast<double>(variants));
    is_exact = is_exact && product <= kMaxExactProduct / variants;
    if (is_exact) product *= variants;
  }
  if (is_exact) gap.independent_product = product;
  FindPair(census, family, count, kept, &gap);
  return gap;
}

}  // namespace seriesguard
