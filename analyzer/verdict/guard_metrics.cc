// SPDX-License-Identifier: Apache-2.0
//
// guard_metrics.cc: samples are keyed by metric and label; a sample that stands twice counts once, the last one wins.
#include "analyzer/verdict/guard_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "analyzer/census/guard_sample.h"
#include "analyzer/report/number_text.h"
#include "analyzer/verdict/wording.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

std::string LabelOf(const GuardSample& sample, std::string_view name) {
  for (const auto& [label, value] : sample.labels) {
    if (label == name) return value;
  }
  return "";
}

// A number of the guard as a count; what no count can be is the nearest that can.
uint64_t CountOf(double value) {
  constexpr double kMost = 9007199254740991;  // 2^53 - 1
  if (!(value > 0)) return 0;
  return static_cast<uint64_t>(std::ceil(std::min(value, kMost)));
}

const LabelRule* FindLabelRule(const MetricRule* metric, const Policy& policy, const std::string& label) {
  for (const LabelRule& rule : metric != nullptr ? metric->labels : policy.labels) {
    if (rule.label == label) return &rule;
  }
  return nullptr;
}

// "1,204 increments folded into "other" (busy 4, limit 1,200)"
std::string FoldedText(const GuardedLabel& guarded, const std::string& otherwise, bool is_shadow) {
  double sum = 0;
  std::string reasons;
  for (const auto& [reason, increments] : guarded.folded_by_reason) {
    sum += increments;
    if (reason.empty()) continue;
    reasons += (reasons.empty() ? " (" : ", ") + SafeTextTruncated(reason, kNameColumns) + " " +
               WithThousands(CountOf(increments));
  }
  if (!reasons.empty()) reasons += ")";
  return Quantity(CountOf(sum), "increment") + (is_shadow ? " would have been folded into " : " folded into ") +
         InQuotes(otherwise) + reasons;
}

Finding FindingOfDrift(const Policy& policy, const std::string& input, const GuardState& state, bool strict) {
  Finding finding;
  finding.rule = FindingRule::kPolicyDrift;
  finding.severity = strict ? Severity::kError : Severity::kWarning;
  finding.input = input;
  finding.location = InPolicy(policy, {});
  std::string others;
  for (const std::string& hash : state.policy_hashes) {
    if (hash != policy.hash) others += (others.empty() ? "" : ", ") + SafeTextTruncated(hash, kNameColumns);
  }
  finding.message = "the service runs another policy (hash " + others + "), this one has hash " + policy.hash;
  finding.remedy = "roll this policy out, or check against the one that runs";
  return finding;
}

}  // namespace

std::vector<GuardState> ReadGuardStates(const Census& census) {
  std::vector<GuardState> states(census.inputs().size());
  for (const GuardSample& sample : census.guard_samples()) {
    GuardState& state = states[sample.input];
    if (sample.name == kPolicyInfoMetric) {
      state.is_present = true;
      state.is_shadow = LabelOf(sample, "mode") == "shadow";
      if (std::string hash = LabelOf(sample, "hash"); !hash.empty()) state.policy_hashes.insert(std::move(hash));
      continue;
    }
    GuardedLabel& guarded = state.labels[{LabelOf(sample, "metric"), LabelOf(sample, "label")}];
    if (sample.name == kFoldedMetric) guarded.folded_by_reason[LabelOf(sample, "reason")] = sample.value;
    if (sample.name == kLabelDemandMetric) guarded.demand = sample.value;
    if (sample.name == kLabelLimitMetric) guarded.value_limit = sample.value;
  }
  return states;
}

void JudgeGuard(const Policy& policy, const MetricMatcher& matcher, const std::string& input, const GuardState& state,
                bool strict, std::vector<Finding>* findings) {
  for (const std::string& hash : state.policy_hashes) {
    if (hash == policy.hash) continue;
    findings->push_back(FindingOfDrift(policy, input, state, strict));
    break;
  }
  for (const auto& [key, guarded] : state.labels) {
    const auto& [metric, label] = key;
    const MetricRule* const metric_rule = matcher.Find(metric);
    const LabelRule* const label_rule = FindLabelRule(metric_rule, policy, label);
    std::optional<double> limit = guarded.value_limit;
    if (!limit && label_rule != nullptr && label_rule->value_limit)
      limit = static_cast<double>(*label_rule->value_limit);
    const bool wants_more = guarded.demand && limit && *guarded.demand > *limit;
    if (!wants_more && guarded.folded_by_reason.empty()) continue;

    Finding finding;
    finding.rule = FindingRule::kFolded;
    finding.stage = Stage::kFolded;
    finding.input = input;
    finding.metric = metric;
    finding.label = label;
    if (metric_rule != nullptr) finding.owner = metric_rule->owner;
    finding.message = label.empty() ? "" : "label " + InQuotes(label) + ": ";
    if (wants_more) {
      finding.limit = CountOf(*limit);
      finding.observed = CountOf(*guarded.demand);
      finding.message +=
          Quantity(CountOf(*guarded.demand), "value") + " asked for, limit " + WithThousands(CountOf(*limit));
    }
    if (!guarded.folded_by_reason.empty()) {
      if (wants_more) finding.message += ", ";
      finding.message += FoldedText(guarded, label_rule != nullptr ? label_rule->otherwise : policy.defaults.otherwise,
                                    state.is_shadow);
    }
    finding.remedy = wants_more ? "normalise the values, or give the label a larger value_limit"
                                : "see the reasons: normalise the values, or raise the limit that was reached";
    if (label_rule != nullptr) {
      finding.location = InPolicy(policy, label_rule->value_limit_location, label_rule->location);
    } else if (metric_rule != nullptr) {
      finding.location = InPolicy(policy, metric_rule->series_limit_location, metric_rule->location);
    }
    findings->push_back(std::move(finding));
  }
}

}  // namespace seriesguard
