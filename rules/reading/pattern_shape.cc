// SPDX-License-Identifier: Apache-2.0
//
// pattern_shape.cc: two small readers of regular expressions. Both give up early: each wrong "yes" would be a warning
// that is not true, while a missing one costs nothing.
#include "rules/reading/pattern_shape.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace seriesguard {
namespace {

bool IsAscii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }
bool IsPunctuation(char byte) { return IsAscii(byte) && std::ispunct(static_cast<unsigned char>(byte)) != 0; }
bool IsMeta(char byte) { return std::string_view("\\.+*?()|[]{}^$").find(byte) != std::string_view::npos; }

// Enumerates the texts of a pattern made of literals, groups, `|` and `?`.
class TextLister {
 public:
  explicit TextLister(std::string_view pattern) : pattern_(pattern) {}

  std::optional<std::vector<std::string>> List() {
    std::vector<std::string> texts = Alternatives();
    if (gave_up_ || at_ != pattern_.size()) return std::nullopt;
    return texts;
  }

 private:
  using Texts = std::vector<std::string>;

  Texts GiveUp() {
    gave_up_ = true;
    return {};
  }

  Texts Alternatives() {
    Texts all = Sequence();
    while (!gave_up_ && at_ < pattern_.size() && pattern_[at_] == '|') {
      ++at_;
      for (std::string& text : Sequence()) all.push_back(std::move(text));
    }
    return all.size() > kMaxPatternTexts ? GiveUp() : all;
  }

  Texts Sequence() {
    Texts texts = {""};
    while (!gave_up_ && at_ < pattern_.size() && pattern_[at_] != '|' && pattern_[at_] != ')') {
      Texts atom = Atom();
      if (at_ < pattern_.size() && pattern_[at_] == '?') {
        ++at_;
        atom.push_back("");
      }
      if (atom.size() * texts.size() > kMaxPatternTexts) return GiveUp();
      Texts longer;
      for (const std::string& start : texts) {
        for (const std::string& end : atom) longer.push_back(start + end);
      }
      texts = std::move(longer);
    }
    return texts;
  }

  Texts Atom() {
    const char byte = pattern_[at_++];
    if (byte == '(') {
      if (at_ < pattern_.size() && pattern_[at_] == '?') {
        if (pattern_.substr(at_, 2) != "?:") return GiveUp();
        at_ += 2;
      }
      Texts inner = Alternatives();
      if (at_ >= pattern_.size() || pattern_[at_] != ')') return GiveUp();
      ++at_;
      return inner;
    }
    if (byte == '\\') {
      if (at_ >= pattern_.size() || !IsPunctuation(pattern_[at_])) return GiveUp();
      return {std::string(1, pattern_[at_++])};
    }
    if (IsMeta(byte) || !IsAscii(byte)) return GiveUp();
    return {std::string(1, byte)};
  }

  std::string_view pattern_;
  size_t at_ = 0;
  bool gave_up_ = false;
};

// Skips a class, at `[`; returns the place behind it, or the end.
size_t BehindClass(std::string_view pattern, size_t at) {
  ++at;
  if (at < pattern.size() && pattern[at] == '^') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  while (at < pattern.size() && pattern[at] != ']') {
    const size_t posix_end = pattern.substr(at, 2) == "[:" ? pattern.find(":]", at) : std::string_view::npos;
    if (posix_end != std::string_view::npos) {
      at = posix_end + 2;
    } else {
      at += pattern[at] == '\\' ? 2 : 1;
    }
  }
  return std::min(at + 1, pattern.size());
}

// Skips a group, at `(`; returns the place behind it, or the end.
size_t BehindGroup(std::string_view pattern, size_t at) {
  int depth = 0;
  while (at < pattern.size()) {
    const char byte = pattern[at];
    if (byte == '[') {
      at = BehindClass(pattern, at);
      continue;
    }
    if (byte == '\\') ++at;
    if (byte == '(') ++depth;
    if (byte == ')' && --depth == 0) return at + 1;
    ++at;
  }
  return pattern.size();
}

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }
bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::optional<std::vector<std::string>> TextsOf(std::string_view pattern) { return TextLister(pattern).List(); }

std::optional<PatternShape::HeadAndTail> PatternShape::Split(std::string_view pattern) {
  // One atom each: a literal byte, or 0 for anything else; then whether a quantifier follows.
  struct Atom {
    char literal = 0;
    bool is_dot = false;
    std::string quantifier;
  };
  // Flags change the meaning of literals; \Q and bytes beyond ASCII would need a real parser.
  for (size_t at = pattern.find("(?"); at != std::string_view::npos; at = pattern.find("(?", at + 1)) {
    const char kind = at + 2 < pattern.size() ? pattern[at + 2] : '\0';
    if (kind != ':' && kind != 'P') return std::nullopt;
  }
  std::vector<Atom> atoms;
  for (size_t at = 0; at < pattern.size();) {
    const char byte = pattern[at];
    if (byte == '|' || !IsAscii(byte)) return std::nullopt;
    if (byte == '*' || byte == '+' || byte == '?' || byte == '{') {
      if (atoms.empty()) return std::nullopt;
      atoms.back().quantifier += byte;
      at = byte == '{' ? std::min(pattern.find('}', at), pattern.size() - 1) + 1 : at + 1;
      continue;
    }
    atoms.emplace_back();
    if (byte == '\\') {
      if (at + 1 >= pattern.size() || !IsPunctuation(pattern[at + 1])) return std::nullopt;
      atoms.back().literal = pattern[at + 1];
      at += 2;
    } else if (byte == '[') {
      at = BehindClass(pattern, at);
    } else if (byte == '(') {
      at = BehindGroup(pattern, at);
    } else {
      atoms.back().is_dot = byte == '.';
      if (!IsMeta(byte)) atoms.back().literal = byte;
      ++at;
    }
  }
  const auto is_sure = [](const Atom& atom) { return atom.literal != 0 && atom.quantifier.empty(); };
  HeadAndTail split;
  size_t first = 0;
  while (first < atoms.size() && is_sure(atoms[first])) split.head += atoms[first++].literal;
  size_t last = atoms.size();
  while (last > first && is_sure(atoms[last - 1])) split.tail.insert(split.tail.begin(), atoms[--last].literal);
  if (last - first == 1 && atoms[first].is_dot) {
    split.is_any_between = atoms[first].quantifier == "*" || atoms[first].quantifier == "+";
    split.needs_one_between = atoms[first].quantifier == "+";
  }
  return split;
}

PatternShape::PatternShape(std::string_view pattern) : pattern_(pattern), split_(Split(pattern)) {}

bool PatternShape::SurelyCovers(const PatternShape& later) const {
  if (pattern_ == later.pattern_) return true;
  if (!split_ || !split_->is_any_between) return false;
  const HeadAndTail& outer = *split_;
  // A name is never empty, so `.+` alone is as wide as `.*`.
  if (outer.head.empty() && outer.tail.empty()) return true;
  if (!later.split_) return false;
  const HeadAndTail& inner = *later.split_;
  if (!StartsWith(inner.head, outer.head) || !EndsWith(inner.tail, outer.tail)) return false;
  if (!outer.needs_one_between) return true;
  return inner.needs_one_between || inner.head.size() + inner.tail.size() > outer.head.size() + outer.tail.size();
}

}  // namespace seriesguard
