// SPDX-License-Identifier: Apache-2.0
//
// value_change.h: the values of one label that only one side has, most series first.
//
// Use:      by FamilyDiff, for labels that have such values.
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_DIFF_VALUE_CHANGE_H_
#define SERIESGUARD_ANALYZER_DIFF_VALUE_CHANGE_H_

#include <cstdint>
#include <vector>

#include "analyzer/census/row_codes.h"
#include "analyzer/diff/change.h"

namespace seriesguard {

// Describes the codes of `coding` of which sides[code] is `bit` alone; `series[code]` is what carries them.
ValueChange DescribeValues(const LabelCoding& coding, const std::vector<uint8_t>& sides, uint8_t bit,
                           const std::vector<uint32_t>& series);

// How many values of one side alone are the same number as a value of the other side alone.
uint64_t CountRespelled(const LabelCoding& coding, const std::vector<uint8_t>& sides);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_VALUE_CHANGE_H_
