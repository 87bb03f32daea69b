// SPDX-License-Identifier: Apache-2.0
//
// guarded_series.h: what a guard that enforces a policy makes of one series after the other.
//
// Use:      by `policy test` and `policy explain`; the rules are assigned and compiled as the verdict's are
//           (analyzer/verdict/rule_assignment.h).
// Threads:  one thread.
// Errors:   Make and Apply return InvalidArgument where a rule does not compile; a series without a rule is an answer.
// Limits:   a metric's series_limit and the budget are not applied: what a service stores depends on all of its metrics.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_GUARDED_SERIES_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_GUARDED_SERIES_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/policy_test/named_values.h"
#include "analyzer/policy_test/test_series.h"
#include "analyzer/verdict/rule_assignment.h"
#include "rules/normalizer.h"
#include "rules/policy.h"

namespace seriesguard {

// The longest value that a guard keeps, and the longest raw one that it normalises (lib/guard/label_gate.h has the same).
inline constexpr size_t kLongestValueBytes = 1024;
inline constexpr size_t kLongestRawBytes = 8192;

// What became of one label's value, and at which step it was decided.
enum class Fate {
  kKept,
  kChanged,     // normalised to another value
  kDropped,     // the label is gone
  kUnreadable,  // became `otherwise`: the normaliser could not read it
  kNoRoute,     // ... no route matched
  kNotAllowed,  // ... not in the allow-list
  kTooLong,     // ... longer than any value may be
  kLimit,       // ... the value_limit has no place left
  kByTraffic,   // no place is left, and `admit: busiest` decides by traffic: nobody can tell here
};

// Says whether the value became `otherwise`.
constexpr bool IsFolded(Fate fate) { return fate >= Fate::kUnreadable && fate <= Fate::kLimit; }

struct GuardedValue {
  std::string label;
  std::string raw;    // empty: the series does not carry the label
  std::string value;  // empty: it is gone
  Fate fate = Fate::kKept;
  AssignedLabel assigned;  // its rule is null where nothing speaks for the label
};

struct GuardedSeries {
  std::string family;
  const MetricRule* metric = nullptr;  // null: the guard does not wrap the metric, the series stays as it is
  TestSeries series;
  std::vector<GuardedValue> values;  // one a label of the input, by name; under a manifest also of absent ones
};

class PolicyGuard {
 public:
  // Lifetime:  views `policy`, which must outlive the guard and its answers and not be changed or moved.
  static absl::StatusOr<PolicyGuard> Make(const Policy& policy);

  // Guards one series more; the values that it brings take their places.
  absl::StatusOr<GuardedSeries> Apply(const TestSeries& input);

  // Forgets which values have places.
  void Restart() { named_.clear(); }

  const Policy& policy() const { return *policy_; }
  const MetricMatcher& matcher() const { return book_.matcher(); }

 private:
  PolicyGuard(const Policy& policy, RuleBook book) : policy_(&policy), book_(std::move(book)) {}

  GuardedValue Guard(const std::string& family, const AssignedLabel& assigned, std::string_view raw);

  const Policy* policy_;
  RuleBook book_;
  std::map<std::pair<std::string, std::string>, NamedValues> named_;  // by family and label
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_GUARDED_SERIES_H_
