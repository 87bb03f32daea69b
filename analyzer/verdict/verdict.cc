// SPDX-License-Identifier: Apache-2.0
//
// verdict.cc: target by target, family by family; the facts of one family live only while it is judged.
#include "analyzer/verdict/verdict.h"

#include <algorithm>
#include <utility>

#include "analyzer/report/number_text.h"
#include "analyzer/verdict/family_facts.h"
#include "analyzer/verdict/guard_metrics.h"
#include "analyzer/verdict/judge_family.h"
#include "analyzer/verdict/judge_rules.h"
#include "analyzer/verdict/judge_target.h"
#include "analyzer/verdict/projection.h"
#include "analyzer/verdict/rule_assignment.h"

namespace seriesguard {
namespace {

// Judges the families of one input and adds them up.
TargetSums JudgeFamiliesOf(const JudgedPolicy& judged, size_t input, bool has_overflow, bool as_guarded,
                           std::vector<Finding>* findings) {
  TargetSums sums;
  sums.input = input;
  sums.stage = as_guarded ? Stage::kNormalised : Stage::kObserved;
  sums.has_overflow = has_overflow;
  sums.series = sums.projected = judged.census.inputs()[input].series;
  for (size_t family = 0; family < judged.census.family_count(); ++family) {
    const FamilyRules& rules = judged.rules[family];
    const bool is_unguarded = rules.metric == nullptr && !rules.is_guards_own;
    const bool is_asked_for = rules.metric != nullptr || !rules.labels.empty() || judged.census.estimated() ||
                              (is_unguarded && judged.policy.budget.unguarded);
    if (!is_asked_for) continue;
    const FamilyFacts facts = GatherFacts(judged.census, {family, input, &rules, has_overflow, as_guarded});
    if (facts.observed.series == 0) continue;
    const Projection projection = Project(facts, judged.policy.mode);
    JudgeFamily(judged.census, judged.policy, facts, projection, findings);
    sums.relative_error = std::max(sums.relative_error, facts.observed.relative_error);
    sums.is_upper_bound = sums.is_upper_bound || facts.is_upper_bound;
    // What a target has is known; here only what the stage and the projection make of it is added.
    const uint64_t series = facts.judged().series;
    sums.series = sums.series + series - facts.observed.series;
    sums.projected = std::min(sums.projected + projection.series - facts.observed.series, kMaxProjectedSeries + 1);
    if (!is_unguarded) continue;
    sums.unguarded += series;
    sums.unguarded_projected = std::min(sums.unguarded_projected + projection.series, kMaxProjectedSeries + 1);
  }
  return sums;
}

bool HasBudget(const Budget& budget) { return budget.series_limit || budget.unguarded || budget.fleet_series_limit; }

// Why no verdict is possible; empty where one is.
std::string UndecidedReason(const Census& census, const Policy& policy, const Verdict& verdict) {
  if (verdict.coverage.rules > 0 && verdict.coverage.saw_series == 0) {
    return "no rule of the policy saw a series: is it the policy of this service?";
  }
  if (verdict.coverage.rules == 0 && !HasBudget(policy.budget)) return "the policy has neither a rule nor a budget";
  if (census.left_out_guard_samples() > 0) {
    return Quantity(census.left_out_guard_samples(), "sample") + " of the guard itself could not be kept";
  }
  const auto is_undecided = [](const Finding& finding) { return finding.rule == FindingRule::kEstimateUndecided; };
  if (std::any_of(verdict.findings.begin(), verdict.findings.end(), is_undecided)) {
    return "a limit lies inside the error of an estimate";
  }
  return "";
}

}  // namespace

absl::StatusOr<Verdict> Judge(const Census& census, const Policy& policy, const JudgeOptions& options) {
  absl::StatusOr<RuleBook> book = RuleBook::Compile(policy);
  if (!book.ok()) return book.status();
  std::vector<FamilyRules> rules;
  rules.reserve(census.family_count());
  for (size_t family = 0; family < census.family_count(); ++family) {
    absl::StatusOr<FamilyRules> of_family = book->RulesFor(census.family(family));
    if (!of_family.ok()) return of_family.status();
    rules.push_back(*std::move(of_family));
  }
  const JudgedPolicy judged{census, policy, rules};
  const std::vector<GuardState> guards = ReadGuardStates(census);

  Verdict verdict;
  std::vector<TargetSums> targets;
  for (size_t input = 0; input < census.inputs().size(); ++input) {
    // A component that applies a manifest writes `unexpected` itself, without saying so.
    const bool has_overflow = guards[input].is_present || policy.from_kubernetes_manifest;
    targets.push_back(JudgeFamiliesOf(judged, input, has_overflow, options.as_guarded, &verdict.findings));
    JudgeTarget(judged, targets.back(), &verdict.findings);
    JudgeGuard(policy, book->matcher(), census, input, guards[input], options.strict, &verdict.findings);
  }
  JudgeFleet(judged, targets, options.replicas, &verdict.findings);
  JudgeExpectedFolding(policy, &verdict.findings);
  verdict.coverage = JudgeCoverage(judged, book->matcher(), options.require_all, &verdict.findings);
  SortFindings(&verdict.findings);

  verdict.undecided_reason = UndecidedReason(census, policy, verdict);
  verdict.verdict = !verdict.undecided_reason.empty()                       ? ReportVerdict::kUndecided
                    : CountSeverity(verdict.findings, Severity::kError) > 0 ? ReportVerdict::kOverBudget
                                                                            : ReportVerdict::kWithinBudget;
  return verdict;
}

}  // namespace seriesguard
