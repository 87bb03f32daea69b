// SPDX-License-Identifier: Apache-2.0
//
// product_gap.h: why the product of a family's labels is far above its label sets.
//
// Use:      by explain, where the density is low.
// Threads:  as Census.
// Cost:     at most fifteen pairs of labels, each joined once: O(rows) a pair.
// Source:   docs/explain.md, "Why the product is far above the count".
#ifndef SERIESGUARD_ANALYZER_REPORT_PRODUCT_GAP_H_
#define SERIESGUARD_ANALYZER_REPORT_PRODUCT_GAP_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"

namespace seriesguard {

// Product at least so many times the label sets.
inline constexpr double kFarAbove = 10;

// Leaves out of the product every label that another one of those left fixes without an exception; among the six with
// the most values of the others, looks for the pair whose values meet least. Empty where the product is not far above,
// or the census is estimated.
std::optional<ProductGap> ExplainProduct(const Census& census, size_t family, const FamilyCount& count,
                                         const std::vector<Dependency>& dependencies);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_PRODUCT_GAP_H_
