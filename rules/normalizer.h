// SPDX-License-Identifier: Apache-2.0
//
// normalizer.h: a label rule, compiled: what becomes of one value before any limit is asked.
//
// Use:      Compile once per rule; the guard and the analyzer's verdict apply the same object to raw values.
// Threads:  const members from any thread; each with its own scratch text.
// Errors:   Compile returns InvalidArgument with a sentence for the policy's author; a value is never an error.
// Cost:     a built-in normaliser or a route: tens of ns, no allocation once the scratch text has grown. A step of
//           `replace:` costs a regular expression (80 ns and more): callers on a hot path remember what a raw value
//           became (bench/normalize_bench.cc).
// Source:   docs/policy.md, "A label rule".
//
// The pipeline
//   1. An empty value (an absent label) stays as it is, unless the rule applies to absent labels.
//   2. `drop`: the label is gone, whatever its value.
//   3. The built-in normaliser; what it cannot read becomes `otherwise`.
//   4. Each step of `replace:` in order, on what the step before gave; a step that does not match changes nothing. A
//      result that is empty in the end is an absent label (as in Prometheus) and is not judged further.
//   5. `route`: the template of the path; a path without one becomes `otherwise`.
//   6. `allow`: what is not listed becomes `otherwise`.
//   7. The word `otherwise` itself stays, whatever steps 3 to 5 would make of it: a guarded service exports it, and who
//      reads that service's dump by the same rule must not move it elsewhere.
// `value_limit` is not applied here: which values are named is decided by admission, among what came out here.
// A rule with one built-in normaliser or a route, with or without `allow`, is idempotent; `replace:` is what its author
// made it.
#ifndef SERIESGUARD_RULES_NORMALIZER_H_
#define SERIESGUARD_RULES_NORMALIZER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/label_rule.h"

namespace seriesguard {

// What became of one value.
struct Normalized {
  enum class Outcome { kDropped, kUnchanged, kChanged, kOtherwise };
  enum class Reason { kNone, kUnreadable, kNoRoute, kNotAllowed };  // why kOtherwise

  Outcome outcome = Outcome::kUnchanged;
  Reason reason = Reason::kNone;
  std::string_view value;  // empty when dropped, and where a replacement left nothing
};

// One step that a value passed, for people who ask why.
struct NormalizeStep {
  enum class Kind { kDrop, kNormalizer, kReplacement, kRoute, kAllow, kWordStays };  // kWordStays: rule 7 of the list

  Kind kind = Kind::kDrop;
  size_t index = 0;   // kReplacement: which step of `replace:`; kRoute: which template, where one matched
  bool takes = true;  // what the step reads, matches or lists; else the value is refused (a replacement: left alone)
  std::string before;
  std::string after;  // where `takes`
};

class CompiledLabelRule {
 public:
  // Compiles `rule`, of which nothing is kept.
  static absl::StatusOr<CompiledLabelRule> Compile(const LabelRule& rule);

  CompiledLabelRule(CompiledLabelRule&&) noexcept;
  CompiledLabelRule& operator=(CompiledLabelRule&&) noexcept;
  ~CompiledLabelRule();

  // Returns what `raw` becomes.
  //
  // A value that is already in its normal form is kUnchanged; one that becomes `otherwise` is kOtherwise even where it
  // had that text before.
  // Requires:  `raw` is valid UTF-8 (then the answer is) and no view into `*scratch`.
  // Lifetime:  the answer views `raw`, `*scratch` (whose old text is lost) or this object.
  Normalized Apply(std::string_view raw, std::string* scratch) const;

  // As Apply, and writes down each step that the value came to. One code does both, so that they cannot differ.
  //
  // Cost:      copies the value at each step: for `policy explain`, not for increments.
  Normalized Trace(std::string_view raw, std::string* scratch, std::vector<NormalizeStep>* steps) const;

  bool is_drop() const;

  // Says whether each value stays as it is: the rule has nothing but limits.
  bool is_identity() const;

 private:
  struct Steps;
  explicit CompiledLabelRule(std::unique_ptr<const Steps> steps);
  std::unique_ptr<const Steps> steps_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_NORMALIZER_H_
