// SPDX-License-Identifier: Apache-2.0
//
// rule_assignment.cc: see the header. A metric's copy of a top-level rule is looked up at the policy's own list, so that
// it is compiled once for all metrics.
#include "analyzer/verdict/rule_assignment.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rules/default_label_rule.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

bool IsBoundaryLabel(std::string_view label) { return label == "le" || label == "quantile"; }

}  // namespace

bool FamilyRules::NormalisesSomething() const {
  return std::any_of(labels.begin(), labels.end(),
                     [](const AssignedLabel& label) { return label.compiled != nullptr; });
}

absl::StatusOr<RuleBook> RuleBook::Compile(const Policy& policy) {
  absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  return RuleBook(policy, *std::move(matcher));
}

const LabelRule* RuleBook::TopLevelRule(std::string_view label) const {
  const auto found = std::find_if(policy_->labels.begin(), policy_->labels.end(),
                                  [label](const LabelRule& rule) { return rule.label == label; });
  return found == policy_->labels.end() ? nullptr : &*found;
}

absl::StatusOr<AssignedLabel> RuleBook::Assign(const LabelRule& rule, std::string_view label, bool is_written) {
  auto [found, is_new] = compiled_.try_emplace(&rule);
  if (is_new) {
    absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(rule);
    if (!compiled.ok()) {
      compiled_.erase(found);
      return absl::InvalidArgumentError(absl::StrCat("line ", rule.location.line, ": label \"", SafeText(rule.label),
                                                     "\": ", compiled.status().message()));
    }
    if (!compiled->is_identity()) found->second = std::make_unique<CompiledLabelRule>(*std::move(compiled));
  }
  return AssignedLabel{std::string(label), &rule, found->second.get(), is_written};
}

absl::StatusOr<FamilyRules> RuleBook::RulesFor(const FamilyInfo& family) {
  FamilyRules rules;
  rules.is_guards_own = std::string_view(family.name).substr(0, kOwnMetricPrefix.size()) == kOwnMetricPrefix;
  if (rules.is_guards_own) return rules;
  rules.metric = matcher_.Find(family.name);
  for (const std::string& label : family.labels) {
    if (IsBoundaryLabel(label)) continue;
    const LabelRule* rule = nullptr;
    if (rules.metric != nullptr) {
      for (const LabelRule& candidate : rules.metric->labels) {
        if (candidate.label == label) rule = &candidate;
      }
    }
    if (rule == nullptr || rule->is_top_level) {
      if (const LabelRule* const top_level = TopLevelRule(label)) rule = top_level;
    }
    const bool is_written = rule != nullptr;
    if (!is_written) {
      // A manifest says nothing of the labels that it does not name.
      if (rules.metric == nullptr || policy_->from_kubernetes_manifest) continue;
      rule = &defaults_.try_emplace(label, DefaultLabelRule(*policy_, label)).first->second;
    }
    absl::StatusOr<AssignedLabel> assigned = Assign(*rule, label, is_written);
    if (!assigned.ok()) return assigned.status();
    rules.labels.push_back(*std::move(assigned));
  }
  return rules;
}

}  // namespace seriesguard
