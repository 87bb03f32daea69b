// SPDX-License-Identifier: Apache-2.0
//
// go_text.h: what a server does with texts by Go's own library: regular expressions, their templates, upper and lower case.
//
// Threads:  const members from any thread.
// Errors:   Compile: InvalidArgument with RE2's words.
// Source:   Go, packages regexp and strings. RE2 and Go's regexp are two implementations of one syntax.
#ifndef SERIESGUARD_ANALYZER_RELABEL_GO_TEXT_H_
#define SERIESGUARD_ANALYZER_RELABEL_GO_TEXT_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace seriesguard {

// A pattern that must match a whole text.
class AnchoredPattern {
 public:
  // `dot_is_any`: a dot matches a newline as well, as in Prometheus 3.
  static absl::StatusOr<AnchoredPattern> Compile(std::string_view pattern, bool dot_is_any);
  AnchoredPattern(AnchoredPattern&&) noexcept;
  AnchoredPattern& operator=(AnchoredPattern&&) noexcept;
  ~AnchoredPattern();

  bool Matches(std::string_view text) const;
  // Returns whether it matches; then what each group took, the whole match first. A group without a part is empty.
  // Lifetime: views `text`.
  bool Matches(std::string_view text, std::vector<std::string_view>* groups) const;

  int group_count() const;
  // -1: there is none of that name.
  int GroupNumber(std::string_view name) const;

 private:
  struct Engine;
  explicit AnchoredPattern(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

// Expands a template with the groups of a match: $1, ${1}, $name, ${name}, $$.
class ExpandTemplate {
 public:
  ExpandTemplate(std::string_view text, const AnchoredPattern& pattern);

  std::string Expand(const std::vector<std::string_view>& groups) const;

 private:
  struct Part {
    std::string text;
    int group = -1;  // behind the text; -1: none
  };
  std::vector<Part> parts_;
};

// Changes case code point by code point, as Unicode's simple mapping has it.
std::string GoLower(std::string_view text);
std::string GoUpper(std::string_view text);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_GO_TEXT_H_
