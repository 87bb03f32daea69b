// SPDX-License-Identifier: Apache-2.0
//
// family_variants.h: the ways in which one family can be made smaller, each counted exactly.
//
// Use:      MakeSuggestion takes one state of each family, so that all of them fit.
// Threads:  as Census.
// Cost:     as many recounts as `budget` says, each O(rows x labels); the states that save most are asked first.
// Source:   docs/suggest.md, "How it chooses".
#ifndef SERIESGUARD_ANALYZER_SUGGEST_FAMILY_VARIANTS_H_
#define SERIESGUARD_ANALYZER_SUGGEST_FAMILY_VARIANTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/suggest/remedies.h"

namespace seriesguard {

// A family with some rules.
struct FamilyVariant {
  std::vector<Remedy> rules;
  uint64_t series = 0;  // summed over the targets
  uint64_t label_sets = 0;
};

// One family with its labels, and what has been asked about it.
class FamilyVariants {
 public:
  FamilyVariants(const Census& census, size_t family, bool may_list_personal);

  size_t family() const { return family_; }
  const std::vector<LabelInDump>& labels() const { return labels_; }

  // Counts `rules`.
  FamilyVariant Count(std::vector<Remedy> rules);

  // Says whether what the rules of `state` name in any case is no more than the label sets that stay: the reserves of a
  // policy then fit into its budget.
  bool HasItsReserve(const FamilyVariant& state) const;

  // Returns states of which none is as large as another and names fewer label sets; by series, most first. The first is
  // the family as it is, the last the smallest that rules can make it.
  std::vector<FamilyVariant> Enumerate(size_t budget);

 private:
  void Add(std::vector<Remedy> rules);
  void AddFolds(const std::vector<Remedy>& rules, const LabelInDump& label);
  bool HasRoom() const { return counted_ < budget_; }

  const Census& census_;
  const size_t family_;
  std::vector<LabelInDump> labels_;  // that split the family, most values first
  std::vector<Remedy> redundant_;    // drops that lose nothing, applied before anything folds
  std::vector<FamilyVariant> states_;
  size_t budget_ = 0, counted_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_SUGGEST_FAMILY_VARIANTS_H_
