// SPDX-License-Identifier: Apache-2.0
//
// judge_target.cc: the three sums differ in whom they add up and in the name of their limit, not in how they are judged.
#include "analyzer/verdict/judge_target.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/report/number_text.h"
#include "analyzer/verdict/judge_family.h"
#include "analyzer/verdict/limit_check.h"
#include "analyzer/verdict/projection.h"
#include "analyzer/verdict/remedy.h"
#include "analyzer/verdict/wording.h"

namespace seriesguard {
namespace {

// One sum and its limit.
struct Sum {
  FindingRule rule;
  FindingRule projected_rule;
  const char* key = "";      // "budget.series_limit"
  const char* subject = "";  // "" or "metrics without a rule have "
  bool only_unguarded = false;
  size_t input = kAllInputs;
  Stage stage = Stage::kObserved;
  bool has_overflow = false;
  uint64_t series = 0;
  uint64_t projected = 0;
  uint64_t limit = 0;
  uint64_t replicas = 1;
  double relative_error = 0;
  bool is_upper_bound = false;
  SourceLocation location;
};

bool IsUnguarded(const FamilyRules& rules) { return rules.metric == nullptr && !rules.is_guards_own; }

uint64_t Product(uint64_t a, uint64_t b) {
  return a != 0 && b > kMaxProjectedSeries / a ? kMaxProjectedSeries + 1 : a * b;
}

class SumJudge {
 public:
  SumJudge(const JudgedPolicy& judged, std::vector<Finding>* findings) : judged_(judged), findings_(findings) {}

  void Judge(const Sum& sum) {
    Finding finding;
    finding.rule = sum.rule;
    finding.stage = sum.stage;
    if (sum.input != kAllInputs) finding.input = judged_.census.inputs()[sum.input].path;
    finding.limit = sum.limit;
    finding.observed = sum.series;
    finding.location = InPolicy(judged_.policy, sum.location, judged_.policy.budget.location);
    finding.message = sum.subject + Quantity(sum.series, "series") + ", " + sum.key + " " + WithThousands(sum.limit);
    const LimitAnswer answer = CheckLimit(sum.series, sum.relative_error, sum.limit);
    if (sum.projected > sum.series) finding.projected = sum.projected;
    const bool is_projected = answer == LimitAnswer::kWithin;
    if (is_projected && sum.projected <= sum.series) return;
    // The values by which a sum grows are estimates as well.
    const LimitAnswer in_production = CheckLimit(sum.projected, 2 * sum.relative_error, sum.limit);
    if (is_projected && in_production == LimitAnswer::kWithin) return;
    if (sum.is_upper_bound || (is_projected ? in_production : answer) == LimitAnswer::kUndecided) {
      findings_->push_back(Undecided(std::move(finding), WhyUndecided(sum.is_upper_bound ? 0 : sum.relative_error)));
      return;
    }
    if (is_projected) {
      finding.rule = sum.projected_rule;
      finding.stage = Stage::kProjected;
      finding.message = sum.subject + Quantity(sum.series, "series") + " here become " + WithThousands(sum.projected) +
                        " in production, " + sum.key + " " + WithThousands(sum.limit);
    }
    Blame(sum, is_projected, &finding);
    findings_->push_back(std::move(finding));
  }

 private:
  struct Weight {
    FamilyFacts facts;
    Projection projection;
    uint64_t series = 0;  // judged or projected, what is asked for
  };

  // The family with most series (or with most of them in production).
  Weight Heaviest(const Sum& sum, bool is_projected) const {
    Weight heaviest;
    for (size_t family = 0; family < judged_.census.family_count(); ++family) {
      const FamilyRules& rules = judged_.rules[family];
      if (sum.only_unguarded && !IsUnguarded(rules)) continue;
      Weight weight;
      weight.facts =
          GatherFacts(judged_.census, {family, sum.input, &rules, sum.has_overflow, sum.stage == Stage::kNormalised});
      if (weight.facts.observed.series == 0) continue;
      weight.projection = Project(weight.facts, judged_.policy.mode);
      weight.series = is_projected ? weight.projection.series : weight.facts.judged().series;
      if (weight.series > heaviest.series) heaviest = std::move(weight);
    }
    return heaviest;
  }

