// SPDX-License-Identifier: Apache-2.0
//
// run_tests.h: the tests of one file held against the policy.
//
// Use:      by `policy test`.
// Threads:  one thread.
// Errors:   a failing test is an answer; InvalidArgument where a rule of the policy does not compile.
// Cost:     microseconds a series.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_RUN_TESTS_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_RUN_TESTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/policy_test/test_file.h"
#include "rules/diagnostic.h"
#include "rules/policy.h"
#include "rules/source_location.h"

namespace seriesguard {

inline constexpr size_t kKeptFailures = 5;

// One thing that is not as expected; all texts are safe to print.
struct PolicyTestFailure {
  SourceLocation location;  // in the file of tests
  std::string subject;      // the series, or the label
  std::string expected;
  std::string got;
  std::vector<std::string> because;  // what the policy did to it, one line each
};

struct PolicyTestResult {
  std::string name;
  std::vector<PolicyTestFailure> failures;  // the first kKeptFailures, one a place in the file
  uint64_t failures_total = 0;
  std::vector<Diagnostic> undecided;  // why nobody can tell without traffic; then the test has no result
};

// Runs every test, each from a guard that knows no value yet.
absl::StatusOr<std::vector<PolicyTestResult>> RunPolicyTests(const PolicyTestFile& file, const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_RUN_TESTS_H_
