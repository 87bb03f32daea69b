// SPDX-License-Identifier: Apache-2.0
//
// limit_check.h: a count against a limit, where the count may be an estimate.
//
// Threads:  pure functions.
// Source:   docs/check.md, "When counts are estimates": a limit inside a sketch's error interval is undecided.
#ifndef SERIESGUARD_ANALYZER_VERDICT_LIMIT_CHECK_H_
#define SERIESGUARD_ANALYZER_VERDICT_LIMIT_CHECK_H_

#include <cstdint>

namespace seriesguard {

enum class LimitAnswer : uint8_t { kWithin, kOver, kUndecided };

// An estimate is believed this many standard errors away: 1 in 370 of them lies further off.
inline constexpr double kStandardErrors = 3;

// Compares `count`, whose standard error is `relative_error` of it (0 = exact), with `limit`. Equal is within.
constexpr LimitAnswer CheckLimit(uint64_t count, double relative_error, uint64_t limit) {
  if (relative_error <= 0) return count > limit ? LimitAnswer::kOver : LimitAnswer::kWithin;
  const double margin = static_cast<double>(count) * relative_error * kStandardErrors;
  const double bound = static_cast<double>(limit);
  if (static_cast<double>(count) - margin > bound) return LimitAnswer::kOver;
  if (static_cast<double>(count) + margin <= bound) return LimitAnswer::kWithin;
  return LimitAnswer::kUndecided;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_LIMIT_CHECK_H_
