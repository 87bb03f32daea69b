// SPDX-License-Identifier: Apache-2.0
//
// pattern_sampler.cc: one walk over the pattern makes one text.
//
// What a class or an escape matches is not worked out here: it is compiled by itself and asked letter by letter.
#include "rules/reading/pattern_sampler.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "rules/regex_limits.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kLetters = "abcxyzABCXYZ01289-_./: @+";
constexpr size_t kMaxTextBytes = 512;
constexpr int kMaxDepth = 64;
constexpr size_t kUnbounded = 1000;  // more than any {n,m}

}  // namespace

size_t PatternSampler::Below(size_t bound) {
  state_ = state_ * 6364136223846793005u + 1442695040888963407u;
  return static_cast<size_t>(state_ >> 33) % bound;
}

std::string PatternSampler::Next(std::string_view filler) {
  at_ = 0;
  filler_ = filler;
  text_.clear();
  Alternatives(/*is_used=*/true, 0);
  return text_;
}

void PatternSampler::Alternatives(bool is_used, int depth) {
  // Which of the alternatives is taken is drawn before their number is known: each later one replaces with 1/n.
  std::string best;
  const std::string before = text_;
  for (size_t count = 1;; ++count) {
    const bool is_taken = is_used && Below(count) == 0;
    text_ = before;
    Sequence(is_taken, depth);
    if (is_taken) best = text_;
    if (at_ >= pattern_.size() || pattern_[at_] != '|') break;
    ++at_;
  }
  text_ = is_used ? best : before;
}

void PatternSampler::Sequence(bool is_used, int depth) {
  while (at_ < pattern_.size() && pattern_[at_] != '|' && pattern_[at_] != ')') Piece(is_used, depth);
}

void PatternSampler::Piece(bool is_used, int depth) {
  const size_t start = at_;
  if (pattern_[at_] == '(' && depth < kMaxDepth) {
    const std::string before = text_;
    ++at_;
    if (at_ < pattern_.size() && pattern_[at_] == '?') {  // (?:, (?P<name>, or flags
      at_ = std::min(pattern_.find_first_of(":>)", at_), pattern_.size());
      if (at_ < pattern_.size() && pattern_[at_] != ')') ++at_;
    }
    Alternatives(is_used, depth + 1);
    if (at_ < pattern_.size()) ++at_;
    const std::string once = text_.substr(std::min(before.size(), text_.size()));
    const size_t times = TakeRepetition();
    if (!is_used) return;
    text_ = before;
    for (size_t i = 0; i < times && text_.size() < kMaxTextBytes; ++i) text_ += once;
    return;
  }
  const std::string_view atom = TakeAtom();
  const size_t behind_atom = at_;
  const size_t times = TakeRepetition();
  if (!is_used || at_ == start || atom == "^" || atom == "$") return;
  const bool is_open = at_ > behind_atom && (pattern_[behind_atom] == '*' || pattern_[behind_atom] == '+');
  if (atom == "." && is_open && !filler_.empty() && Below(2) == 0) {
    text_ += filler_;
    return;
  }
  for (size_t i = 0; i < times && text_.size() < kMaxTextBytes; ++i) {
    if (atom == "." || atom[0] == '[' || atom[0] == '\\') {
      const char letter = LetterOf(atom);
      if (letter != '\0') text_ += letter;
    } else {
      text_ += atom;
    }
  }
}

// Takes a code point, a class or an escape.
std::string_view PatternSampler::TakeAtom() {
  const size_t start = at_;
  if (pattern_[at_] == '\\') {
    at_ += 2;
    if (at_ < pattern_.size() && at_ > start + 1 &&
        std::string_view("pPx").find(pattern_[at_ - 1]) != std::string_view::npos && pattern_[at_] == '{') {
      at_ = std::min(pattern_.find('}', at_), pattern_.size() - 1) + 1;
    }
  } else if (pattern_[at_] == '[') {
    ++at_;
    if (at_ < pattern_.size() && pattern_[at_] == '^') ++at_;
    if (at_ < pattern_.size() && pattern_[at_] == ']') ++at_;
    while (at_ < pattern_.size() && pattern_[at_] != ']') {
      const size_t posix_end = pattern_.substr(at_, 2) == "[:" ? pattern_.find(":]", at_) : std::string_view::npos;
      if (posix_end != std::string_view::npos) {
        at_ = posix_end + 2;
      } else {
        at_ += pattern_[at_] == '\\' ? 2 : 1;
      }
    }
    ++at_;
  } else {
    at_ += std::max<size_t>(1, DecodeUtf8(pattern_, at_).length_bytes);
  }
  at_ = std::min(at_, pattern_.size());
  return pattern_.substr(start, at_ - start);
}

// Takes the quantifier, if there is one, and draws how often the piece before it stands.
size_t PatternSampler::TakeRepetition() {
  if (at_ >= pattern_.size()) return 1;
  size_t least = 1, most = 1;
  const char kind = pattern_[at_];
  if (kind == '*' || kind == '+' || kind == '?') {
    ++at_;
    least = kind == '+' ? 1 : 0;
    most = kind == '?' ? 1 : kUnbounded;
  } else if (kind == '{') {
    const size_t end = std::min(pattern_.find('}', at_), pattern_.size() - 1);
    least = most = 0;
    bool has_comma = false;
    for (++at_; at_ < end; ++at_) {
      if (pattern_[at_] == ',') has_comma = true;
      size_t& number = has_comma ? most : least;
      if (pattern_[at_] >= '0' && pattern_[at_] <= '9' && number < kUnbounded)
        number = number * 10 + (pattern_[at_] - '0');
    }
    at_ = end + 1;
    if (!has_comma) most = least;
    if (has_comma && most < least) most = kUnbounded;
  } else {
    return 1;
  }
  if (at_ < pattern_.size() && pattern_[at_] == '?') ++at_;  // lazy
  most = std::min(most, least + 3);
  return least + Below(most - least + 1);
}

char PatternSampler::LetterOf(std::string_view atom) {
  const auto [letters, is_new] = letters_.try_emplace(atom);
  if (is_new) {
    const absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(atom);
    for (const char letter : kLetters) {
      if (regex.ok() && regex->Matches(std::string_view(&letter, 1))) letters->second += letter;
    }
    // A class without any of ours, such as [pq]: those that it names itself.
    if (letters->second.empty() && regex.ok() && atom[0] == '[') {
      for (const char letter : atom.substr(1)) {
        if (static_cast<unsigned char>(letter) < 0x80 && regex->Matches(std::string_view(&letter, 1))) {
          letters->second += letter;
        }
      }
    }
    // An escape of a letter that is not among ours: \; and the like.
    if (letters->second.empty() && atom.size() == 2 && atom[0] == '\\') letters->second = atom[1];
  }
  return letters->second.empty() ? '\0' : letters->second[Below(letters->second.size())];
}

}  // namespace seriesguard
