// SPDX-License-Identifier: Apache-2.0
//
// metric_rule_reader.cc: see the header.
#include "rules/reading/metric_rule_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "rules/reading/field_reader.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/policy_keys.h"
#include "rules/reading/quantity.h"
#include "rules/reading/regex_check.h"
#include "rules/reading/yaml_values.h"

namespace seriesguard {
namespace {

constexpr std::string_view kOwnPrefix = "seriesguard_";
constexpr int64_t kLeastFreezeNs = 300'000'000'000;  // a server looks back five minutes
constexpr int64_t kLeastFreezeScrapes = 4;

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Refuses the name of a sample where the name of a family is due.
void CheckFamilyName(const std::string& name, SourceLocation location, Findings* findings) {
  for (const std::string_view suffix : {"_bucket", "_sum", "_count", "_created"}) {
    if (name.size() <= suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0) continue;
    const std::string family = name.substr(0, name.size() - suffix.size());
    findings->Error(policy_code::kSeriesName, location,
                    Quoted(name) + " is the name of a sample: a rule speaks for the whole family",
                    "did you mean " + Quoted(family) + "?");
  }
}

// Reads `name` or `match`, of which exactly one must be there.
void ReadNameOrMatch(const FieldReader& fields, const YamlNode& node, MetricRule* rule, Findings* findings) {
  if (fields.Has("name") && fields.Has("match")) {
    findings->Error(policy_code::kConflictingKeys, fields.Where("match"),
                    "a metric rule has either \"name\" or \"match\", not both", "keep one of the two");
  } else if (!fields.Has("name") && !fields.Has("match")) {
    findings->Error(policy_code::kMissingKey, node.location, "a metric rule needs \"name\" or \"match\"",
                    "expected - name: http_requests_total, or - match: \"http_.*_total\"");
    return;
  }
  const std::string_view key = fields.Has("name") ? "name" : "match";
  const std::optional<std::string> text = fields.Text(key);
  rule->location = fields.At(key);
  if (!text) return;
  if (text->empty()) {
    findings->Error(policy_code::kOutOfRange, rule->location, '"' + std::string(key) + "\" must not be empty");
    return;
  }
  if (StartsWith(*text, kOwnPrefix)) {
    findings->Error(policy_code::kReservedName, rule->location,
                    "no rule may speak for the metrics of seriesguard itself (" + std::string(kOwnPrefix) + "*)",
                    "remove the rule: their number is bounded by the policy");
  }
  if (key == "name") {
    CheckFamilyName(*text, rule->location, findings);
    rule->name = *text;
  } else if (CheckRegex(*fields.Find("match"), findings)) {
    rule->match = *text;
  }
}

void ReadBusiest(const YamlNode& node, MetricRule* rule, Findings* findings) {
  const FieldReader fields(node, PolicySection::kBusiest, "\"busiest\"", findings);
  BusiestOptions& options = rule->busiest;
  options.half_life_ns = fields.DurationNs("half_life").value_or(options.half_life_ns);
  options.new_series_per_hour = fields.Percent("new_series_per_hour").value_or(options.new_series_per_hour);
  if (const std::optional<double> advantage = fields.Number("advantage")) {
    options.advantage = *advantage;
    if (*advantage < 1) {
      findings->Error(policy_code::kOutOfRange, fields.At("advantage"),
                      "\"advantage\" must be at least 1: it is how many times busier a value must be to be promoted");
    }
  }
}

void ReadFreeze(const FieldReader& fields, int64_t scrape_interval_ns, MetricRule* rule, Findings* findings) {
  rule->freeze_ns = fields.DurationNs("freeze");
  if (!rule->freeze_ns) return;
  const int64_t scrapes_ns =
      scrape_interval_ns > INT64_MAX / kLeastFreezeScrapes ? INT64_MAX : kLeastFreezeScrapes * scrape_interval_ns;
  const int64_t least_ns = std::max(kLeastFreezeNs, scrapes_ns);
  if (*rule->freeze_ns >= least_ns) return;
  findings->Warning(policy_code::kShortFreeze, fields.At("freeze"),
                    "\"freeze\" of " + DurationText(*rule->freeze_ns) + " is shorter than " + DurationText(least_ns) +
                        ", the larger of 5m and 4 scrape intervals: a server may miss the last increments of a series");
}

MetricRuleDraft ReadMetricRule(const YamlNode& node, int64_t scrape_interval_ns, Findings* findings) {
  MetricRuleDraft draft;
  MetricRule& rule = draft.rule;
  rule.location = node.location;
  const FieldReader fields(node, PolicySection::kMetric, "a metric rule", findings);
  if (node.kind != YamlNode::Kind::kMapping) {
    draft.is_sound = false;
    return draft;
  }
  ReadNameOrMatch(fields, node, &rule, findings);
  rule.series_limit = fields.WholeNumber("series_limit", 1);
  if (rule.series_limit) rule.series_limit_location = fields.At("series_limit");
  rule.owner = fields.Text("owner").value_or("");
  rule.reason = fields.Text("reason").value_or("");
  rule.required = fields.Bool("required").value_or(false);
  rule.zero_first = fields.Bool("zero_first").value_or(false);
  ReadFreeze(fields, scrape_interval_ns, &rule, findings);
  constexpr Fold kFolds[] = {Fold::kSum, Fold::kMax, Fold::kMin, Fold::kLast};
  if (const std::optional<size_t> word = fields.Word("fold", {"sum", "max", "min", "last"})) rule.fold = kFolds[*word];
  rule.capacity = fields.WholeNumber("capacity", 1);
  if (rule.capacity) rule.capacity_location = fields.At("capacity");
  rule.max_workers = fields.WholeNumber("max_workers", 1);
  if (const YamlNode* const busiest = fields.Find("busiest")) {
    draft.busiest_location = fields.Where("busiest");
    ReadBusiest(*busiest, &rule, findings);
  }
  draft.is_sound = fields.is_sound();
  if (const YamlNode* const labels = fields.Find("labels")) draft.labels = ReadLabelRules(*labels, findings);
  return draft;
}

}  // namespace

std::vector<MetricRuleDraft> ReadMetricRules(const YamlNode& node, int64_t scrape_interval_ns, Findings* findings) {
  std::vector<MetricRuleDraft> drafts;
  if (node.kind != YamlNode::Kind::kList) {
    ReportWrongType(node, "\"metrics\"", "a list of rules, each starting with - name: or - match:", findings);
    return drafts;
  }
  for (const YamlNode& item : node.items) drafts.push_back(ReadMetricRule(item, scrape_interval_ns, findings));
  return drafts;
}

}  // namespace seriesguard
