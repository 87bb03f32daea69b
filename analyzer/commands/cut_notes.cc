// SPDX-License-Identifier: Apache-2.0
//
// cut_notes.cc: see the header.
#include "analyzer/commands/cut_notes.h"

#include <cstddef>
#include <vector>

#include "analyzer/report/finding.h"
#include "analyzer/verdict/guard_metrics.h"

namespace seriesguard {

void AddCutNotes(const Census& census, const BuildReportOptions& rows, Report* report) {
  std::vector<GuardState> states = ReadGuardStates(census);
  for (size_t input = 0; input < states.size(); ++input) {
    if (rows.matches) {
      auto& labels = states[input].labels;
      for (auto at = labels.begin(); at != labels.end();) at = rows.matches(at->first.first) ? ++at : labels.erase(at);
    }
    NoteGuardCuts(census.inputs()[input].path, states[input], &report->findings);
  }
  SortFindings(&report->findings);
  report->findings_total = report->findings.size();
}

}  // namespace seriesguard
