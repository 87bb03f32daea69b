// SPDX-License-Identifier: Apache-2.0
//
// classify_value.h: which pattern a value has, and whether it holds what is personal.
//
// Threads:  pure functions.
// Errors:   none; every sequence of bytes has a pattern.
// Cost:     one pass over the bytes, then those forms whose bytes occur; no allocation, no regular expression
//           (bench/patterns_bench.cc holds the figure).
// Source:   value_pattern.h, docs/patterns.md.
#ifndef SERIESGUARD_ANALYZER_PATTERNS_CLASSIFY_VALUE_H_
#define SERIESGUARD_ANALYZER_PATTERNS_CLASSIFY_VALUE_H_

#include <string_view>

#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

struct ValueClass {
  ValuePattern pattern = ValuePattern::kOther;
  // Of the value itself and of its parts: an address in a path, a token in a URL.
  PersonalKinds personal = kPersonalNone;
};

// Returns the first pattern of the list that holds for all of `value`.
ValueClass ClassifyValue(std::string_view value);

// The same without looking into parts: `personal` is that of the whole value.
ValueClass ClassifyWhole(std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_CLASSIFY_VALUE_H_
