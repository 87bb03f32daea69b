// SPDX-License-Identifier: Apache-2.0
//
// label_rule_checks.cc: see the header.
#include "rules/reading/label_rule_checks.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"

namespace seriesguard {

void CheckDropStandsAlone(const FieldReader& fields, Findings* findings) {
  for (const std::string_view key : KeysOf(PolicySection::kLabel)) {
    if (key == "drop" || !fields.Has(key)) continue;
    findings->Error(policy_code::kConflictingKeys, fields.Where(key),
                    '"' + std::string(key) + "\" means nothing beside \"drop: true\"",
                    "a dropped label has no values: keep one of the two");
  }
}

void CheckValues(const LabelRule& rule, Findings* findings) {
  const auto is_allowed = [&rule](const std::string& value) {
    return std::find(rule.allow.begin(), rule.allow.end(), value) != rule.allow.end();
  };
  if (rule.has_allow && is_allowed(rule.otherwise)) {
    findings->Warning(policy_code::kOtherwiseAllowed, rule.allow_location,
                      "\"allow\" of label " + Quoted(rule.label) + " contains its own \"otherwise\", " +
                          Quoted(rule.otherwise) + ": a real value and the folded ones become one series",
                      "choose another word for \"otherwise\"");
  }
  if (rule.has_allow) {
    for (const std::string& pin : rule.pins) {
      if (is_allowed(pin)) continue;
      findings->Warning(policy_code::kUnreachableValue, rule.pin_location,
                        "the pinned value " + Quoted(pin) + " of label " + Quoted(rule.label) +
                            " is not in \"allow\": no series can carry it");
    }
  }
}

}  // namespace seriesguard
