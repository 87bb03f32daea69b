// SPDX-License-Identifier: Apache-2.0
//
// judge_rules.cc: why a rule met nothing is looked for in this order: another rule took its metrics, the _total of a
// counter, a misspelt name.
#include "analyzer/verdict/judge_rules.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/report/number_text.h"
#include "analyzer/verdict/wording.h"
#include "rules/nearest_name.h"

namespace seriesguard {
namespace {

constexpr std::string_view kTotal = "_total";

bool EndsInTotal(std::string_view name) {
  return name.size() > kTotal.size() && name.substr(name.size() - kTotal.size()) == kTotal;
}

const std::string& TextOf(const MetricRule& rule) { return rule.name.empty() ? rule.match : rule.name; }

class CoverageJudge {
 public:
  CoverageJudge(const JudgedPolicy& judged, const MetricMatcher& matcher, bool require_all,
                std::vector<Finding>* findings)
      : judged_(judged), matcher_(matcher), require_all_(require_all), findings_(findings) {
    labels_of_rule_.resize(judged.policy.metrics.size());
    saw_series_.resize(judged.policy.metrics.size(), false);
    for (size_t family = 0; family < judged.census.family_count(); ++family) {
      const FamilyInfo& info = judged.census.family(family);
      const FamilyRules& rules = judged.rules[family];
      if (rules.is_guards_own) continue;
      names_.push_back(info.name);
      all_labels_.insert(info.labels.begin(), info.labels.end());
      if (rules.metric == nullptr) continue;
      const size_t rule = static_cast<size_t>(rules.metric - judged.policy.metrics.data());
      saw_series_[rule] = true;
      labels_of_rule_[rule].insert(info.labels.begin(), info.labels.end());
    }
  }

  RuleCoverage Judge() {
    const Policy& policy = judged_.policy;
    for (size_t i = 0; i < policy.metrics.size(); ++i) {
      if (saw_series_[i]) {
        for (const LabelRule& label : policy.metrics[i].labels) {
          if (!label.is_top_level)
            JudgeLabel(label, TextOf(policy.metrics[i]), labels_of_rule_[i], policy.metrics[i].owner);
        }
      } else {
        JudgeUnusedMetric(i);
      }
    }
    uint64_t labels_seen = 0;
    for (const LabelRule& label : policy.labels) {
      labels_seen += all_labels_.count(label.label);
      JudgeLabel(label, "", all_labels_, "");
    }
    if (policy.metrics.empty()) return {policy.labels.size(), labels_seen};
    const auto seen = std::count(saw_series_.begin(), saw_series_.end(), true);
    return {policy.metrics.size(), static_cast<uint64_t>(seen)};
  }

 private:
  Finding New(bool is_required, const std::string& metric, const std::string& owner, SourceLocation location) const {
    Finding finding;
    finding.rule = is_required ? FindingRule::kRuleRequired : FindingRule::kRuleUnused;
    finding.severity = is_required ? Severity::kError : Severity::kWarning;
    finding.metric = metric;
    finding.owner = owner;
    finding.location = InPolicy(judged_.policy, location);
    return finding;
  }

  void JudgeUnusedMetric(size_t index) {
    const MetricRule& rule = judged_.policy.metrics[index];
    Finding finding = New(rule.required || require_all_, TextOf(rule), rule.owner, rule.location);
    finding.message = rule.name.empty() ? "the rule saw no series: no metric fits its pattern"
                                        : "the rule saw no series: the dump has no metric of this name";
    finding.remedy = WhyUnused(index, &finding.message);
    findings_->push_back(std::move(finding));
  }

