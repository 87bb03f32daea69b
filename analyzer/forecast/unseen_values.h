// SPDX-License-Identifier: Apache-2.0
//
// unseen_values.h: how many values will have been seen when there was so many times as much traffic.
//
// Use:      by the forecast, for the values of a label and for the label sets of a metric alike.
// Threads:  pure functions.
// Cost:     constant.
// Source:   docs/forecast.md, "The estimate". Good, "The population frequencies of species and the estimation of population
//           parameters", 1953 (the rate of what is new); Chao, "Nonparametric estimation of the number of classes in a
//           population", 1984, and Chao et al., "Rarefaction and extrapolation with Hill numbers", 2014 (the lower bound).
//
// Every value has a rate of its own at which it comes, which does not change. Then the expected rate of values that are
// new is a mixture of falling exponentials: it falls, and its logarithm is convex. So it never rises above what it is now
// (the upper end), and it never falls faster than it does now (the lower end). The middle is a falling power of time.
#ifndef SERIESGUARD_ANALYZER_FORECAST_UNSEEN_VALUES_H_
#define SERIESGUARD_ANALYZER_FORECAST_UNSEEN_VALUES_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace seriesguard {

enum class Growth : uint8_t {
  kUnknown,    // there is nothing to estimate from
  kSaturated,  // what will come in the middle is less than a twentieth of today's, or than one value
  kGrowing,    // even the low end is that much
  kUnclear,    // neither
};

// What will have been seen. With kUnknown all three are what was seen.
struct UnseenEstimate {
  Growth growth = Growth::kUnknown;
  uint64_t seen = 0;
  uint64_t low = 0, middle = 0, high = 0;  // nine times in ten the truth is between low and high
};

// How often each value came: the first four frequencies of frequencies.
struct Abundance {
  uint64_t seen = 0;                         // values, those among them that never came (exported at 0) included
  uint64_t once = 0, twice = 0, thrice = 0;  // values that came so often
  double events = 0;                         // all together
};

// Estimates what `horizon` times as many events will have brought.
//
// Requires:  horizon >= 1.
UnseenEstimate EstimateFromAbundance(const Abundance& abundance, double horizon);

inline constexpr size_t kFewestSnapshots = 5;

// Estimates what `horizon` times the time of the snapshots will have brought, from the number of values that each of them
// had first. kUnknown with fewer than kFewestSnapshots.
//
// Requires:  horizon >= 1; snapshots are equally far apart.
UnseenEstimate EstimateFromSnapshots(const std::vector<uint64_t>& first_seen, double horizon);

// "unknown", "saturated", "growing", "unclear".
std::string_view GrowthName(Growth growth);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_UNSEEN_VALUES_H_
