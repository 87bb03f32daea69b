// SPDX-License-Identifier: Apache-2.0
//
// churn.h: which series came and went between snapshots of one target, and whether a restart was the reason.
//
// Use:      once a run FindRestarts, then once a family CountChurn.
// Threads:  one.
// Cost:     a few passes over the rows.
// Source:   docs/forecast.md, "Churn".
#ifndef SERIESGUARD_ANALYZER_FORECAST_CHURN_H_
#define SERIESGUARD_ANALYZER_FORECAST_CHURN_H_

#include <string>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/forecast/family_rows.h"
#include "analyzer/forecast/forecast.h"

namespace seriesguard {

// Says for each input whether the process began anew since the one before: its `process_start_time_seconds` is another;
// where one of the two inputs has none, some counter of events has fallen. Never true of the first.
std::vector<bool> FindRestarts(const CensusData& data, FamilyRows* rows);

// Counts for the selected family. Labels that are ignored tell a replacement from a series that is really new.
Churn CountChurn(const std::vector<bool>& restarts, const std::vector<std::string>& ignored_labels, FamilyRows* rows);

// Visits the rows of each input, in the order of the inputs.
template <typename Visit>
void ForEachRowByInput(const FamilyRows& rows, size_t inputs, Visit visit) {
  for (size_t input = 0; input < inputs; ++input) {
    for (const RowSpan& span : rows.spans()) {
      if (span.input != input) continue;
      for (size_t row = span.offset; row < span.offset + span.count; ++row) visit(input, row);
    }
  }
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_CHURN_H_
