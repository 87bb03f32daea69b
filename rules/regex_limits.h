// SPDX-License-Identifier: Apache-2.0
//
// regex_limits.h: a regular expression of a policy, with Prometheus' meaning and a bounded cost.
//
// Use:      by replace: rules, by match: rules, and by the policy reader, which shows the refusal.
// Threads:  const members from any thread.
// Memory:   at most kMaxRegexMemoryBytes for the program and its caches.
// Errors:   CompileLimitedRegex returns InvalidArgument with a sentence for the policy's author.
// Cost:     a match: 80 to 120 ns for short texts, and at most linear in the text; compile: tens of microseconds.
// Source:   Prometheus compiles `^(?s:` + pattern + `)$` (model/relabel/relabel.go); the limits are those of the
//           measurements behind docs/policy.md: linear time alone is not cheap.
//
// The syntax is RE2's, which is Go's but for `\C` (refused here) and `(?<name>...)`, which older RE2 lack. The text must
// be UTF-8: text that is not never matches, where Go would take a bad byte for a character.
#ifndef SERIESGUARD_RULES_REGEX_LIMITS_H_
#define SERIESGUARD_RULES_REGEX_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace seriesguard {

inline constexpr size_t kMaxRegexBytes = 256;
inline constexpr int kMaxRegexProgram = 2000;   // instructions
inline constexpr int kMaxRegexRepetition = 64;  // {n,m}
inline constexpr int64_t kMaxRegexMemoryBytes = 256 * 1024;

// A compiled regular expression that always means the whole text. Movable.
class LimitedRegex {
 public:
  LimitedRegex(LimitedRegex&&) noexcept;
  LimitedRegex& operator=(LimitedRegex&&) noexcept;
  ~LimitedRegex();

  // Says whether all of `text` matches.
  bool Matches(std::string_view text) const;

  // As above; groups[i] becomes what group i took for i < `count`, [0] the whole text, an empty view for a group that
  // took no part. Left as they were where nothing matches.
  //
  // Requires:  count <= group_count() + 1; room for `count` views.
  // Lifetime:  the groups view the bytes of `text`.
  bool Matches(std::string_view text, size_t count, std::string_view* groups) const;

  // The number of capturing groups; group 0 is not counted.
  int group_count() const;

  // Returns the number of the group `(?P<name>...)`, or -1.
  int GroupNumber(std::string_view name) const;

 private:
  friend absl::StatusOr<LimitedRegex> CompileLimitedRegex(std::string_view pattern);
  struct Compiled;
  explicit LimitedRegex(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

// Compiles `pattern`, or says why it is refused.
//
// The pattern is anchored at both ends and `.` matches a newline as well. Refused are: a syntax error (also one that
// only the anchoring would hide, such as `a)|(b`), more than kMaxRegexBytes bytes, a repetition above
// kMaxRegexRepetition, a program above kMaxRegexProgram or kMaxRegexMemoryBytes, and what is not UTF-8.
// Errors:    InvalidArgument; the message quotes parts of the pattern through SafeText.
absl::StatusOr<LimitedRegex> CompileLimitedRegex(std::string_view pattern);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_REGEX_LIMITS_H_
