// SPDX-License-Identifier: Apache-2.0
//
// guarded_series.cc: see the header.
#include "analyzer/policy_test/guarded_series.h"

#include <algorithm>

#include "analyzer/census/count.h"

namespace seriesguard {
namespace {

Fate FateOf(const Normalized& normalized) {
  switch (normalized.outcome) {
    case Normalized::Outcome::kDropped: return Fate::kDropped;
    case Normalized::Outcome::kUnchanged: return Fate::kKept;
    case Normalized::Outcome::kChanged: return Fate::kChanged;
    case Normalized::Outcome::kOtherwise: break;
  }
  switch (normalized.reason) {
    case Normalized::Reason::kUnreadable: return Fate::kUnreadable;
    case Normalized::Reason::kNoRoute: return Fate::kNoRoute;
    case Normalized::Reason::kNotAllowed:
    case Normalized::Reason::kNone: break;
  }
  return Fate::kNotAllowed;
}

// The metric's name, else the family that its shape suggests where only that one has a rule.
std::string FamilyOf(const TestSeries& series, const MetricMatcher& matcher) {
  const std::string_view family = FamilyByShape(series);
  if (family.empty()) return series.name;
  const bool is_bucket = family.size() + 7 == series.name.size() && !series.Value("le").empty();
  if (is_bucket || (matcher.Find(series.name) == nullptr && matcher.Find(family) != nullptr)) {
    return std::string(family);
  }
  const std::string counter = std::string(family) + "_total";  // its OpenMetrics form has a _created as well
  const bool is_created = family.size() + 8 == series.name.size();
  if (is_created && matcher.Find(series.name) == nullptr && matcher.Find(counter) != nullptr) return counter;
  return series.name;
}

}  // namespace

absl::StatusOr<PolicyGuard> PolicyGuard::Make(const Policy& policy) {
  absl::StatusOr<RuleBook> book = RuleBook::Compile(policy);
  if (!book.ok()) return book.status();
  return PolicyGuard(policy, *std::move(book));
}

GuardedValue PolicyGuard::Guard(const std::string& family, const AssignedLabel& assigned, std::string_view raw) {
  GuardedValue guarded;
  guarded.label = assigned.label;
  guarded.raw = guarded.value = std::string(raw);
  guarded.assigned = assigned;
  const LabelRule& rule = *assigned.rule;
  const auto fold = [&guarded, &rule](Fate fate) {
    guarded.fate = fate;
    guarded.value = rule.otherwise;
    return guarded;
  };
  if (!rule.drop && raw.size() > kLongestRawBytes) return fold(Fate::kTooLong);
  if (assigned.compiled != nullptr) {
    std::string scratch;
    const Normalized normalized = assigned.compiled->Apply(raw, &scratch);
    guarded.fate = FateOf(normalized);
    guarded.value = std::string(normalized.value);
    // The word for what is folded may be no value of the rule; it was there before and is not folded now.
    if (IsFolded(guarded.fate) && raw == rule.otherwise) guarded.fate = Fate::kKept;
  }
  if (guarded.value.empty() || guarded.value == rule.otherwise) return guarded;
  if (guarded.value.size() > kLongestValueBytes && !HasPlacesForAll(rule)) return fold(Fate::kTooLong);
  NamedValues& named = named_.try_emplace({family, assigned.label}, rule).first->second;
  switch (named.Admit(guarded.value)) {
    case NamedValues::Answer::kNamed: break;
    case NamedValues::Answer::kFolded: return fold(Fate::kLimit);
    case NamedValues::Answer::kByTraffic: guarded.fate = Fate::kByTraffic; break;
  }
  return guarded;
}

absl::StatusOr<GuardedSeries> PolicyGuard::Apply(const TestSeries& input) {
  GuardedSeries guarded;
  guarded.family = FamilyOf(input, book_.matcher());
  guarded.series = input;
  guarded.metric = book_.matcher().Find(guarded.family);
  FamilyInfo family;
  family.name = guarded.family;
  for (const auto& [label, value] : input.labels) family.labels.push_back(label);
  if (guarded.metric != nullptr) {
    for (const LabelRule& rule : guarded.metric->labels) {
      if (rule.applies_to_absent && input.Value(rule.label).empty()) family.labels.push_back(rule.label);
    }
  }
  std::sort(family.labels.begin(), family.labels.end());
  const absl::StatusOr<FamilyRules> rules = book_.RulesFor(family);
  if (!rules.ok()) return rules.status();
  for (const std::string& label : family.labels) {
    const auto assigned = std::find_if(rules->labels.begin(), rules->labels.end(),
                                       [&label](const AssignedLabel& other) { return other.label == label; });
    GuardedValue value;
    value.label = label;
    value.raw = value.value = std::string(input.Value(label));
    if (assigned != rules->labels.end()) {
      value.assigned = *assigned;
      // The guard wraps what a metric rule speaks for; elsewhere a top-level rule is only judged, by `check`.
      if (guarded.metric != nullptr) value = Guard(guarded.family, *assigned, input.Value(label));
    }
    guarded.series.Set(label, value.value);
    guarded.values.push_back(std::move(value));
  }
  return guarded;
}

}  // namespace seriesguard
