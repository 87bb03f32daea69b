// SPDX-License-Identifier: Apache-2.0
//
// boundary_label.h: the two label names that client libraries write under histograms and summaries.
#ifndef SERIESGUARD_ANALYZER_CENSUS_BOUNDARY_LABEL_H_
#define SERIESGUARD_ANALYZER_CENSUS_BOUNDARY_LABEL_H_

#include <string_view>

namespace seriesguard {

inline bool IsBoundaryName(std::string_view label) { return label == "le" || label == "quantile"; }

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_BOUNDARY_LABEL_H_
