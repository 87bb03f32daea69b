// SPDX-License-Identifier: Apache-2.0
//
// family_diff.h: the two sides of one metric: what was added, what is gone, and why.
//
// Use:      by DiffSeries, one object a thread, one call a family.
// Threads:  one thread an object; the data is only read.
// Memory:   side_keys.h and key_compare.h, kept; 8 bytes a series that one side lacks, a byte a distinct value of the
//           labels that have a new or a gone one.
// Cost:     one pass over every label, the comparison of the keys, and one more pass over labels with a new or a gone
//           value.
//
// Invariants
//   1. before + added = after + gone, and the causes of a direction add up to it.
#ifndef SERIESGUARD_ANALYZER_DIFF_FAMILY_DIFF_H_
#define SERIESGUARD_ANALYZER_DIFF_FAMILY_DIFF_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/diff/change.h"
#include "analyzer/diff/key_compare.h"
#include "analyzer/diff/label_sets.h"
#include "analyzer/diff/side_keys.h"
#include "analyzer/diff/target_pairs.h"

namespace seriesguard {

class FamilyDiff {
 public:
  // Lifetime: all outlive the object.
  FamilyDiff(const CensusData& data, const std::vector<TargetPair>& pairs, const std::vector<uint8_t>& bit_of_input,
             const std::vector<std::string>& ignored_labels);

  // Compares the two sides of a family; `targets` (as many as there are pairs) gets its series added. The types are
  // left to the caller.
  MetricChange Compare(const FamilyTables& family, std::vector<TargetChange>* targets);

 private:
  enum Direction : size_t { kAdded, kGone };

  // A label some value of which one side lacks.
  struct DifferingLabel {
    uint32_t index;                   // into FamilyTables::labels
    std::vector<uint8_t> sides;       // by code
    bool is_named[2] = {};            // by direction: the side that lacks the series has the label
    std::vector<uint32_t> series[2];  // by direction and code: series on one side only, with a value the other lacks
  };
  // A series on one side only.
  struct OneSided {
    size_t offset;  // of its first row
    uint32_t set;   // labels whose value the other side lacks; kept up only where `cause` is left to them
    uint8_t cause;  // a ChangeCause, or kByLabels
  };

  void CodeLabels(const FamilyTables& family, MetricChange* change);
  void CompareTargets(MetricChange* change, std::vector<TargetChange>* targets);
  void AddOneSided(Direction direction, size_t offset, const std::vector<uint32_t>& rows, uint8_t cause);
  LabelChange MarkLabel(const FamilyTables& family, DifferingLabel* label);
  void CountCauses(const FamilyTables& family, Direction direction, std::vector<CauseCount>* causes);
  CauseCount CauseOfSet(const FamilyTables& family, Direction direction, uint32_t set) const;

  const std::vector<TargetPair>& pairs_;
  const std::vector<uint8_t>& bit_of_input_;
  const std::vector<std::string>& ignored_;
  std::vector<size_t> pair_of_input_;
  SideKeys keys_;
  KeyCompare compare_;
  LabelSets sets_[2];  // by direction
  std::vector<OneSided> one_sided_[2];
  std::vector<DifferingLabel> differing_;
  std::vector<uint32_t> gone_rows_, added_rows_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_DIFF_FAMILY_DIFF_H_
