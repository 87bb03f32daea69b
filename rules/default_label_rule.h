// SPDX-License-Identifier: Apache-2.0
//
// default_label_rule.h: what holds for a label that no rule names.
//
// Use:      by the policy reader for absent keys, by the guard and the verdict for labels without a rule.
// Threads:  pure functions.
// Source:   docs/check.md, "Which rule speaks".
#ifndef SERIESGUARD_RULES_DEFAULT_LABEL_RULE_H_
#define SERIESGUARD_RULES_DEFAULT_LABEL_RULE_H_

#include <string_view>

#include "rules/label_rule.h"
#include "rules/policy.h"

namespace seriesguard {

// Gives `rule` the default value_limit, unless it has one of its own, or `allow`, `route` or `drop`.
void ApplyDefaultValueLimit(const PolicyDefaults& defaults, LabelRule* rule);

// Returns the rule of label `label`, which neither the metric's rule nor the policy's own `labels:` names.
//
// `le` and `quantile` get a rule without any limit: defaults never reach them.
LabelRule DefaultLabelRule(const Policy& policy, std::string_view label);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_DEFAULT_LABEL_RULE_H_
