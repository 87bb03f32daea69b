// SPDX-License-Identifier: Apache-2.0
//
// pattern_shape.h: what can be said for sure about the names that a simple regular expression matches.
//
// Use:      to find rules that can never speak, because an earlier one always does.
// Threads:  pure functions.
// Errors:   none; "cannot be told" is an answer, and the usual one for complicated patterns.
//
// Whether one regular expression contains another is decidable, but dear in general. Policies are written by people:
// literals, alternatives, and one `.*` cover nearly all of what they write, and for those the answer is cheap and exact.
#ifndef SERIESGUARD_RULES_READING_PATTERN_SHAPE_H_
#define SERIESGUARD_RULES_READING_PATTERN_SHAPE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

inline constexpr size_t kMaxPatternTexts = 64;

// Returns all texts that `pattern` matches, or nothing where they are more than kMaxPatternTexts or cannot be told.
// Understood are literals, escaped punctuation, groups, `|` and `?`.
//
// Requires:  `pattern` compiles (regex_limits.h). The same holds below.
std::optional<std::vector<std::string>> TextsOf(std::string_view pattern);

// Says whether each text that `later` matches is surely matched by `earlier`, too. The empty text is not asked for: a
// metric has a name.
bool SurelyCovers(std::string_view earlier, std::string_view later);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_PATTERN_SHAPE_H_