  void Blame(const Sum& sum, bool is_projected, Finding* finding) const {
    const Weight heaviest = Heaviest(sum, is_projected);
    if (heaviest.series == 0) return;
    const FamilyInfo& family = judged_.census.family(heaviest.facts.family);
    const uint64_t of_family = Product(heaviest.series, sum.replicas);
    const uint64_t all = is_projected ? sum.projected : sum.series;
    const uint64_t rest = all - std::min(all, of_family);
    const uint64_t room = sum.limit > rest ? (sum.limit - rest) / sum.replicas : 0;
    Culprit culprit = FindCulpritOf(judged_.census, heaviest.facts, room);
    if (const MetricRule* const rule = heaviest.facts.rules->metric) finding->owner = rule->owner;
    finding->remedy = "metric " + InQuotes(family.name) + " has " + WithThousands(of_family) + " of them";
    if (culprit.label.empty()) return;
    finding->label = culprit.label;
    finding->label_is_culprit = true;
    finding->values = std::move(culprit.values);
    finding->values_total = culprit.values_total;
    if (is_projected || !culprit.series_without) return;
    const uint64_t without = rest + Product(*culprit.series_without, sum.replicas);
    finding->remedy += "; without its label " + InQuotes(culprit.label) + " " + Remain(without, "series") + " in all" +
                       (without > sum.limit ? ", still too many" : "");
    if (culprit.value_limit) {
      finding->remedy += "; value_limit " + WithThousands(*culprit.value_limit) + " on it leaves at most " +
                         WithThousands(rest + Product(culprit.series_at_value_limit, sum.replicas)) + " in all";
    }
  }

  const JudgedPolicy& judged_;
  std::vector<Finding>* const findings_;
};

}  // namespace

void JudgeTarget(const JudgedPolicy& judged, const TargetSums& sums, std::vector<Finding>* findings) {
  const Budget& budget = judged.policy.budget;
  SumJudge judge(judged, findings);
  Sum sum;
  sum.input = sums.input;
  sum.stage = sums.stage;
  sum.has_overflow = sums.has_overflow;
  sum.relative_error = sums.relative_error;
  sum.is_upper_bound = sums.is_upper_bound;
  if (budget.series_limit) {
    sum.rule = FindingRule::kTotalLimit;
    sum.projected_rule = FindingRule::kTotalLimitProjected;
    sum.key = "budget.series_limit";
    sum.series = sums.series;
    sum.projected = sums.projected;
    sum.limit = static_cast<uint64_t>(*budget.series_limit);
    sum.location = budget.series_limit_location;
    judge.Judge(sum);
  }
  if (budget.unguarded) {
    sum.rule = FindingRule::kUnguardedLimit;
    sum.projected_rule = FindingRule::kUnguardedLimitProjected;
    sum.key = "budget.unguarded";
    sum.subject = "metrics without a rule: ";
    sum.only_unguarded = true;
    sum.is_upper_bound = false;  // nothing normalises what no rule speaks for
    sum.series = sums.unguarded;
    sum.projected = sums.unguarded_projected;
    sum.limit = static_cast<uint64_t>(*budget.unguarded);
    sum.location = budget.unguarded_location;
    judge.Judge(sum);
  }
}

void JudgeFleet(const JudgedPolicy& judged, const std::vector<TargetSums>& targets, uint64_t replicas,
                std::vector<Finding>* findings) {
  Sum sum;
  sum.rule = FindingRule::kFleetLimit;
  sum.projected_rule = FindingRule::kFleetLimitProjected;
  sum.key = "budget.fleet_series_limit";
  sum.replicas = std::max<uint64_t>(1, replicas);
  for (const TargetSums& target : targets) {
    sum.series = std::min(sum.series + target.series, kMaxProjectedSeries + 1);
    sum.projected = std::min(sum.projected + target.projected, kMaxProjectedSeries + 1);
    sum.relative_error = std::max(sum.relative_error, target.relative_error);
    sum.is_upper_bound = sum.is_upper_bound || target.is_upper_bound;
    sum.stage = target.stage;
    sum.has_overflow = sum.has_overflow || target.has_overflow;
  }
  sum.series = Product(sum.series, sum.replicas);
  sum.projected = Product(sum.projected, sum.replicas);
  const std::string who = (targets.size() == 1 ? std::string() : Quantity(targets.size(), "target")) +
                          (targets.size() == 1 || sum.replicas == 1 ? "" : " times ") +
                          (sum.replicas == 1 ? std::string() : Quantity(sum.replicas, "replica"));
  const std::string subject = who.empty() ? "" : who + ": ";
  sum.subject = subject.c_str();
  const Budget& budget = judged.policy.budget;
  if (budget.fleet_series_limit) {
    sum.limit = static_cast<uint64_t>(*budget.fleet_series_limit);
    sum.location = budget.fleet_location;
    SumJudge(judged, findings).Judge(sum);
    return;
  }
  if (sum.replicas == 1) return;
  Finding note;
  note.rule = FindingRule::kFleetLimit;
  note.severity = Severity::kNote;
  note.stage = sum.stage;
  note.observed = sum.series;
  if (sum.projected > sum.series) note.projected = sum.projected;
  note.location = InPolicy(judged.policy, budget.location);
  note.message = subject + Quantity(sum.series, "series") + ", not judged: the policy has no budget.fleet_series_limit";
  findings->push_back(std::move(note));
}

}  // namespace seriesguard
