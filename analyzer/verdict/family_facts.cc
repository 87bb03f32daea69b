// SPDX-License-Identifier: Apache-2.0
//
// family_facts.cc: one recount answers everything at once: the rules are applied once a distinct value by the census
// itself, and what they did is noted on the way.
#include "analyzer/verdict/family_facts.h"

#include <algorithm>
#include <string>
#include <utility>

namespace seriesguard {
namespace {

// What the top of a count says about one value: there, not there, or (empty) not known.
std::optional<bool> TopHas(const LabelCount& count, std::string_view value) {
  for (const ValueCount& top : count.top) {
    if (top.value == value) return true;
  }
  if (count.other_values == 0) return false;
  return std::nullopt;
}

// Says whether somebody will ask which of the label's values is `otherwise`.
bool NeedsOtherwise(const AssignedLabel& label, const LabelCount& count) {
  if (label.is_written) return true;
  return label.rule->value_limit && count.values > static_cast<uint64_t>(*label.rule->value_limit);
}

// An estimated census has kept no values: what the rules make of them is not known.
void ForgetValues(FamilyFacts* facts) {
  for (LabelFacts& label : facts->labels) {
    const LabelCount* const count = FindLabel(facts->observed, label.assigned->label);
    label.relative_error = count->values_estimated ? facts->observed.relative_error : 0;
    label.otherwise_is_unknown = true;
    label.refuses_absent = false;
    if (label.assigned->compiled == nullptr) continue;
    facts->is_upper_bound = facts->is_upper_bound || facts->JudgesNormalised();
    label.is_unchecked = !label.assigned->compiled->is_drop();
  }
}

// Finds which labels that are expected to grow repeat one another. What a rule changes may be less than what it was made
// of, so only a label as it is written can fix another.
void FindFixedLabels(const Census& census, FamilyFacts* facts) {
  const auto grows = [](const LabelFacts& label) { return label.assigned->rule->expect.has_value(); };
  if (std::count_if(facts->labels.begin(), facts->labels.end(), grows) < 2) return;
  for (const Dependency& dependency : census.Dependencies(facts->family)) {
    if (dependency.exceptions > 0) continue;
    for (size_t i = 0; i < facts->labels.size(); ++i) {
      const LabelFacts& determinant = facts->labels[i];
      if (determinant.assigned->label != dependency.determinant || !grows(determinant)) continue;
      if (determinant.assigned->compiled != nullptr) continue;
      for (LabelFacts& label : facts->labels) {
        if (label.assigned->label == dependency.dependent && grows(label)) label.fixed_by.push_back(i);
      }
    }
  }
}

}  // namespace

const LabelCount* FindLabel(const FamilyCount& count, std::string_view label) {
  for (const LabelCount& candidate : count.labels) {
    if (candidate.name == label) return &candidate;
  }
  return nullptr;
}

bool IsRefused(const AssignedLabel& label, std::string_view raw, const Normalized& normalized, bool has_overflow) {
  if (normalized.outcome != Normalized::Outcome::kOtherwise) return false;
  return raw != label.rule->otherwise || !has_overflow;
}

bool RefusesAbsent(const AssignedLabel& label) {
  if (!label.rule->applies_to_absent || label.compiled == nullptr) return false;
  std::string scratch;
  return label.compiled->Apply({}, &scratch).outcome == Normalized::Outcome::kOtherwise;
}

std::vector<LabelTransform> TransformsOf(const FamilyRules& rules, const SeeValue& see) {
  std::vector<LabelTransform> transforms;
  for (const AssignedLabel& label : rules.labels) {
    if (label.compiled == nullptr) continue;
    LabelTransform transform;
    transform.label = label.label;
    transform.drop = label.compiled->is_drop();
    // Where an absent label becomes `otherwise` too, the two are one series. A recount never asks about absent labels,
    // so `otherwise` is made absent instead: the same series become equal.
    const bool joins_absent = RefusesAbsent(label);
    transform.map = [&label, see, joins_absent, scratch = std::string()](std::string_view raw) mutable -> std::string {
      const Normalized normalized = label.compiled->Apply(raw, &scratch);
      if (see) see(label, raw, normalized);
      if (joins_absent && normalized.value == label.rule->otherwise) return {};
      return std::string(normalized.value);
    };
    transforms.push_back(std::move(transform));
  }
  return transforms;
}

FamilyFacts GatherFacts(const Census& census, const FactsQuestion& question) {
  FamilyFacts facts;
  facts.family = question.family;
  facts.input = question.input;
  facts.rules = question.rules;
  facts.has_overflow = question.has_overflow;
  // The guard normalises what it wraps, and it wraps what a metric rule speaks for.
  if (question.as_guarded && question.rules->metric != nullptr) facts.stage = Stage::kNormalised;
  CountOptions options;
  options.input = question.input;
  facts.observed = census.Count(question.family, options);
  if (facts.observed.series == 0) return facts;

  std::vector<size_t> to_scan;  // indexes into facts.labels, of which only a scan tells whether `otherwise` occurs
  for (const AssignedLabel& label : question.rules->labels) {
    const LabelCount* const count = FindLabel(facts.observed, label.label);
    if (count == nullptr) continue;
    LabelFacts of_label;
    of_label.assigned = &label;
    of_label.observed_values = of_label.normalised_values = count->values;
    const std::optional<bool> known = TopHas(*count, label.rule->otherwise);
    of_label.observes_otherwise = known.value_or(false);
    of_label.refuses_absent = count->series_with < facts.observed.series && RefusesAbsent(label);
    if (!known && label.compiled == nullptr && NeedsOtherwise(label, *count)) to_scan.push_back(facts.labels.size());
    facts.labels.push_back(of_label);
  }
  if (census.estimated()) {
    ForgetValues(&facts);
    return facts;
  }
  const auto facts_of = [&facts](const AssignedLabel& label) {
    return std::find_if(facts.labels.begin(), facts.labels.end(),
                        [&label](const LabelFacts& of_label) { return of_label.assigned == &label; });
  };
  std::vector<LabelTransform> transforms = TransformsOf(
      *question.rules, [&](const AssignedLabel& label, std::string_view raw, const Normalized& normalized) {
        const auto of_label = facts_of(label);
        if (of_label == facts.labels.end()) return;
        of_label->observes_otherwise = of_label->observes_otherwise || raw == label.rule->otherwise;
        of_label->makes_otherwise = of_label->makes_otherwise || normalized.value == label.rule->otherwise;
        of_label->refuses_values = of_label->refuses_values || IsRefused(label, raw, normalized, question.has_overflow);
      });
  const bool normalises = !transforms.empty();
  for (const size_t index : to_scan) {
    LabelFacts* const of_label = &facts.labels[index];
    transforms.push_back({of_label->assigned->label, false, [of_label](std::string_view raw) {
                            if (raw == of_label->assigned->rule->otherwise) of_label->observes_otherwise = true;
                            return std::string(raw);
                          }});
  }
  FamilyCount recount;
  if (!transforms.empty()) recount = census.Recount(question.family, options, transforms);
  for (LabelFacts& of_label : facts.labels) {
    if (of_label.assigned->compiled == nullptr) {
      of_label.makes_otherwise = of_label.observes_otherwise;
      continue;
    }
    const LabelCount* const count = FindLabel(recount, of_label.assigned->label);
    of_label.normalised_values = count == nullptr ? 0 : count->values;
    const bool joined_absent = of_label.makes_otherwise && RefusesAbsent(*of_label.assigned);
    of_label.makes_otherwise = of_label.makes_otherwise || of_label.refuses_absent;
    if (joined_absent || of_label.refuses_absent) ++of_label.normalised_values;
  }
  if (normalises) facts.normalised = std::move(recount);
  FindFixedLabels(census, &facts);
  return facts;
}

}  // namespace seriesguard
