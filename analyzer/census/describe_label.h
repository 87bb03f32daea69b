// SPDX-License-Identifier: Apache-2.0
//
// describe_label.h: from a label's codes to what a report says of it.
//
// Threads:  pure function.
// Cost:     a compare a value; where values tie with the last one listed, also a compare of their bytes.
#ifndef SERIESGUARD_ANALYZER_CENSUS_DESCRIBE_LABEL_H_
#define SERIESGUARD_ANALYZER_CENSUS_DESCRIBE_LABEL_H_

#include <cstddef>
#include <string_view>

#include "analyzer/census/count.h"
#include "analyzer/census/row_codes.h"

namespace seriesguard {

// Fills everything but series_without. Values of 0 series do not exist.
//
// Requires:  coding.series are series (rows that repeat an earlier one left out).
LabelCount DescribeLabel(std::string_view name, const LabelCoding& coding, size_t top_values);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_DESCRIBE_LABEL_H_
