// SPDX-License-Identifier: Apache-2.0
//
// culprit.h: which label of a metric is to blame for its series.
//
// Use:      by the text reports (the mark) and by the verdict (the label of a finding).
// Threads:  pure functions.
// Source:   docs/counting.md, "The culprit".
#ifndef SERIESGUARD_ANALYZER_REPORT_CULPRIT_H_
#define SERIESGUARD_ANALYZER_REPORT_CULPRIT_H_

#include <cstdint>
#include <string_view>

#include "analyzer/census/count.h"

namespace seriesguard {

// Says whether the label is written by the client library for a histogram or a summary: `le` under buckets, `quantile`
// under quantiles. Boundaries have a cost of their own and are never dropped as a label is.
bool IsBoundaryLabel(const FamilyCount& count, std::string_view label);

// In how many ways the label occurs: its values, and its absence where that occurs. More than one: it splits series.
uint64_t VariantsOf(const FamilyCount& count, const LabelCount& label);

// Returns the label to blame, or nullptr where no label splits series.
//
// Where series_without is known for every label that could be blamed, it is the label whose removal leaves the fewest
// series. Else it is the label with the most values. Ties go to more values, then to the first name.
// Lifetime:  points into `count`.
const LabelCount* FindCulprit(const FamilyCount& count);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_CULPRIT_H_
