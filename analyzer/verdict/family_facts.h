// SPDX-License-Identifier: Apache-2.0
//
// family_facts.h: one family in one target, counted as it is stored and as the policy's rules would make it.
//
// Use:      gathered once a (family, input) that some rule speaks for; then judged, projected and forgotten.
// Threads:  as Census.
// Memory:   counts and a few flags: no value of the dump is copied but those at the top of a count.
// Cost:     the observed count; once more as much where a rule changes values or names the label.
// Source:   docs/check.md, "Stages".
#ifndef SERIESGUARD_ANALYZER_VERDICT_FAMILY_FACTS_H_
#define SERIESGUARD_ANALYZER_VERDICT_FAMILY_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/report/finding.h"
#include "analyzer/verdict/rule_assignment.h"

namespace seriesguard {

// One label with a rule that occurs in the family in this target.
struct LabelFacts {
  const AssignedLabel* assigned = nullptr;
  uint64_t observed_values = 0;     // distinct, as stored
  bool observes_otherwise = false;  // the word `otherwise` is one of them
  uint64_t normalised_values = 0;   // distinct after the rule's steps, `otherwise` among them
  bool makes_otherwise = false;     // `otherwise` is one of those
  bool refuses_values = false;      // some value is admitted by no list, route or normaliser
  bool refuses_absent = false;      // series without the label are not admitted (Kubernetes manifests)
  // Other labels with `expect`, by their place among the facts, whose value here fixes this one's: new values of this
  // label come with new values of theirs. Empty unless two labels of the family have `expect`.
  std::vector<size_t> fixed_by;
  // Only of an estimated census, which has kept no values:
  double relative_error = 0;          // of observed_values
  bool otherwise_is_unknown = false;  // it may be one of the values
  bool is_unchecked = false;          // the rule's steps were not applied; the normalised numbers are the observed ones

  // Values that a value_limit speaks of: `otherwise` and the empty value are extra.
  uint64_t NamedValues(bool normalised) const {
    return normalised ? normalised_values - (makes_otherwise ? 1 : 0) : observed_values - (observes_otherwise ? 1 : 0);
  }
};

struct FamilyFacts {
  size_t family = 0;
  size_t input = 0;
  const FamilyRules* rules = nullptr;
  bool has_overflow = false;    // `otherwise` in this target is what was folded, not a value
  bool is_upper_bound = false;  // of an estimated census: normalisation would leave fewer, nobody knows how many
  FamilyCount observed;
  std::optional<FamilyCount> normalised;  // empty: the rules change nothing here, it is `observed`
  std::vector<LabelFacts> labels;
  Stage stage = Stage::kObserved;  // what limits are judged on: kObserved or kNormalised

  bool JudgesNormalised() const { return stage == Stage::kNormalised; }
  const FamilyCount& judged() const { return JudgesNormalised() && normalised ? *normalised : observed; }
};

struct FactsQuestion {
  size_t family = 0;
  size_t input = 0;
  const FamilyRules* rules = nullptr;  // outlives the answer
  bool has_overflow = false;
  bool as_guarded = false;
};

// Counts. Where the family has no series in this input, observed.series is 0 and nothing else is filled.
FamilyFacts GatherFacts(const Census& census, const FactsQuestion& question);

// The changes that the rules make to every label, to be counted with Census::Recount. They view `rules`.
//
// `see`, where given, is told of every value of a label: its raw bytes, and what became of it.
using SeeValue = std::function<void(const AssignedLabel& label, std::string_view raw, const Normalized& normalized)>;
std::vector<LabelTransform> TransformsOf(const FamilyRules& rules, const SeeValue& see = {});

// Says whether `label`'s rule does not admit `raw`, which is what `normalized` was made of.
bool IsRefused(const AssignedLabel& label, std::string_view raw, const Normalized& normalized, bool has_overflow);

// Says whether the rule makes an absent label into `otherwise`.
bool RefusesAbsent(const AssignedLabel& label);

// Returns the count of a label, or null where no series of the count carries it.
const LabelCount* FindLabel(const FamilyCount& count, std::string_view label);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_VERDICT_FAMILY_FACTS_H_
