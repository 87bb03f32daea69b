// SPDX-License-Identifier: Apache-2.0
//
// judge_census.cc: from the flags to the verdict, and from the verdict to the report.
#include "analyzer/commands/judge_census.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/report/finding.h"
#include "analyzer/verdict/verdict.h"
#include "rules/metric_matcher.h"

namespace seriesguard {
namespace {

// The key of the budget that a rule of findings is about; empty for the others.
std::string BudgetKeyOf(FindingRule rule) {
  switch (rule) {
    case FindingRule::kTotalLimit:
    case FindingRule::kTotalLimitProjected: return "series_limit";
    case FindingRule::kUnguardedLimit:
    case FindingRule::kUnguardedLimitProjected: return "unguarded";
    case FindingRule::kFleetLimit:
    case FindingRule::kFleetLimitProjected: return "fleet_series_limit";
    default: return "";
  }
}

std::vector<JudgedRule> JudgedRulesOf(const Policy& policy) {
  std::vector<JudgedRule> judged;
  for (const MetricRule& rule : policy.metrics)
    judged.push_back({"metric", rule.name.empty() ? rule.match : rule.name});
  if (policy.budget.series_limit) judged.push_back({"budget", "series_limit"});
  if (policy.budget.unguarded) judged.push_back({"budget", "unguarded"});
  if (policy.budget.fleet_series_limit) judged.push_back({"budget", "fleet_series_limit"});
  return judged;
}

// Says of each finding which of report->judged it speaks of: a limit of the budget, a rule by its own text (a rule that
// saw nothing), or the rule that speaks for the metric.
absl::Status AssignFindings(const Policy& policy, Report* report) {
  const absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  const auto index_of = [report](const JudgedRule& wanted) -> std::optional<size_t> {
    const auto found = std::find_if(report->judged.begin(), report->judged.end(), [&wanted](const JudgedRule& at) {
      return at.kind == wanted.kind && at.name == wanted.name;
    });
    if (found == report->judged.end()) return std::nullopt;
    return static_cast<size_t>(found - report->judged.begin());
  };
  for (Finding& finding : report->findings) {
    const std::string budget = BudgetKeyOf(finding.rule);
    if (!budget.empty()) {
      finding.judged = index_of({"budget", budget});
    } else if (!finding.metric.empty() && finding.stage != Stage::kNone) {
      const MetricRule* const rule = matcher->Find(finding.metric);
      if (rule != nullptr) finding.judged = static_cast<size_t>(rule - policy.metrics.data());
    } else if (finding.rule == FindingRule::kRuleUnused || finding.rule == FindingRule::kRuleRequired) {
      finding.judged = index_of({"metric", finding.metric});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddLimits(const Policy& policy, Report* report) {
  const absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(policy);
  if (!matcher.ok()) return matcher.status();
  for (MetricRow& metric : report->metrics) {
    const MetricRule* const rule = matcher->Find(metric.name);
    metric.series_limit.reset();
    if (rule != nullptr && rule->series_limit) metric.series_limit = static_cast<uint64_t>(*rule->series_limit);
  }
  report->target_limit.reset();
  if (policy.budget.series_limit) report->target_limit = static_cast<uint64_t>(*policy.budget.series_limit);
  return absl::OkStatus();
}

absl::Status JudgeCensus(const Census& census, const Policy& policy, const Options& options, Report* report) {
  JudgeOptions judge;
  judge.as_guarded = options.check.as_guarded;
  judge.require_all = options.check.require_all;
  judge.replicas = options.check.replicas;
  judge.strict = options.strict;
  absl::StatusOr<Verdict> verdict = Judge(census, policy, judge);
  if (!verdict.ok()) return verdict.status();
  report->findings.insert(report->findings.end(), std::make_move_iterator(verdict->findings.begin()),
                          std::make_move_iterator(verdict->findings.end()));
  SortFindings(&report->findings);
  report->coverage = verdict->coverage;
  report->verdict = verdict->verdict;
  report->undecided_reason = std::move(verdict->undecided_reason);
  report->judged = JudgedRulesOf(policy);
  return AssignFindings(policy, report);
}

}  // namespace seriesguard