  std::string WhyUnused(size_t index, std::string* message) const {
    const MetricRule& rule = judged_.policy.metrics[index];
    if (rule.name.empty()) {
      for (const std::string_view name : names_) {
        const std::vector<size_t> fitting = matcher_.FindAll(name);
        if (std::find(fitting.begin(), fitting.end(), index) == fitting.end()) continue;
        const MetricRule& first = judged_.policy.metrics[fitting[0]];
        *message = "the rule saw no series: other rules come before it";
        return "for example the rule in line " + std::to_string(first.location.line) + " speaks for " + InQuotes(name);
      }
      for (const std::string_view name : names_) {
        if (!EndsInTotal(name)) continue;
        const std::vector<size_t> fitting = matcher_.FindAll(name.substr(0, name.size() - kTotal.size()));
        if (std::find(fitting.begin(), fitting.end(), index) == fitting.end()) continue;
        return "it would fit " + InQuotes(name) + " without its _total, which belongs to the name of a counter";
      }
      return "";
    }
    const auto has = [this](const std::string& name) {
      return std::find(names_.begin(), names_.end(), std::string_view(name)) != names_.end();
    };
    if (has(rule.name + std::string(kTotal))) {
      return "the dump has " + InQuotes(rule.name + std::string(kTotal)) + ": the name of a counter ends in _total";
    }
    if (EndsInTotal(rule.name) && has(rule.name.substr(0, rule.name.size() - kTotal.size()))) {
      return "the dump has " + InQuotes(rule.name.substr(0, rule.name.size() - kTotal.size())) +
             ", which is no counter and has no _total";
    }
    const std::string_view nearest = NearestName(rule.name, names_);
    return nearest.empty() ? "" : "the nearest metric is " + InQuotes(nearest);
  }

  void JudgeLabel(const LabelRule& rule, const std::string& metric, const std::set<std::string>& labels,
                  const std::string& owner) {
    if (rule.drop || labels.count(rule.label) > 0) return;
    Finding finding = New(require_all_, metric, owner, rule.location);
    finding.label = rule.label;
    finding.message = "the rule of label " + InQuotes(rule.label) + " saw no series: " +
                      (metric.empty() ? "no metric has the label" : "the metric has no such label");
    const std::string_view nearest = NearestName(rule.label, {labels.begin(), labels.end()});
    if (!nearest.empty()) finding.remedy = "the nearest label is " + InQuotes(nearest);
    findings_->push_back(std::move(finding));
  }

  const JudgedPolicy& judged_;
  const MetricMatcher& matcher_;
  const bool require_all_;
  std::vector<Finding>* const findings_;
  std::vector<std::string_view> names_;  // of all families but the guard's own
  std::set<std::string> all_labels_;
  std::vector<bool> saw_series_;                       // by metric rule
  std::vector<std::set<std::string>> labels_of_rule_;  // by metric rule: the labels of its families
};

void AddWillFold(const Policy& policy, const LabelRule& rule, const std::string& metric, const std::string& owner,
                 std::vector<Finding>* findings) {
  if (rule.drop || !rule.expect || !rule.value_limit || *rule.expect <= *rule.value_limit) return;
  Finding finding;
  finding.rule = FindingRule::kWillFold;
  finding.severity = Severity::kWarning;
  finding.stage = Stage::kProjected;
  finding.metric = metric;
  finding.label = rule.label;
  finding.owner = owner;
  finding.limit = static_cast<uint64_t>(*rule.value_limit);
  finding.projected = static_cast<uint64_t>(*rule.expect);
  finding.location = InPolicy(policy, rule.expect_location, rule.location);
  finding.message = "label " + InQuotes(rule.label) + ": " + Quantity(*finding.projected, "value") +
                    " expected, value_limit " + WithThousands(*finding.limit) + ": " +
                    WithThousands(*finding.projected - *finding.limit) + " of them will fold into " +
                    InQuotes(rule.otherwise);
  findings->push_back(std::move(finding));
}

}  // namespace

RuleCoverage JudgeCoverage(const JudgedPolicy& judged, const MetricMatcher& matcher, bool require_all,
                           std::vector<Finding>* findings) {
  return CoverageJudge(judged, matcher, require_all, findings).Judge();
}

void JudgeExpectedFolding(const Policy& policy, std::vector<Finding>* findings) {
  if (policy.mode != PolicyMode::kEnforce) return;
  for (const MetricRule& metric : policy.metrics) {
    for (const LabelRule& label : metric.labels) {
      if (!label.is_top_level) AddWillFold(policy, label, TextOf(metric), metric.owner, findings);
    }
  }
  for (const LabelRule& label : policy.labels) AddWillFold(policy, label, "", "", findings);
}

}  // namespace seriesguard
