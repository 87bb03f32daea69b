// SPDX-License-Identifier: Apache-2.0
//
// rule_assignment.h: which rules of a policy speak for a family and for each of its labels, compiled once.
//
// Use:      one RuleBook a run; asked once a family.
// Threads:  one at a time (rules are compiled when the first family asks for them).
// Errors:   RulesFor returns InvalidArgument where a rule does not compile; a family without a rule is an answer.
// Source:   docs/check.md, "Which rule speaks".
//
// A metric rule speaks for a family by name or match and brings a rule for every label of it: its own, else the
// policy's top-level rule of that label, else the defaults. Where no metric rule speaks, the top-level rules still do,
// because they hold wherever their label appears; the family counts as unguarded all the same, and the guard, which does
// not wrap it, will not normalise it. `le` and `quantile` have no rules, and seriesguard_* families none at all.
#ifndef SERIESGUARD_ANALYZER_VERDICT_RULE_ASSIGNMENT_H_
#define SERIESGUARD_ANALYZER_VERDICT_RULE_ASSIGNMENT_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/count.h"
#include "rules/metric_matcher.h"
#include "rules/normalizer.h"
#include "rules/policy.h"

namespace seriesguard {

// What holds for one label of one family.
struct AssignedLabel {
  std::string label;
  const LabelRule* rule = nullptr;              // never null
  const CompiledLabelRule* compiled = nullptr;  // null: values stay as they are (only limits, or nothing at all)
  bool is_written = false;                      // the policy names the label; false = defaults
};

struct FamilyRules {
  const MetricRule* metric = nullptr;  // null: unguarded, or the guard's own
  bool is_guards_own = false;
  std::vector<AssignedLabel> labels;  // in the order of FamilyInfo::labels, those without any rule left out

  bool NormalisesSomething() const;
};

class RuleBook {
 public:
  // Errors:    InvalidArgument: a `match` that does not compile.
  // Lifetime:  views `policy`, which must outlive the book and its answers and not be changed or moved.
  static absl::StatusOr<RuleBook> Compile(const Policy& policy);

  // Lifetime:  the answer views the book and its policy.
  absl::StatusOr<FamilyRules> RulesFor(const FamilyInfo& family);

  const MetricMatcher& matcher() const { return matcher_; }

 private:
  RuleBook(const Policy& policy, MetricMatcher matcher) : policy_(&policy), matcher_(std::move(matcher)) {}

  absl::StatusOr<AssignedLabel> Assign(const LabelRule& rule, std::string_view label, bool is_written);
  const LabelRule* TopLevelRule(std::string_view label) const;

  const Policy* policy_;
  MetricMatcher matcher_;
  std::map<const LabelRule*, std::unique_ptr<CompiledLabelRule>> compiled_;  // null: the rule changes no value
  std::map<std::string, LabelRule, std::less<>> defaults_;                   // by label; nodes never move
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_RULE_ASSIGNMENT_H_
