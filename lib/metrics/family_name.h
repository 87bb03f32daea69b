// SPDX-License-Identifier: Apache-2.0
//
// family_name.h: which names a metric family may have, and which ones it takes from others.
//
// Use:      by Registry when a family is declared.
// Threads:  pure functions.
// Errors:   InvalidArgument with the name that would be right.
// Source:   OpenMetrics 1.0, "Metric Family Name" and "Suffixes"; what a server does with two families of one name:
//           docs/exposition_dialect.md.
#ifndef SERIESGUARD_LIB_METRICS_FAMILY_NAME_H_
#define SERIESGUARD_LIB_METRICS_FAMILY_NAME_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/metrics/collected_family.h"

namespace seriesguard {

// Says whether a family of `type` may have this name and unit: a counter's name ends with _total and an info's with _info,
// the unit stands before that or at the end, and is of letters, digits and '_'; an info and a state set have none.
absl::Status CheckFamilyName(CollectedType type, std::string_view name, std::string_view unit);

// Returns the family's name in each format and those of its samples: no other family may have one of them.
std::vector<std::string> NamesOfFamily(CollectedType type, std::string_view name);

// Returns the boundaries that a histogram has: a last +Inf taken off, which every histogram has in any case.
// Errors:  InvalidArgument: one is not finite, or not above the one before; more than kMostHistogramBoundaries (buckets.h).
absl::StatusOr<std::vector<double>> CheckBoundaries(std::string_view name, std::vector<double> boundaries);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_FAMILY_NAME_H_
