// SPDX-License-Identifier: Apache-2.0
//
// remedy.h: which label is to blame for the series of a metric, and what would bring it inside a limit.
//
// Use:      only where a finding is certain: it counts the family once more, with every label left out in turn.
// Threads:  as Census.
// Source:   the promise of the README: no failure without its culprit. Every sentence is a counted fact or a proven bound.
#ifndef SERIESGUARD_ANALYZER_VERDICT_REMEDY_H_
#define SERIESGUARD_ANALYZER_VERDICT_REMEDY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/verdict/family_facts.h"

namespace seriesguard {

struct Culprit {
  std::string label;                // empty: no label of the metric has more than one value
  std::vector<std::string> values;  // those with the most series, raw bytes
  uint64_t values_total = 0;
  uint64_t series = 0;  // of the family on the judged stage
  std::optional<uint64_t>
      series_without;  // what would remain of them without the label; empty = an estimate, not known
  // The largest value_limit on the label that keeps the family's series at or below the limit, whichever values are
  // named, and how many series it leaves at most. Empty where there is none below the number of values.
  std::optional<uint64_t> value_limit;
  uint64_t series_at_value_limit = 0;
};

// Finds the label whose removal leaves the fewest series, on the stage that `facts` judges.
Culprit FindCulpritOf(const Census& census, const FamilyFacts& facts, uint64_t limit_series);

// Says what would bring the metric's series to `limit_series` or below it: what the policy's own normalisation leaves
// (where the stored series are judged), what is left without the culprit, what a value_limit on it would leave.
std::string SeriesRemedy(const FamilyFacts& facts, const Culprit& culprit, uint64_t limit_series);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_REMEDY_H_
