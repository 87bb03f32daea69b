// SPDX-License-Identifier: Apache-2.0
//
// label_rule_checks.cc: see the header.
#include "rules/reading/label_rule_checks.h"

#include <string>
#include <string_view>
#include <unordered_set>

#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"

namespace seriesguard {

void CheckLabelName(const std::string& label, SourceLocation location, Findings* findings) {
  if (label.empty()) {
    findings->Error(policy_code::kOutOfRange, location, "a label name must not be empty");
  } else if (label == "le" || label == "quantile") {
    findings->Error(policy_code::kReservedLabel, location,
                    "no rule may touch the label " + Quoted(label) + ": its values are the " +
                        (label == "le" ? "boundaries of a histogram" : "quantiles of a summary"),
                    "limit the series of the metric with \"series_limit\" instead");
  } else if (label == "__name__") {
    findings->Error(policy_code::kReservedLabel, location, "\"__name__\" is the metric's name, not a label",
                    "give the name in \"name\" or \"match\" of a metric rule");
  }
}

void CheckDropStandsAlone(const FieldReader& fields, Findings* findings) {
  for (const std::string_view key : KeysOf(PolicySection::kLabel)) {
    if (key == "drop" || !fields.Has(key)) continue;
    findings->Error(policy_code::kConflictingKeys, fields.Where(key),
                    '"' + std::string(key) + "\" means nothing beside \"drop: true\"",
                    "a dropped label has no values: keep one of the two");
  }
}

void CheckValues(const LabelRule& rule, Findings* findings) {
  const std::unordered_set<std::string> allowed(rule.allow.begin(), rule.allow.end());
  if (allowed.count(rule.otherwise) > 0) {
    findings->Warning(policy_code::kOtherwiseAllowed, rule.allow_location,
                      "\"allow\" of label " + Quoted(rule.label) + " contains its own \"otherwise\", " +
                          Quoted(rule.otherwise) + ": a real value and the folded ones become one series",
                      "choose another word for \"otherwise\"");
  }
  if (rule.has_allow) {
    for (const std::string& pin : rule.pins) {
      if (allowed.count(pin) > 0) continue;
      findings->Warning(policy_code::kUnreachableValue, rule.pin_location,
                        "the pinned value " + Quoted(pin) + " of label " + Quoted(rule.label) +
                            " is not in \"allow\": no series can carry it");
    }
  }
}

}  // namespace seriesguard
