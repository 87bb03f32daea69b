// SPDX-License-Identifier: Apache-2.0
//
// default_label_rule.cc: see the header.
#include "rules/default_label_rule.h"

#include <string>

namespace seriesguard {

void ApplyDefaultValueLimit(const PolicyDefaults& defaults, LabelRule* rule) {
  if (rule->value_limit || rule->has_allow || rule->has_route || rule->drop || !defaults.value_limit) return;
  rule->value_limit = defaults.value_limit;
  rule->value_limit_from_defaults = true;
}

LabelRule DefaultLabelRule(const Policy& policy, std::string_view label) {
  LabelRule rule;
  rule.label = std::string(label);
  rule.otherwise = policy.defaults.otherwise;
  if (label != "le" && label != "quantile") ApplyDefaultValueLimit(policy.defaults, &rule);
  return rule;
}

}  // namespace seriesguard
