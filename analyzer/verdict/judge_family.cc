// SPDX-License-Identifier: Apache-2.0
//
// judge_family.cc: a function a finding.
#include "analyzer/verdict/judge_family.h"

#include <cstdint>
#include <utility>

#include "analyzer/report/number_text.h"
#include "analyzer/verdict/limit_check.h"
#include "analyzer/verdict/remedy.h"
#include "analyzer/verdict/wording.h"
#include "analyzer/verdict/worst_values.h"

namespace seriesguard {
namespace {

class FamilyJudge {
 public:
  FamilyJudge(const Census& census, const Policy& policy, const FamilyFacts& facts, const Projection& projection,
              std::vector<Finding>* findings)
      : census_(census), policy_(policy), facts_(facts), projection_(projection), findings_(findings) {}

  void JudgeSeries() {
    const MetricRule* const rule = facts_.rules->metric;
    if (rule == nullptr || !rule->series_limit) return;
    const uint64_t limit = static_cast<uint64_t>(*rule->series_limit);
    const FamilyCount& judged = facts_.judged();
    Finding finding = New(FindingRule::kSeriesLimit, facts_.stage);
    finding.limit = limit;
    finding.observed = judged.series;
    finding.location = InPolicy(policy_, rule->series_limit_location, rule->location);
    finding.message = Quantity(judged.series, "series") + ", limit " + WithThousands(limit);
    const LimitAnswer answer = CheckLimit(judged.series, judged.relative_error, limit);
    if (answer == LimitAnswer::kUndecided || (answer == LimitAnswer::kOver && facts_.is_upper_bound)) {
      findings_->push_back(
          Undecided(std::move(finding), WhyUndecided(facts_.is_upper_bound ? 0 : judged.relative_error)));
      return;
    }
    const bool is_projected = answer == LimitAnswer::kWithin;
    if (is_projected && !projection_.grows) return;
    if (projection_.grows) {
      finding.projected = projection_.series;
      finding.projected_max = projection_.max_series;
    }
    const LimitAnswer in_production = CheckLimit(projection_.series, ProjectedError(judged.relative_error), limit);
    if (is_projected && in_production == LimitAnswer::kWithin) return;
    if (is_projected) {
      finding.rule = FindingRule::kSeriesLimitProjected;
      finding.stage = Stage::kProjected;
      finding.message = Quantity(judged.series, "series") + " here become " + WithThousands(projection_.series) +
                        " in production, limit " + WithThousands(limit) + GrowthText();
      if (in_production == LimitAnswer::kUndecided || facts_.is_upper_bound) {
        findings_->push_back(
            Undecided(std::move(finding), WhyUndecided(facts_.is_upper_bound ? 0 : judged.relative_error)));
        return;
      }
      BlameGrowth(limit, &finding);
    } else {
      Culprit culprit = FindCulpritOf(census_, facts_, limit);
      finding.remedy = SeriesRemedy(facts_, culprit, limit);
      finding.label = std::move(culprit.label);
      finding.label_is_culprit = true;
      finding.values = std::move(culprit.values);
      if (!finding.label.empty()) finding.values_total = culprit.values_total;
    }
    findings_->push_back(std::move(finding));
  }

  void JudgeValues(const LabelFacts& label) {
    const LabelRule& rule = *label.assigned->rule;
    if (!rule.value_limit || (facts_.JudgesNormalised() && rule.drop)) return;
    const uint64_t limit = static_cast<uint64_t>(*rule.value_limit);
    const uint64_t named = label.NamedValues(facts_.JudgesNormalised());
    Finding finding = NewOfLabel(FindingRule::kValueLimit, facts_.stage, label);
    finding.limit = limit;
    finding.observed = named;
    finding.location = InPolicy(policy_, rule.value_limit_location, FallbackLocation(rule));
    finding.message = "label " + InQuotes(rule.label) + ": " + Quantity(named, "value") + ", limit " +
                      WithThousands(limit) + (rule.value_limit_from_defaults ? " (defaults)" : "");
    const LimitAnswer answer = CheckLimit(named, label.relative_error, limit);
    if (answer == LimitAnswer::kWithin) return;
    if (answer == LimitAnswer::kUndecided) {
      findings_->push_back(Undecided(std::move(finding), WhyUndecided(label.relative_error)));
      return;
    }
    if (label.is_unchecked && facts_.JudgesNormalised()) {
      findings_->push_back(Undecided(std::move(finding), WhyUndecided(0)));
      return;
    }
    if (label.otherwise_is_unknown && named == limit + 1) {
      findings_->push_back(Undecided(
          std::move(finding), "one of them may be " + InQuotes(rule.otherwise) + ", which an estimate does not know"));
      return;
    }
    if (census_.estimated()) {
      finding.remedy = "allow, route or normalise its values";
      findings_->push_back(std::move(finding));
      return;
    }
    WorstValues worst = FindBusiestValues(census_, facts_, label);
    finding.values = std::move(worst.values);
    finding.values_total = named;
    if (!facts_.JudgesNormalised() && label.assigned->compiled != nullptr && facts_.rules->metric != nullptr &&
        label.NamedValues(true) <= limit) {
      finding.remedy = "normalised by the policy's own rules, " + Remain(label.NamedValues(true), "value") +
                       ": wrap the metric in the service, or judge with --as-guarded";
    } else {
      const uint64_t without = SeriesWithout(rule.label);
      finding.remedy = "without it " + Remain(without, "series") + " of " + WithThousands(facts_.judged().series) +
                       "; or allow, route or normalise its values";
    }
    findings_->push_back(std::move(finding));
  }

