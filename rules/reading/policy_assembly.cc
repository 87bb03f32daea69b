// SPDX-License-Identifier: Apache-2.0
//
// policy_assembly.cc: see the header.
#include "rules/reading/policy_assembly.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "rules/default_label_rule.h"
#include "rules/reading/field_reader.h"
#include "rules/reading/label_rule_reader.h"
#include "rules/reading/metric_rule_reader.h"
#include "rules/reading/policy_arithmetic.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"
#include "rules/reading/rule_names.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxCopiedTexts = 2'000'000;
constexpr size_t kMaxRegexes = 1000;

void ReadVersion(const FieldReader& fields, const YamlNode& root, Policy* policy, Findings* findings) {
  if (!fields.Has("version")) {
    findings->Error(policy_code::kMissingKey, root.location.line == 0 ? SourceLocation{1, 1} : root.location,
                    "a policy needs \"version\"", "expected version: 1 as its first line");
    return;
  }
  const std::optional<int64_t> version = fields.WholeNumber("version", 1);
  if (!version) return;
  policy->version = *version;
  if (*version != 1) {
    findings->Error(policy_code::kOutOfRange, fields.At("version"),
                    "\"version\" " + std::to_string(*version) + " is not known", "this program reads version: 1");
  }
}

// Returns whether the budget was read without an error.
bool ReadBudget(const YamlNode& node, Budget* budget, Findings* findings) {
  const FieldReader fields(node, PolicySection::kBudget, "\"budget\"", findings);
  budget->location = node.location;
  budget->series_limit = fields.WholeNumber("series_limit", 1);
  budget->series_limit_location = fields.At("series_limit");
  budget->unguarded = fields.WholeNumber("unguarded", 0);
  budget->unguarded_location = fields.At("unguarded");
  budget->fleet_series_limit = fields.WholeNumber("fleet_series_limit", 1);
  budget->fleet_location = fields.At("fleet_series_limit");
  return fields.is_sound();
}

void ReadDefaults(const YamlNode& node, PolicyDefaults* defaults, Findings* findings) {
  const FieldReader fields(node, PolicySection::kDefaults, "\"defaults\"", findings);
  defaults->series_limit = fields.WholeNumber("series_limit", 1);
  defaults->value_limit = fields.WholeNumber("value_limit", 1);
  const std::optional<std::string> otherwise = fields.Text("otherwise");
  if (!otherwise) return;
  if (otherwise->empty()) {
    findings->Error(policy_code::kEmptyOtherwise, fields.At("otherwise"), "\"otherwise\" must not be empty",
                    "an empty label is the same as none, and the folded values would lose it: choose a word");
    return;
  }
  defaults->otherwise = *otherwise;
}

void FillDefaults(const PolicyDefaults& defaults, std::vector<LabelRuleDraft>* drafts) {
  for (LabelRuleDraft& draft : *drafts) {
    if (!draft.has_otherwise) draft.rule.otherwise = defaults.otherwise;
    ApplyDefaultValueLimit(defaults, &draft.rule);
  }
}

void CheckLabels(const std::vector<LabelRuleDraft>& drafts, PolicyMode mode, Findings* findings) {
  for (const LabelRuleDraft& draft : drafts) {
    if (draft.is_sound) CheckLabelLimits(draft.rule, mode, findings);
  }
}

// Moves the metric's own rules into place and adds the top-level rules of labels that it does not name.
void MergeLabels(const std::vector<LabelRuleDraft>& top_level, MetricRuleDraft* draft) {
  std::unordered_set<std::string> own;
  for (LabelRuleDraft& label : draft->labels) {
    own.insert(label.rule.label);
    draft->rule.labels.push_back(std::move(label.rule));
    draft->is_sound = draft->is_sound && label.is_sound;
  }
  for (const LabelRuleDraft& label : top_level) {
    if (own.count(label.rule.label) == 0) draft->rule.labels.push_back(label.rule);
  }
}

// Says whether the top-level rules may be copied into `metrics` rules: a text of a mebibyte could ask for gigabytes.
bool CopiesAreFew(const std::vector<LabelRuleDraft>& top_level, size_t metrics, SourceLocation location,
                  Findings* findings) {
  size_t cost = 0;  // in texts; a rule by itself weighs as ten
  for (const LabelRuleDraft& draft : top_level) {
    const LabelRule& rule = draft.rule;
    cost += 10 + rule.allow.size() + rule.pins.size() + rule.routes.size() + rule.ranges.size() +
            2 * rule.replacements.size();
  }
  if (cost == 0 || metrics <= kMaxCopiedTexts / cost) return true;
  findings->Error(policy_code::kTooLarge, location,
                  "the top-level label rules are too long for " + std::to_string(metrics) + " metric rules",
                  "name the label where it needs the rule, or use fewer metric rules with \"match\"");
  return false;
}

