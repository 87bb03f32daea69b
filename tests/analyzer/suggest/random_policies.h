// SPDX-License-Identifier: Apache-2.0
//
// random_policies.h: policies by chance that meet the same target, to be compared with what suggest chooses.
//
// Use:      tests only.
// Threads:  one at a time.
//
// A random policy begins with no rule. Again and again a label that has none is drawn, and one remedy for it: drop, a
// normaliser or template that fits, an allow list of the values with most series or of values drawn, of a random length.
// It ends as soon as the target is met, so that nothing is lost without need; a rule that saves nothing stays, as with
// people. Rules whose reserve would not fit into the budget are not taken: the policy would not be valid.
#ifndef SERIESGUARD_TESTS_ANALYZER_SUGGEST_RANDOM_POLICIES_H_
#define SERIESGUARD_TESTS_ANALYZER_SUGGEST_RANDOM_POLICIES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/suggest/remedies.h"

namespace seriesguard {

class RandomPolicies {
 public:
  RandomPolicies(const Census& census, uint64_t seed);

  // Makes one policy; returns the label sets that it keeps, or 0 where it did not come down to `most_series`.
  uint64_t Next(uint64_t most_series);

 private:
  struct Place {
    size_t family = 0;  // of families_
    size_t label = 0;
  };
  struct Family {
    size_t index = 0;
    std::vector<LabelInDump> labels;
    std::vector<std::vector<Remedy>> natural;  // natural[i]: of labels[i]
  };

  uint64_t Random();
  size_t Below(size_t bound) { return static_cast<size_t>(Random() % bound); }
  Remedy Draw(const Family& family, size_t label);

  const Census& census_;
  uint64_t state_;
  std::vector<Family> families_;
  uint64_t series_ = 0, label_sets_ = 0;  // without any rule
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_SUGGEST_RANDOM_POLICIES_H_
