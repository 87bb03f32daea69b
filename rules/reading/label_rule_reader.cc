// SPDX-License-Identifier: Apache-2.0
//
// label_rule_reader.cc: reading one label rule key by key; what its keys mean together is label_rule_checks.cc.
#include "rules/reading/label_rule_reader.h"

#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "rules/reading/field_reader.h"
#include "rules/reading/label_rule_checks.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"
#include "rules/reading/value_step_reader.h"
#include "rules/reading/yaml_values.h"

namespace seriesguard {
namespace {

void ReadOtherwise(const FieldReader& fields, LabelRuleDraft* draft, Findings* findings) {
  std::optional<std::string> otherwise = fields.Text("otherwise");
  if (!otherwise) return;
  draft->has_otherwise = true;
  draft->rule.otherwise_location = fields.At("otherwise");
  if (otherwise->empty()) {
    findings->Error(policy_code::kEmptyOtherwise, fields.At("otherwise"), "\"otherwise\" must not be empty",
                    "an empty label is the same as none, and the folded values would lose it: choose a word");
    return;
  }
  draft->rule.otherwise = *std::move(otherwise);
}

LabelRuleDraft ReadLabelRule(const YamlEntry& entry, Findings* findings) {
  LabelRuleDraft draft;
  LabelRule& rule = draft.rule;
  rule.label = entry.key;
  rule.location = entry.location;
  const size_t errors_before = findings->error_count();
  CheckLabelName(entry.key, entry.location, findings);
  const FieldReader fields(entry.value, PolicySection::kLabel, "the rule of label " + Quoted(entry.key), findings);

  rule.drop = fields.Bool("drop").value_or(false);
  ReadValueSteps(fields, &rule, findings);
  if (std::optional<std::vector<std::string>> allow = fields.TextList("allow", /*may_be_empty=*/true)) {
    rule.has_allow = true;
    rule.allow = *std::move(allow);
    rule.allow_location = fields.At("allow");
  }
  rule.value_limit = fields.WholeNumber("value_limit", 1);
  if (rule.value_limit) rule.value_limit_location = fields.At("value_limit");
  ReadOtherwise(fields, &draft, findings);
  if (const std::optional<size_t> word = fields.Word("admit", {"first", "busiest"})) {
    rule.admit = *word == 0 ? Admission::kFirst : Admission::kBusiest;
    rule.admit_location = fields.At("admit");
  }
  if (std::optional<std::vector<std::string>> pins = fields.TextList("pin", /*may_be_empty=*/true)) {
    rule.pins = *std::move(pins);
    rule.pin_location = fields.At("pin");
  }
  rule.expect = fields.WholeNumber("expect", 1);
  if (rule.expect) rule.expect_location = fields.At("expect");

  if (rule.drop) CheckDropStandsAlone(fields, findings);
  draft.is_sound = findings->error_count() == errors_before;
  if (draft.is_sound && !rule.drop) CheckValues(rule, findings);
  return draft;
}

}  // namespace

std::vector<LabelRuleDraft> ReadLabelRules(const YamlNode& node, Findings* findings) {
  std::vector<LabelRuleDraft> drafts;
  if (node.kind != YamlNode::Kind::kMapping) {
    ReportWrongType(node, "\"labels\"", "a mapping from a label name to its rule", findings);
    return drafts;
  }
  for (const YamlEntry& entry : node.entries) drafts.push_back(ReadLabelRule(entry, findings));
  return drafts;
}

}  // namespace seriesguard