void WarnOfIdleBusiest(const MetricRuleDraft& draft, Findings* findings) {
  if (draft.busiest_location.line == 0) return;
  const std::vector<LabelRule>& labels = draft.rule.labels;
  if (std::any_of(labels.begin(), labels.end(),
                  [](const LabelRule& label) { return label.admit == Admission::kBusiest; })) {
    return;
  }
  findings->Warning(policy_code::kNoEffect, draft.busiest_location,
                    "\"busiest\" has no effect: no label of this rule has \"admit: busiest\"");
}

// Fills defaults and top-level rules into the drafts, checks each, and moves them to the policy.
void AssembleMetrics(std::vector<MetricRuleDraft> drafts, const std::vector<LabelRuleDraft>& top_level,
                     bool budget_is_sound, Policy* policy, Findings* findings) {
  const bool top_level_is_sound =
      std::all_of(top_level.begin(), top_level.end(), [](const LabelRuleDraft& draft) { return draft.is_sound; });
  std::vector<bool> is_sound;
  for (MetricRuleDraft& draft : drafts) {
    FillDefaults(policy->defaults, &draft.labels);
    CheckLabels(draft.labels, policy->mode, findings);
    MergeLabels(top_level, &draft);
    if (!draft.rule.series_limit && policy->defaults.series_limit) {
      draft.rule.series_limit = policy->defaults.series_limit;
      draft.rule.series_limit_from_defaults = true;
    }
    if (draft.is_sound && top_level_is_sound) {
      WarnOfIdleBusiest(draft, findings);
      CheckMetricLimits(draft.rule, policy->budget, findings);
    }
    is_sound.push_back(draft.is_sound);
    policy->metrics.push_back(std::move(draft.rule));
  }
  CheckRuleNames(policy->metrics, findings);
  if (!budget_is_sound) return;
  std::vector<const MetricRule*> named;
  for (size_t i = 0; i < policy->metrics.size(); ++i) {
    if (is_sound[i] && !policy->metrics[i].name.empty()) named.push_back(&policy->metrics[i]);
  }
  CheckBudget(policy->budget, named, findings);
}

}  // namespace

void AssemblePolicy(const YamlNode& root, Policy* policy, Findings* findings) {
  // A file without content lacks its version like any other; it is no mapping, but "expected a mapping" would not help.
  const YamlNode empty_mapping = [] {
    YamlNode node;
    node.kind = YamlNode::Kind::kMapping;
    return node;
  }();
  const YamlNode& mapping = root.kind == YamlNode::Kind::kNull ? empty_mapping : root;
  const FieldReader fields(mapping, PolicySection::kPolicy, "a policy", findings);
  if (mapping.kind != YamlNode::Kind::kMapping) return;
  // Compiling a costly expression takes milliseconds before it is refused: a text of a mebibyte has room for 30,000.
  if (const size_t regexes = CountKey(mapping, "match"); regexes > kMaxRegexes) {
    findings->Error(
        policy_code::kTooLarge, fields.Where("metrics"),
        std::to_string(regexes) + " regular expressions (\"match\"), the most is " + std::to_string(kMaxRegexes),
        "exact names are cheaper, and not limited in number");
    return;
  }
  ReadVersion(fields, mapping, policy, findings);
  if (const std::optional<size_t> word = fields.Word("mode", {"enforce", "shadow"})) {
    policy->mode = *word == 0 ? PolicyMode::kEnforce : PolicyMode::kShadow;
  }
  policy->scrape_interval_ns = fields.DurationNs("scrape_interval").value_or(policy->scrape_interval_ns);
  bool budget_is_sound = true;
  if (const YamlNode* const budget = fields.Find("budget")) {
    budget_is_sound = ReadBudget(*budget, &policy->budget, findings);
  }
  if (const YamlNode* const defaults = fields.Find("defaults")) ReadDefaults(*defaults, &policy->defaults, findings);

  std::vector<LabelRuleDraft> top_level;
  if (const YamlNode* const labels = fields.Find("labels")) top_level = ReadLabelRules(*labels, findings);
  for (LabelRuleDraft& draft : top_level) draft.rule.is_top_level = true;
  FillDefaults(policy->defaults, &top_level);
  CheckLabels(top_level, policy->mode, findings);
  for (const LabelRuleDraft& draft : top_level) policy->labels.push_back(draft.rule);

  std::vector<MetricRuleDraft> metrics;
  if (const YamlNode* const node = fields.Find("metrics")) {
    metrics = ReadMetricRules(*node, policy->scrape_interval_ns, findings);
  }
  if (!CopiesAreFew(top_level, metrics.size(), fields.Where("metrics"), findings)) return;
  AssembleMetrics(std::move(metrics), top_level, budget_is_sound, policy, findings);
}

}  // namespace seriesguard
