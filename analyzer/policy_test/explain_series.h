// SPDX-License-Identifier: Apache-2.0
//
// explain_series.h: what a policy does to one series, step by step, as text.
//
// Use:      by `policy explain`.
// Threads:  one thread.
// Errors:   InvalidArgument where a rule of the policy does not compile; a metric without a rule is an answer.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_EXPLAIN_SERIES_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_EXPLAIN_SERIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "analyzer/policy_test/test_series.h"
#include "rules/policy.h"

namespace seriesguard {

// Applies the rules to `input` as to the first series of a service, and says for each label which rule speaks, what each
// of its steps made of the value and why, and whether a limit applies; then the series that results.
absl::StatusOr<std::string> ExplainSeries(const TestSeries& input, const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_EXPLAIN_SERIES_H_
