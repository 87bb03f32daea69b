// SPDX-License-Identifier: Apache-2.0
//
// first_policy.h: a policy that holds a service where it is: what a dump has, and head-room.
//
// Use:      by `seriesguard init`, once a dump.
// Threads:  a pure function.
// Source:   docs/init.md.
//
// It holds names of metrics and of labels and numbers, and no value of a label.
#ifndef SERIESGUARD_ANALYZER_INIT_FIRST_POLICY_H_
#define SERIESGUARD_ANALYZER_INIT_FIRST_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"

namespace seriesguard {

inline constexpr double kDefaultHeadroom = 0.25;

struct FirstPolicy {
  std::string yaml;
  uint64_t series = 0;        // of the largest target
  uint64_t series_limit = 0;  // budget.series_limit
  uint64_t unguarded = 0;     // budget.unguarded
  size_t rules = 0;           // metrics with a rule
  size_t metrics = 0;         // of the dump, the guard's own left out
};

// Writes limits of what `census` has and `headroom` of it (0.25 = a quarter), rounded up to round numbers: one for each
// of the metrics with most series, one for all others together, one for the whole.
//
// Requires:  exact counts; `headroom` is 0 to 10.
// Errors:    FailedPrecondition: `check` would not pass on the dump with it, and why (it comes from a service that has
//            a guard, and folds).
absl::StatusOr<FirstPolicy> MakeFirstPolicy(const Census& census, double headroom);

// Returns the least round number that is not below `number`: two digits, then zeros; below 10 the number itself.
uint64_t RoundUp(uint64_t number);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INIT_FIRST_POLICY_H_