  void JudgeAdmission(const LabelFacts& label) {
    if (label.is_unchecked) {
      Finding finding = NewOfLabel(FindingRule::kEstimateUndecided, Stage::kObserved, label);
      finding.location = InPolicy(policy_, label.assigned->rule->location);
      finding.message = "label " + InQuotes(label.assigned->rule->label);
      findings_->push_back(Undecided(std::move(finding), "an estimate has kept no values to hold against its rule"));
    }
    if (!label.refuses_values && !label.refuses_absent) return;
    const LabelRule& rule = *label.assigned->rule;
    WorstValues worst = FindRefusedValues(census_, facts_, label);
    Finding finding = NewOfLabel(FindingRule::kNotAllowed, Stage::kObserved, label);
    const bool is_folded_by_guard = facts_.JudgesNormalised();
    if (is_folded_by_guard) finding.severity = Severity::kNote;
    finding.observed = worst.total;
    finding.location = InPolicy(policy_, AdmissionLocation(rule, worst.reason), rule.location);
    finding.message = "label " + InQuotes(rule.label) + ": " + Quantity(worst.total, "value") + " in " +
                      Quantity(worst.series, "series") + " " + (worst.total == 1 ? "is " : "are ") +
                      RefusalText(worst.reason);
    finding.remedy = is_folded_by_guard ? "the guard makes " + std::string(worst.total == 1 ? "it " : "them ") +
                                              InQuotes(rule.otherwise)
                                        : "mend what writes " + std::string(worst.total == 1 ? "it" : "them") +
                                              ", or admit more; the guard would make " +
                                              (worst.total == 1 ? "it " : "them ") + InQuotes(rule.otherwise);
    finding.values = std::move(worst.values);
    finding.values_total = worst.total;
    findings_->push_back(std::move(finding));
  }

  void JudgeExpectation(const LabelFacts& label) {
    const LabelRule& rule = *label.assigned->rule;
    if (!rule.expect || rule.drop) return;
    const uint64_t expected = static_cast<uint64_t>(*rule.expect);
    const uint64_t seen = label.NamedValues(true);
    if (CheckLimit(seen, label.relative_error, expected) != LimitAnswer::kOver || label.is_unchecked) return;
    Finding finding = NewOfLabel(FindingRule::kExpectOutdated, Stage::kNormalised, label);
    finding.severity = Severity::kWarning;
    finding.limit = expected;
    finding.observed = seen;
    finding.location = InPolicy(policy_, rule.expect_location, rule.location);
    finding.message = "label " + InQuotes(rule.label) + ": " + Quantity(seen, "value") + " already here, expect " +
                      WithThousands(expected);
    finding.remedy = "set expect to what production will have: the projection rests on it";
    findings_->push_back(std::move(finding));
  }

  void JudgeCollision(const LabelFacts& label) {
    const LabelRule& rule = *label.assigned->rule;
    // Overflow is no collision, and a value that is refused is named already. Defaults speak of nobody's label by name.
    if (!label.observes_otherwise || facts_.has_overflow || !label.assigned->is_written || rule.drop) return;
    if (label.refuses_values && IsOtherwiseRefused(*label.assigned)) return;
    Finding finding = NewOfLabel(FindingRule::kOtherwiseCollision, Stage::kObserved, label);
    finding.severity = Severity::kWarning;
    finding.location = InPolicy(policy_, rule.otherwise_location, rule.location);
    finding.values = {rule.otherwise};
    finding.values_total = 1;
    finding.message = "label " + InQuotes(rule.label) + ": a real value is " + InQuotes(rule.otherwise) +
                      ", the word that folded values get";
    finding.remedy = "choose another word for otherwise, or the two become one series";
    findings_->push_back(std::move(finding));
  }

 private:
  Finding New(FindingRule rule, Stage stage) const {
    Finding finding;
    finding.rule = rule;
    finding.stage = stage;
    finding.input = census_.inputs()[facts_.input].path;
    finding.metric = census_.family(facts_.family).name;
    if (facts_.rules->metric != nullptr) finding.owner = facts_.rules->metric->owner;
    return finding;
  }

  Finding NewOfLabel(FindingRule rule, Stage stage, const LabelFacts& label) const {
    Finding finding = New(rule, stage);
    finding.label = label.assigned->label;
    return finding;
  }

