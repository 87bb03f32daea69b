// SPDX-License-Identifier: Apache-2.0
//
// pattern_sampler.h: texts that a regular expression is likely to match.
//
// Use:      to try a replacement out; the texts are guesses, whoever uses one asks the expression itself.
// Threads:  one object, one thread.
// Errors:   none; of a construct that it does not know it makes no text.
#ifndef SERIESGUARD_RULES_READING_PATTERN_SAMPLER_H_
#define SERIESGUARD_RULES_READING_PATTERN_SAMPLER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace seriesguard {

class PatternSampler {
 public:
  // Requires:  `pattern` compiles (regex_limits.h).
  // Lifetime:  views `pattern`.
  explicit PatternSampler(std::string_view pattern) : pattern_(pattern) {}

  // Returns the next pseudo-random text; the n-th text of a pattern is always the same.
  //
  // `filler` is put in for a `.*` or `.+` in half of all cases, so that a text of the pattern can stand within another.
  std::string Next(std::string_view filler);

 private:
  size_t Below(size_t bound);
  void Alternatives(bool is_used, int depth);
  void Sequence(bool is_used, int depth);
  void Piece(bool is_used, int depth);
  std::string_view TakeAtom();
  size_t TakeRepetition();
  char LetterOf(std::string_view atom);

  std::string_view pattern_;
  size_t at_ = 0;
  std::string_view filler_;
  std::string text_;
  uint64_t state_ = 20240229;
  std::unordered_map<std::string_view, std::string> letters_;  // by class or escape: the letters that it matches
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_PATTERN_SAMPLER_H_
