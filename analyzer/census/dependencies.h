// SPDX-License-Identifier: Apache-2.0
//
// dependencies.h: which labels say what another one has said already, wholly or nearly.
//
// Use:      by explain, for the families it shows.
// Threads:  one at a time.
// Memory:   4 bytes a row and label, of at most 64 labels.
// Source:   docs/explain.md, "Dependencies": the share of exceptions is the measure g3 of Kivinen and Mannila, "Approximate
//           inference of functional dependencies from relations", 1995: what must be taken away for the rule to hold.
#ifndef SERIESGUARD_ANALYZER_CENSUS_DEPENDENCIES_H_
#define SERIESGUARD_ANALYZER_CENSUS_DEPENDENCIES_H_

#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/row_codes.h"

namespace seriesguard {

// Returns the label pairs where one determines the other, in the order of the labels' names; see Census::Dependencies.
//
// A pair with exceptions is named where at most one sample in twenty is one, and where the rule says something: guessing
// the dependent's commonest value every time would be wrong ten times as often, and of the samples that follow another
// one with the same determinant, which alone can be exceptions, at most one in ten is.
std::vector<Dependency> FindDependencies(const FamilyTables& family, RowCodes* row_codes);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DEPENDENCIES_H_
