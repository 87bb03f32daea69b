// SPDX-License-Identifier: Apache-2.0
//
// label_set_search.h: how many series are left when two or three labels are aggregated away together.
//
// Use:      by explain, after the labels were counted one by one: what one label saves alone says nothing of two that
//           repeat each other.
// Threads:  one at a time.
// Memory:   8 bytes a row for each label that is still undecided: at most 40 bytes a row more than the keys.
// Cost:     41 label sets of six labels: about 56 times adding a label to the keys and 35 times counting them.
//
// Every number is exact: a set's keys are built of the labels that stay (row_keys.h), never by inclusion and exclusion.
#ifndef SERIESGUARD_ANALYZER_CENSUS_LABEL_SET_SEARCH_H_
#define SERIESGUARD_ANALYZER_CENSUS_LABEL_SET_SEARCH_H_

#include <cstddef>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/row_keys.h"

namespace seriesguard {

inline constexpr size_t kMostSearchedLabels = 6;
inline constexpr size_t kMostLabelsOfSet = 3;

// Counts every set of two and three among the labels that save most alone, at most six: most series saved first, then
// most values, then by name. Labels that are the same in every series, `le` and `quantile` are not among them.
//
// Requires:  `count` is of kAllInputs with CountOptions::what_if, of the same family.
LabelSetSearch SearchLabelSets(const FamilyTables& family, const FamilyCount& count, RowKeys* keys);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_LABEL_SET_SEARCH_H_
