// SPDX-License-Identifier: Apache-2.0
//
// label_rule_checks.cc: see the header.
#include "rules/reading/label_rule_checks.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/normalizer.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"

namespace seriesguard {
namespace {

// Reports those of `values` that the steps of the rule, or its list, make something else of: no series carries them.
void WarnOfUnreachable(const LabelRule& rule, const std::vector<std::string>& values, std::string_view kind,
                       SourceLocation location, const CompiledLabelRule& steps, Findings* findings) {
  const std::unordered_set<std::string> allowed(rule.allow.begin(), rule.allow.end());
  std::string scratch;
  for (const std::string& value : values) {
    const Normalized normalized = steps.Apply(value, &scratch);
    std::string why;
    if (normalized.outcome != Normalized::Outcome::kUnchanged) {
      why = "the rule makes it " +
            Quoted(normalized.outcome == Normalized::Outcome::kOtherwise ? rule.otherwise : normalized.value);
    } else if (rule.has_allow && allowed.count(value) == 0) {
      why = "it is not in \"allow\"";
    } else {
      continue;
    }
    findings->Warning(policy_code::kUnreachableValue, location,
                      "no series can carry the " + std::string(kind) + " value " + Quoted(value) + " of label " +
                          Quoted(rule.label) + ": " + why);
  }
}

}  // namespace

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
  if (std::find(rule.allow.begin(), rule.allow.end(), rule.otherwise) != rule.allow.end()) {
    findings->Warning(policy_code::kOtherwiseAllowed, rule.allow_location,
                      "\"allow\" of label " + Quoted(rule.label) + " contains its own \"otherwise\", " +
                          Quoted(rule.otherwise) + ": a real value and the folded ones become one series",
                      "choose another word for \"otherwise\"");
  }
  LabelRule steps = rule;
  steps.has_allow = false;
  const absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(steps);
  if (!compiled.ok()) {
    findings->Error(policy_code::kBadValue, rule.location, std::string(compiled.status().message()));
    return;
  }
  WarnOfUnreachable(rule, rule.allow, "allowed", rule.allow_location, *compiled, findings);
  WarnOfUnreachable(rule, rule.pins, "pinned", rule.pin_location, *compiled, findings);
}

}  // namespace seriesguard
