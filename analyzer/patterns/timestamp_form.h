// SPDX-License-Identifier: Apache-2.0
//
// timestamp_form.h: whether a whole value is a date, a time of day, or both.
//
// Threads:  pure functions.
// Cost:     linear in the value, which is at most 40 bytes where it is a timestamp.
// Source:   docs/patterns.md, "timestamp": each notation with its ranges.
#ifndef SERIESGUARD_ANALYZER_PATTERNS_TIMESTAMP_FORM_H_
#define SERIESGUARD_ANALYZER_PATTERNS_TIMESTAMP_FORM_H_

#include <string_view>

namespace seriesguard {

// Unix seconds from 1000000000 to 1999999999 (with at most nine digits behind a dot) or the same in milliseconds; a date
// 20240131 with or without T235959Z. Requires: the value begins with a digit.
bool IsCompactTimestamp(std::string_view value);

// Every other notation.
bool IsWrittenTimestamp(std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_TIMESTAMP_FORM_H_
