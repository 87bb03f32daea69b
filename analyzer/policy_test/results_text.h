// SPDX-License-Identifier: Apache-2.0
//
// results_text.h: the results of a file of policy tests as lines of text.
//
// Use:      by `policy test`.
// Threads:  pure functions.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_RESULTS_TEXT_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_RESULTS_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/policy_test/run_tests.h"
#include "rules/policy.h"

namespace seriesguard {

struct TestCounts {
  uint64_t ok = 0;
  uint64_t failed = 0;
  uint64_t undecided = 0;
};

TestCounts CountTests(const std::vector<PolicyTestResult>& results);

// One line a test; below a failed one what was expected, what came instead, and which line of the policy did it. The
// last line sums up.
std::string ResultsText(std::string_view path, const std::vector<PolicyTestResult>& results, const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_RESULTS_TEXT_H_
