// SPDX-License-Identifier: Apache-2.0
//
// pattern_shape.h: what can be said for sure about the names that a simple regular expression matches.
//
// Use:      to find rules that can never speak, because an earlier one always does.
// Threads:  pure functions and values.
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

// What each name that a pattern matches surely looks like: read once, because a policy compares its patterns by pairs.
class PatternShape {
 public:
  explicit PatternShape(std::string_view pattern);

  // Says whether each text that `later` matches is surely matched by this pattern, too. The empty text is not asked for:
  // a metric has a name.
  bool SurelyCovers(const PatternShape& later) const;

 private:
  // A pattern as `head`, something, `tail`: each match starts with head and ends with tail, which do not overlap.
  struct HeadAndTail {
    std::string head;
    std::string tail;
    bool is_any_between = false;     // what stands between is exactly `.*` or `.+`
    bool needs_one_between = false;  // `.+`
  };
  static std::optional<HeadAndTail> Split(std::string_view pattern);

  std::string pattern_;
  std::optional<HeadAndTail> split_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_PATTERN_SHAPE_H_
