// SPDX-License-Identifier: Apache-2.0
//
// number_text.h: numbers as an exposition has them, written into a buffer of the caller.
//
// Use:      by the writers; each function returns one past the last character, nothing is terminated.
// Requires: every buffer has room for kNumberBytes characters.
// Threads:  pure functions; the same bytes in any locale.
// Memory:   nothing is allocated.
// Errors:   none; every bit pattern has a form, and every NaN the same one.
// Source:   OpenMetrics 1.0 "Canonical Numbers"; Go's FormatFloat('g', shortest), which client_golang writes `le` with.
#ifndef SERIESGUARD_LIB_METRICS_NUMBER_TEXT_H_
#define SERIESGUARD_LIB_METRICS_NUMBER_TEXT_H_

#include <cstddef>
#include <cstdint>

namespace seriesguard {

inline constexpr size_t kNumberBytes = 32;

// 18446744073709551615.
char* WriteInteger(uint64_t value, char* out);

// The fewest digits that read back as the same double; whole numbers below 2^53 without point and exponent: 0.1, 3,
// 1000000, -0, 1e+300, NaN, +Inf, -Inf.
char* WriteNumber(double value, char* out);

// A histogram's boundary in text 0.0.4, as client_golang writes it: fewest digits, an exponent where it is below -4 or
// above 5: 0.005, 1, 1e+06, +Inf.
char* WriteTextBoundary(double value, char* out);

// The canonical form of OpenMetrics, which is also what Prometheus 3 stores whatever was sent: as above, with .0 where
// there is neither point nor exponent: 1.0.
char* WriteCanonicalBoundary(double value, char* out);

// A time in seconds since the epoch, without an exponent where people count by it (below 10^15): 1520879607.789.
//
// Requires:  `seconds` is finite.
char* WriteSeconds(double seconds, char* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_NUMBER_TEXT_H_
