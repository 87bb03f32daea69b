// SPDX-License-Identifier: Apache-2.0
//
// named_values.h: which values of one label have a name under `value_limit`, when they come one after the other.
//
// Use:      one object a (metric, label) of a test; asked with normalised values in the order of the test.
// Threads:  one thread.
// Source:   docs/policy.md (what value_limit counts) and docs/guard.md, "Who gets a place": pins have their places from the
//           start; `first` gives a free place to whoever comes; once none is free, `busiest` decides by traffic, which a
//           list of series does not have.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_NAMED_VALUES_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_NAMED_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "rules/label_rule.h"

namespace seriesguard {

// Says whether every value that passes the rule's steps has its place from the start: allow-lists and routes (the policy
// would not be sound without), and a normaliser whose few values all fit below the limit.
bool HasPlacesForAll(const LabelRule& rule);

class NamedValues {
 public:
  enum class Answer {
    kNamed,      // has a place, or gets one now
    kFolded,     // no place is free: it becomes `otherwise`
    kByTraffic,  // no place is free, and who has one is decided by traffic
  };

  // Keeps the limit and the pins of `rule`.
  explicit NamedValues(const LabelRule& rule);

  // Requires:  `value` is normalised, not empty and not `otherwise`.
  Answer Admit(std::string_view value);

 private:
  std::unordered_set<std::string> named_;
  size_t limit_ = SIZE_MAX;
  Admission admit_ = Admission::kFirst;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_NAMED_VALUES_H_
