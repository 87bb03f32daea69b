// SPDX-License-Identifier: Apache-2.0
//
// quantity.h: numbers with and without a unit, as a policy writes them.
//
// Threads:  pure functions; no locale is asked.
// Errors:   an empty optional: not of this form. What is out of range is said apart.
#ifndef SERIESGUARD_RULES_READING_QUANTITY_H_
#define SERIESGUARD_RULES_READING_QUANTITY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seriesguard {

// The largest whole number that every JSON reader keeps exactly: 2^53 - 1.
inline constexpr int64_t kMaxWholeNumber = 9007199254740991;

// Reads `4000` or `-1`: an optional minus and decimal digits, nothing else (no underscore, exponent or 0x).
//
// Returns:   the number, limited to +-(kMaxWholeNumber + 1) where the digits say more: a caller that checks its range
//            against kMaxWholeNumber refuses it.
std::optional<int64_t> ParseWholeNumber(std::string_view text);

// Reads `1.5`, `100`, `1e3`; finite. Not: hex, infinity, NaN.
std::optional<double> ParseNumber(std::string_view text);

// Reads `500ms`, `60s`, `10m`, `1h`, `1d`, `2w` and, as Prometheus does, sums from the larger to the smaller unit, each
// at most once: `1h30m`. `0` alone has no unit and is refused, as is a year, whose length nobody agrees on.
//
// Returns:   nanoseconds; nothing also where they exceed the range of the type (292 years).
std::optional<int64_t> ParseDurationNs(std::string_view text);

// Reads `25%` or `0.5%`. Returns the share: 0.25, 0.005.
std::optional<double> ParsePercent(std::string_view text);

// Writes a duration in the form that ParseDurationNs reads, parts of a millisecond cut off: `5m`, `1h30m`.
std::string DurationText(int64_t duration_ns);

// Writes `12,345`: for people, in messages.
std::string GroupedNumber(int64_t number);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_QUANTITY_H_
