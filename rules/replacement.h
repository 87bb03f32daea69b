// SPDX-License-Identifier: Apache-2.0
//
// replacement.h: one step of `replace:`, with the meaning that it has in Prometheus' relabelling.
//
// Use:      compiled once from a policy; applied by CompiledLabelRule, and by whoever simulates relabel rules.
// Threads:  const members from any thread.
// Errors:   Compile returns InvalidArgument with a sentence for the policy's author.
// Cost:     80 ns to 200 ns for a short value; a caller on a hot path keeps what it learnt.
// Source:   Prometheus, model/relabel/relabel.go, action "replace"; Go 1.26, regexp, Expand. Held against Go itself in
//           tests/rules/replacement_test.cc.
//
// The template of `with`
//   $1 ${1} $name ${name}   what that group took; nothing where there is no such group or it took no part
//   $1x                     the group named "1x": a name is the longest run of letters, digits and underscores
//   $0                      the whole value
//   $$                      one dollar sign
//   a dollar sign that starts none of these stands for itself, as a backslash does
#ifndef SERIESGUARD_RULES_REPLACEMENT_H_
#define SERIESGUARD_RULES_REPLACEMENT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/regex_limits.h"

namespace seriesguard {

inline constexpr size_t kMaxReplacementBytes = 256;

class CompiledReplacement {
 public:
  // Compiles one step. `match` is limited as regex_limits.h says, `with` to kMaxReplacementBytes of UTF-8.
  static absl::StatusOr<CompiledReplacement> Compile(std::string_view match, std::string_view with);

  bool Matches(std::string_view value) const { return regex_.Matches(value); }

  // Writes the replacement of `value` to `*out` (whose old text is lost) and returns true; returns false and leaves
  // `*out` as it was where the pattern does not match: the value stays as it is.
  //
  // The result may be empty; in Prometheus the label is then removed.
  // Requires:  `value` is UTF-8 (else nothing matches) and no view into `*out`.
  bool Apply(std::string_view value, std::string* out) const;

  // As above; returns `value` itself where the pattern does not match.
  std::string Apply(std::string_view value) const;

 private:
  // A part of the template: text, then a group. The last part has no group.
  struct Part {
    std::string text;
    int group = -1;  // -1 = none
  };

  CompiledReplacement(LimitedRegex regex, std::vector<Part> parts, size_t groups_used)
      : regex_(std::move(regex)), parts_(std::move(parts)), groups_used_(groups_used) {}

  LimitedRegex regex_;
  std::vector<Part> parts_;
  size_t groups_used_;  // the highest group of the template + 1; 0 = the template is plain text
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_REPLACEMENT_H_
