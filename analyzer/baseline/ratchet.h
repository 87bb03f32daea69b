// SPDX-License-Identifier: Apache-2.0
//
// ratchet.h: a baseline against the findings of a run, and the baseline that the run leaves.
//
// Use:      by `check`, after the verdict and before the report.
// Threads:  pure functions.
// Source:   docs/baseline.md.
//
// Invariants
//   1. A violation above its ceiling stays an error, and so does one whose entry has expired.
//   2. UpdateBaseline without a reason lowers ceilings and drops entries, and does nothing else.
#ifndef SERIESGUARD_ANALYZER_BASELINE_RATCHET_H_
#define SERIESGUARD_ANALYZER_BASELINE_RATCHET_H_

#include <string>
#include <vector>

#include "analyzer/baseline/baseline.h"
#include "analyzer/report/finding.h"

namespace seriesguard {

struct RatchetOptions {
  std::string path;          // of the baseline, for locations
  std::string policy_hash;   // that the run judges by
  std::string today;         // "2026-11-23"
  AllowedGrowth max_growth;  // --max-growth, of entries without one
  bool strict = false;       // a baseline of another policy is an error
};

// Turns errors that an entry tolerates into notes that say so (Finding::is_accepted), and adds what is to say of the
// baseline itself: entries that have expired, that nothing matched, that can be tightened, another policy.
void ApplyBaseline(const Baseline& baseline, const RatchetOptions& options, std::vector<Finding>* findings);

struct UpdateOptions {
  std::string policy_hash;
  std::string today;
  std::string reason;   // empty: nothing may rise
  std::string expires;  // of entries that are new or rise; empty = as it was
};

struct UpdatedBaseline {
  Baseline baseline;
  std::vector<std::string> refused;  // what a reason would be needed for, one line each, through SafeText
};

// Returns the baseline that tolerates exactly what `findings` (before ApplyBaseline) have.
UpdatedBaseline UpdateBaseline(const Baseline& old, const UpdateOptions& options, const std::vector<Finding>& findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BASELINE_RATCHET_H_
