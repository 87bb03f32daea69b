// SPDX-License-Identifier: Apache-2.0
//
// naive_judge.cc: see the header. Policies of the tests have exact names only.
#include "tests/analyzer/verdict/naive_judge.h"

#include <optional>
#include <string_view>

#include "rules/normalizer.h"

namespace seriesguard {
namespace {

bool IsBoundary(const std::string& label) { return label == "le" || label == "quantile"; }

const MetricRule* RuleOf(const Policy& policy, const std::string& family) {
  for (const MetricRule& rule : policy.metrics) {
    if (rule.name == family) return &rule;
  }
  return nullptr;
}

// The metric's rule of a label, else the policy's, else (for a metric with a rule) one that has the defaults only.
std::optional<LabelRule> LabelRuleOf(const Policy& policy, const MetricRule* metric, const std::string& label) {
  if (IsBoundary(label)) return std::nullopt;
  if (metric != nullptr) {
    for (const LabelRule& rule : metric->labels) {
      if (rule.label == label) return rule;
    }
  }
  for (const LabelRule& rule : policy.labels) {
    if (rule.label == label) return rule;
  }
  if (metric == nullptr || policy.from_kubernetes_manifest) return std::nullopt;
  LabelRule rule;
  rule.label = label;
  rule.otherwise = policy.defaults.otherwise;
  rule.value_limit = policy.defaults.value_limit;
  return rule;
}

struct Rule {
  LabelRule text;
  CompiledLabelRule compiled;
};

struct Family {
  std::set<NaiveSeries> series;
  std::set<std::string> labels;
  std::map<std::string, Rule> rules;  // by label
};

NaiveSeries Rewrite(const NaiveSeries& series, const std::map<std::string, Rule>& rules) {
  NaiveSeries changed = series;
  for (const auto& [label, rule] : rules) {
    const auto found = series.labels.find(label);
    std::string scratch;
    const Normalized normalized = rule.compiled.Apply(
        found == series.labels.end() ? std::string_view() : std::string_view(found->second), &scratch);
    changed.labels.erase(label);
    if (normalized.outcome != Normalized::Outcome::kDropped && !normalized.value.empty()) {
      changed.labels[label] = std::string(normalized.value);
    }
  }
  return changed;
}

std::set<std::string> ValuesOf(const std::set<NaiveSeries>& series, const std::string& label) {
  std::set<std::string> values;
  for (const NaiveSeries& one : series) {
    const auto found = one.labels.find(label);
    if (found != one.labels.end()) values.insert(found->second);
  }
  return values;
}

uint64_t CountRefused(const std::set<NaiveSeries>& series, const std::string& label, const Rule& rule,
                      bool has_overflow) {
  std::set<std::string> refused;
  for (const NaiveSeries& one : series) {
    const auto found = one.labels.find(label);
    const std::string raw = found == one.labels.end() ? "" : found->second;
    std::string scratch;
    if (rule.compiled.Apply(raw, &scratch).outcome != Normalized::Outcome::kOtherwise) continue;
    if (raw == rule.text.otherwise && has_overflow) continue;
    refused.insert(raw);
  }
  return refused.size();
}

}  // namespace

NaiveFindings JudgeNaively(const std::vector<std::pair<std::string, std::set<NaiveSeries>>>& targets,
                           const Policy& policy, bool as_guarded) {
  NaiveFindings findings;
  for (const auto& [path, all] : targets) {
    std::map<std::string, Family> families;
    bool has_overflow = policy.from_kubernetes_manifest;
    for (const NaiveSeries& series : all) {
      Family& family = families[series.family];
      family.series.insert(series);
      for (const auto& [label, value] : series.labels) family.labels.insert(label);
      has_overflow = has_overflow || series.family == "seriesguard_policy_info";
    }
    uint64_t total = 0;
    uint64_t unguarded = 0;
    for (auto& [name, family] : families) {
      const bool is_own = name.rfind("seriesguard_", 0) == 0;
      const MetricRule* const metric = is_own ? nullptr : RuleOf(policy, name);
      for (const std::string& label : family.labels) {
        const std::optional<LabelRule> rule = is_own ? std::nullopt : LabelRuleOf(policy, metric, label);
        if (rule) family.rules.emplace(label, Rule{*rule, CompiledLabelRule::Compile(*rule).value()});
      }
      std::set<NaiveSeries> normalised;
      for (const NaiveSeries& series : family.series) normalised.insert(Rewrite(series, family.rules));
      const bool judges_normalised = as_guarded && metric != nullptr;
      const std::set<NaiveSeries>& judged = judges_normalised ? normalised : family.series;
      total += judged.size();
      if (is_own) continue;
      if (metric == nullptr) unguarded += judged.size();
      const std::string key = "|" + path + "|" + name + "|";
      if (metric != nullptr && metric->series_limit && judged.size() > static_cast<uint64_t>(*metric->series_limit)) {
        findings["series_limit" + key] = judged.size();
      }
      for (const auto& [label, rule] : family.rules) {
        std::set<std::string> values = ValuesOf(judged, label);
        values.erase(rule.text.otherwise);
        if (rule.text.value_limit && values.size() > static_cast<uint64_t>(*rule.text.value_limit)) {
          findings["value_limit" + key + label] = values.size();
        }
        const uint64_t refused = CountRefused(family.series, label, rule, has_overflow);
        if (refused > 0) findings["not_allowed" + key + label] = refused;
      }
    }
    if (policy.budget.series_limit && total > static_cast<uint64_t>(*policy.budget.series_limit)) {
      findings["total_limit|" + path + "||"] = total;
    }
    if (policy.budget.unguarded && unguarded > static_cast<uint64_t>(*policy.budget.unguarded)) {
      findings["unguarded_limit|" + path + "||"] = unguarded;
    }
  }
  return findings;
}

}  // namespace seriesguard
