// SPDX-License-Identifier: Apache-2.0
//
// finding_rule.h: the closed list of what a finding can be about.
//
// Use:      set by the verdict and by whoever reads inputs; printed by every report; listed in report.schema.json.
// Source:   docs/check.md; docs/json_report.md explains each rule to users. A new rule is added here, there and
//           in the schema (a test compares the three); none is ever renamed, others parse the names.
#ifndef SERIESGUARD_ANALYZER_REPORT_FINDING_RULE_H_
#define SERIESGUARD_ANALYZER_REPORT_FINDING_RULE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seriesguard {

enum class FindingRule : uint8_t {
  // Limits on what the dump stores (stage observed, or normalised with --as-guarded).
  kSeriesLimit,     // one metric has more series than its series_limit
  kValueLimit,      // one label of a metric has more values than its value_limit
  kTotalLimit,      // one target has more series than budget.series_limit
  kUnguardedLimit,  // families that no rule speaks for have more series than budget.unguarded
  kFleetLimit,      // all targets together have more than budget.fleet_series_limit
  kNotAllowed,      // values that the label's allow list, routes or normaliser do not admit
  // The same limits on what production will have (stage projected).
  kSeriesLimitProjected,
  kTotalLimitProjected,
  kUnguardedLimitProjected,
  kFleetLimitProjected,
  // What the guard in the service says of itself in the dump.
  kFolded,              // seriesguard_folded_total above 0, or a demand above its limit
  kPolicyDrift,         // the service runs another policy than this one
  kOtherwiseCollision,  // a real value equals the label's `otherwise`
  // The policy against the dump.
  kRuleUnused,      // a rule saw no series
  kRuleRequired,    // a required rule saw no series
  kExpectOutdated,  // more values seen than `expect` says
  kWillFold,        // `expect` is above value_limit: production will fold
  // The dump itself.
  kDuplicateSamples,   // the same series twice at one timestamp
  kTypeConflict,       // two TYPE lines of one family disagree
  kOpenMetricsSyntax,  // a rule of OpenMetrics that the server does not check
  kCreatedNegotiable,  // a server may negotiate OpenMetrics and then store _created as well
  kSkippedLines,       // lines that --lenient left out
  kEstimateUndecided,  // a limit lies inside the error of a sketched count
  kOverflowMarker,     // another library's limit cut the count of a metric
  kRefusedFiles,       // files of workers that do not count, because they are damaged or no files of a worker
  kSummaryQuantiles,   // series with a label quantile, which nobody can add up
  // The baseline of known violations against the dump (check --baseline).
  kBaselineExpired,    // an entry's last day is over
  kBaselineUnmatched,  // an entry that no violation needs any more
  kBaselineSlack,      // an entry's ceiling is above what is there: it can be tightened
  kBaselinePolicy,     // the baseline was written for another policy
};

inline constexpr std::array<std::string_view, 30> kFindingRuleNames = {
    "series_limit",
    "value_limit",
    "total_limit",
    "unguarded_limit",
    "fleet_limit",
    "not_allowed",
    "series_limit_projected",
    "total_limit_projected",
    "unguarded_limit_projected",
    "fleet_limit_projected",
    "folded",
    "policy_drift",
    "otherwise_collision",
    "rule_unused",
    "rule_required",
    "expect_outdated",
    "will_fold",
    "duplicate_samples",
    "type_conflict",
    "openmetrics_syntax",
    "created_negotiable",
    "skipped_lines",
    "estimate_undecided",
    "overflow_marker",
    "refused_files",
    "summary_quantiles",
    "baseline_expired",
    "baseline_unmatched",
    "baseline_slack",
    "baseline_policy",
};

static_assert(kFindingRuleNames.size() == static_cast<size_t>(FindingRule::kBaselinePolicy) + 1,
              "every rule has its name");

// Returns the name that reports print.
constexpr std::string_view FindingRuleName(FindingRule rule) { return kFindingRuleNames[static_cast<size_t>(rule)]; }

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FINDING_RULE_H_
