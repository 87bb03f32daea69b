// SPDX-License-Identifier: Apache-2.0
//
// worst_values.h: the values of one label that are at fault, those with the most series first.
//
// Use:      only where a finding is certain; one walk over the label's values.
// Threads:  as Census.
// Memory:   the values that are shown, whatever their number.
#ifndef SERIESGUARD_ANALYZER_VERDICT_WORST_VALUES_H_
#define SERIESGUARD_ANALYZER_VERDICT_WORST_VALUES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/verdict/family_facts.h"
#include "rules/normalizer.h"

namespace seriesguard {

inline constexpr size_t kShownValues = 10;

struct WorstValues {
  std::vector<std::string> values;  // raw bytes; most series first, then by value; at most kShownValues
  uint64_t total = 0;               // all values at fault
  uint64_t series = 0;              // series that carry one of them
  Normalized::Reason reason = Normalized::Reason::kNone;  // refused values: why the worst of them is
};

// The values that the label's rule does not admit; absence, where it is refused, stands as the empty value.
WorstValues FindRefusedValues(const Census& census, const FamilyFacts& facts, const LabelFacts& label);

// The values of a label that have a name of their own, where the guard folds the others into `otherwise`. `metric` may be
// one that the dump does not have: no value then.
WorstValues FindNamedValues(const Census& census, std::string_view metric, std::string_view label, size_t input,
                            std::string_view otherwise);

// The values that a value_limit counts, on the stage that is judged.
WorstValues FindBusiestValues(const Census& census, const FamilyFacts& facts, const LabelFacts& label);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_WORST_VALUES_H_
