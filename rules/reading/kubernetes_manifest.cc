// SPDX-License-Identifier: Apache-2.0
//
// kubernetes_manifest.cc: see the header.
//
// Spaces beside a comma belong to the name or the value, as they do in Kubernetes: there such an entry silently never
// matches, here it is a warning.
#include "rules/reading/kubernetes_manifest.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "rules/reading/label_rule_checks.h"
#include "rules/reading/policy_codes.h"
#include "rules/reading/yaml_values.h"

namespace seriesguard {
namespace {

constexpr std::string_view kMappingKey = "allowListMapping";
constexpr std::string_view kUnexpected = "unexpected";

bool HasOuterSpace(std::string_view text) { return !text.empty() && (text.front() == ' ' || text.back() == ' '); }

// Splits at every comma; "" gives one empty text, which is what admits the empty value.
std::vector<std::string> SplitValues(std::string_view text) {
  std::vector<std::string> values;
  std::unordered_set<std::string> seen;
  for (;;) {
    const size_t comma = text.find(',');
    std::string value(text.substr(0, comma));
    if (seen.insert(value).second) values.push_back(std::move(value));
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
  }
}

class ManifestReader {
 public:
  ManifestReader(Policy* policy, Findings* findings) : policy_(policy), findings_(findings) {}

  void ReadEntry(const YamlEntry& entry) {
    const size_t comma = entry.key.find(',');
    if (comma == std::string::npos || comma == 0 || comma + 1 == entry.key.size() ||
        entry.key.find(',', comma + 1) != std::string::npos) {
      findings_->Error(policy_code::kManifestKey, entry.location,
                       "the key " + Quoted(entry.key) + " of an allow-list manifest does not name a metric and a label",
                       "expected \"metric,label\": \"value1,value2\"");
      return;
    }
    const auto [first, is_new] = keys_.emplace(entry.key, entry.location);
    if (!is_new) {
      findings_->Error(policy_code::kDuplicateKey, entry.location,
                       "the key " + Quoted(entry.key) + " was already given in " + LineName(first->second));
      return;
    }
    const std::optional<std::string> values = ReadText(entry.value, "the list of " + Quoted(entry.key), findings_);
    if (!values) return;
    LabelRule rule;
    rule.label = entry.key.substr(comma + 1);
    CheckLabelName(rule.label, entry.location, findings_);
    rule.location = entry.location;
    rule.has_allow = true;
    rule.allow = SplitValues(*values);
    rule.allow_location = entry.value.location;
    rule.otherwise = kUnexpected;
    rule.applies_to_absent = true;
    const std::string metric = entry.key.substr(0, comma);
    bool has_space = HasOuterSpace(metric) || HasOuterSpace(rule.label);
    for (const std::string& value : rule.allow) has_space = has_space || HasOuterSpace(value);
    if (has_space) {
      findings_->Warning(policy_code::kUnreachableValue, entry.location,
                         "a space beside a comma belongs to the name or value in " + Quoted(entry.key),
                         "Kubernetes reads it so, too: remove the space");
    }
    RuleOf(metric, entry.location)->labels.push_back(std::move(rule));
  }

 private:
  MetricRule* RuleOf(const std::string& metric, SourceLocation location) {
    const auto [place, is_new] = index_.emplace(metric, policy_->metrics.size());
    if (is_new) {
      MetricRule rule;
      rule.name = metric;
      rule.location = location;
      policy_->metrics.push_back(std::move(rule));
    }
    return &policy_->metrics[place->second];
  }

  Policy* policy_;
  Findings* findings_;
  std::unordered_map<std::string, SourceLocation> keys_;
  std::unordered_map<std::string, size_t> index_;  // by metric name, into policy_->metrics
};

}  // namespace

bool IsKubernetesManifest(const YamlNode& root) {
  if (root.kind != YamlNode::Kind::kMapping || root.entries.empty()) return false;
  const auto has_comma = [](const YamlEntry& entry) { return entry.key.find(',') != std::string::npos; };
  const auto is_mapping_key = [](const YamlEntry& entry) { return entry.key == kMappingKey; };
  return std::any_of(root.entries.begin(), root.entries.end(), is_mapping_key) ||
         std::all_of(root.entries.begin(), root.entries.end(), has_comma);
}

void ReadKubernetesManifest(const YamlNode& root, Policy* policy, Findings* findings) {
  policy->from_kubernetes_manifest = true;
  ManifestReader reader(policy, findings);
  for (const YamlEntry& entry : root.entries) {
    if (entry.key != kMappingKey) {
      reader.ReadEntry(entry);
    } else if (entry.value.kind != YamlNode::Kind::kMapping) {
      ReportWrongType(entry.value, '"' + std::string(kMappingKey) + '"', "a mapping", findings);
    } else {
      for (const YamlEntry& inner : entry.value.entries) reader.ReadEntry(inner);
    }
  }
}

}  // namespace seriesguard
