// SPDX-License-Identifier: Apache-2.0
//
// suggested_label.h: the rule that one label would need, and the numbers that it rests on.
//
// Use:      by SuggestPolicy, which gives the rules their arithmetic.
// Threads:  pure functions.
// Source:   suggest_policy.h.
#ifndef SERIESGUARD_LIB_GUARD_SUGGESTED_LABEL_H_
#define SERIESGUARD_LIB_GUARD_SUGGESTED_LABEL_H_

#include <cstdint>
#include <string>

#include "lib/guard/guard_report.h"
#include "rules/label_rule.h"

namespace seriesguard {

struct SuggestedLabel {
  LabelRule rule;
  std::string why;              // one line, safe to show
  double growth = 1;            // values that are likely to be counted apart, per value that is now; at least 1
  double values = 1;            // that are likely, the overflow word and absence included
  bool may_be_limited = false;  // an `allow` that nobody asked for: a value_limit would do as well
};

inline constexpr double kHeadRoom = 1.25;

// Suggests a rule for `label`, for which `rule` is in force.
SuggestedLabel SuggestLabel(const GuardReport& report, const FamilyReport& family, const LabelReport& label,
                            const LabelRule& rule);

// Replaces a suggested `allow` by a value_limit, where the list would keep more series free than are needed.
void LimitInsteadOfAllow(const LabelReport& label, SuggestedLabel* suggested);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_SUGGESTED_LABEL_H_