  SourceLocation FallbackLocation(const LabelRule& rule) const {
    if (rule.location.line != 0 || facts_.rules->metric == nullptr) return rule.location;
    return facts_.rules->metric->location;
  }

  uint64_t SeriesWithout(const std::string& name) const {
    CountOptions options;
    options.input = facts_.input;
    std::vector<LabelTransform> transforms;
    if (facts_.JudgesNormalised()) transforms = TransformsOf(*facts_.rules);
    for (auto transform = transforms.begin(); transform != transforms.end(); ++transform) {
      if (transform->label != name) continue;
      transforms.erase(transform);
      break;
    }
    transforms.push_back({name, true, nullptr});
    return census_.Recount(facts_.family, options, transforms).series;
  }

  static SourceLocation AdmissionLocation(const LabelRule& rule, Normalized::Reason reason) {
    switch (reason) {
      case Normalized::Reason::kNoRoute: return rule.route_location;
      case Normalized::Reason::kNotAllowed: return rule.allow_location;
      case Normalized::Reason::kUnreadable:
      case Normalized::Reason::kNone: break;
    }
    return rule.location;
  }

  static std::string RefusalText(Normalized::Reason reason) {
    switch (reason) {
      case Normalized::Reason::kNoRoute: return "on no route";
      case Normalized::Reason::kUnreadable: return "not what its normaliser reads";
      case Normalized::Reason::kNotAllowed:
      case Normalized::Reason::kNone: break;
    }
    return "not in its allow list";
  }

  static bool IsOtherwiseRefused(const AssignedLabel& label) {
    std::string scratch;
    return label.compiled->Apply(label.rule->otherwise, &scratch).outcome == Normalized::Outcome::kOtherwise;
  }

  // The label that grows most carries the blame for a projection; the remedy is a value_limit that stops it in time.
  void BlameGrowth(uint64_t limit, Finding* finding) const {
    const LabelFacts* worst = nullptr;
    for (const LabelFacts& label : facts_.labels) {
      if (label.normalised_values == 0 || ExpectedValues(label, policy_.mode) <= label.normalised_values) continue;
      if (worst == nullptr || Growth(label) > Growth(*worst)) worst = &label;
    }
    if (worst == nullptr) return;
    finding->label = worst->assigned->label;
    finding->label_is_culprit = true;
    FamilyFacts stays = facts_;
    for (LabelFacts& label : stays.labels) {
      if (label.assigned == worst->assigned) label.normalised_values = 0;  // Project then leaves it as it is
    }
    const uint64_t without_growth = Project(stays, policy_.mode).series;
    finding->remedy = "if label " + InQuotes(finding->label) + " keeps its " +
                      Quantity(worst->normalised_values, "value") + ", " + Quantity(without_growth, "series") +
                      (without_growth > limit ? " are projected, still too many" : " are projected");
  }

  // The values seen of a label, by which it grows, are estimates as well.
  static double ProjectedError(double relative_error) { return 2 * relative_error; }

  double Growth(const LabelFacts& label) const {
    return static_cast<double>(ExpectedValues(label, policy_.mode)) / static_cast<double>(label.normalised_values);
  }

  // ": label "tenant" from 10 to 21 values", for every label that grows.
  std::string GrowthText() const {
    std::string text;
    for (const LabelFacts& label : facts_.labels) {
      if (label.normalised_values == 0) continue;
      const uint64_t expected = ExpectedValues(label, policy_.mode);
      if (expected <= label.normalised_values) continue;
      text += (text.empty() ? ": label " : ", ") + InQuotes(label.assigned->label) + " from " +
              WithThousands(label.normalised_values) + " to " + Quantity(expected, "value");
    }
    return text;
  }

  const Census& census_;
  const Policy& policy_;
  const FamilyFacts& facts_;
  const Projection& projection_;
  std::vector<Finding>* const findings_;
};

}  // namespace

std::string WhyUndecided(double relative_error) {
  if (relative_error <= 0) return "what normalisation would leave is not known of an estimate";
  return "the limit lies inside the error of the estimate (standard error " + Percent(relative_error) + ")";
}

Finding Undecided(Finding finding, const std::string& why) {
  finding.rule = FindingRule::kEstimateUndecided;
  finding.message += ": " + why;
  finding.remedy = "raise --memory-limit, or leave it away, for an exact count";
  return finding;
}

void JudgeFamily(const Census& census, const Policy& policy, const FamilyFacts& facts, const Projection& projection,
                 std::vector<Finding>* findings) {
  FamilyJudge judge(census, policy, facts, projection, findings);
  judge.JudgeSeries();
  for (const LabelFacts& label : facts.labels) {
    judge.JudgeValues(label);
    judge.JudgeAdmission(label);
    judge.JudgeExpectation(label);
    judge.JudgeCollision(label);
  }
}

}  // namespace seriesguard
