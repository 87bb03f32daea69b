// SPDX-License-Identifier: Apache-2.0
//
// example_test.cc: the tests that people copy hold for the policy that they copy.
#include <vector>

#include <gtest/gtest.h>

#include "absl/status/statusor.h"
#include "analyzer/policy_test/run_tests.h"
#include "analyzer/policy_test/test_file_reader.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

TEST(Example, TestsOfTheExamplePolicyHold) {
  const absl::StatusOr<TestFileReadResult> read = ReadTestFile("examples/seriesguard.test.yaml");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_TRUE(read->diagnostics.empty()) << read->diagnostics[0].message;
  const absl::StatusOr<PolicyReadResult> policy = ReadPolicyFile("examples/" + read->file->policy_path);
  ASSERT_TRUE(policy.ok()) << policy.status();
  ASSERT_TRUE(policy->policy.has_value());
  const absl::StatusOr<std::vector<PolicyTestResult>> results = RunPolicyTests(*read->file, *policy->policy);
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_GE(results->size(), 3u);
  for (const PolicyTestResult& result : *results) {
    EXPECT_TRUE(result.undecided.empty()) << result.name;
    for (const PolicyTestFailure& failure : result.failures) {
      ADD_FAILURE() << result.name << ": " << failure.subject << "\nexpected " << failure.expected << "\ngot "
                    << failure.got;
    }
  }
}

}  // namespace
}  // namespace seriesguard
