// SPDX-License-Identifier: Apache-2.0
//
// dependencies.h: which labels say what another one has said already.
//
// Use:      by explain, for the families it shows.
// Threads:  one at a time.
// Memory:   4 bytes a row and label, of at most 64 labels.
#ifndef SERIESGUARD_ANALYZER_CENSUS_DEPENDENCIES_H_
#define SERIESGUARD_ANALYZER_CENSUS_DEPENDENCIES_H_

#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/row_codes.h"

namespace seriesguard {

// Returns the label pairs where one determines the other; see Census::Dependencies.
std::vector<Dependency> FindDependencies(const FamilyTables& family, RowCodes* row_codes);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DEPENDENCIES_H_
