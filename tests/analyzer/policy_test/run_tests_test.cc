// SPDX-License-Identifier: Apache-2.0
//
// run_tests_test.cc: tests that must fail do, and one test knows nothing of the one before.
#include "analyzer/policy_test/run_tests.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/policy_test/test_file_reader.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] =
    "version: 1\n"
    "metrics:\n"
    "- name: x\n"
    "  series_limit: 100\n"
    "  labels:\n"
    "    t: {value_limit: 2}\n"
    "    d: {drop: true}\n"
    "    a: {allow: [one]}\n";

std::vector<PolicyTestResult> RunTests(const std::string& tests) {
  const PolicyReadResult policy = ReadPolicy("p.yaml", kPolicy);
  const TestFileReadResult read = ReadTestText(tests);
  EXPECT_TRUE(policy.policy.has_value());
  EXPECT_TRUE(read.file.has_value()) << tests;
  if (!policy.policy || !read.file) return {};
  absl::StatusOr<std::vector<PolicyTestResult>> results = RunPolicyTests(*read.file, *policy.policy);
  EXPECT_TRUE(results.ok()) << results.status();
  return results.ok() ? *std::move(results) : std::vector<PolicyTestResult>();
}

// How many expectations of one series fail.
uint64_t FailuresOf(const std::string& entry) {
  const std::vector<PolicyTestResult> results = RunTests("tests: [{name: one, series: [" + entry + "]}]\n");
  EXPECT_EQ(results.size(), 1u);
  return results.empty() ? 99 : results[0].failures_total;
}

TEST(RunPolicyTests, EachExpectationCanFail) {
  EXPECT_EQ(FailuresOf("{input: 'x{d=\"1\"}', expect: x}"), 0u);
  EXPECT_EQ(FailuresOf("{input: 'x{d=\"1\"}', expect: 'x{d=\"1\"}'}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'x{d=\"1\"}', expect: {unchanged: true}}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'x{d=\"1\"}', expect: {dropped: []}}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'x{d=\"1\"}', expect: {dropped: [d, t]}}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'x{a=\"two\"}', expect: {folded: {a: not_allowed}}}"), 0u);
  EXPECT_EQ(FailuresOf("{input: 'x{a=\"two\"}', expect: {folded: {a: limit}}}"), 1u) << "the reason counts";
  EXPECT_EQ(FailuresOf("{input: 'x{a=\"two\"}', expect: {folded: {}}}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'x{a=\"one\"}', expect: {folded: {a: not_allowed}}}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'x', expect: {unguarded: true}}"), 1u);
  EXPECT_EQ(FailuresOf("{input: 'y', expect: {unguarded: true}}"), 0u);
  EXPECT_EQ(FailuresOf("{input: 'y', expect: y}"), 1u) << "a metric without a rule must be asked for";
  EXPECT_EQ(FailuresOf("{input: 'y', expect: {folded: {}, dropped: [], unchanged: true}}"), 1u);
}

TEST(RunPolicyTests, TestsDoNotKnowEachOther) {
  const std::string one =
      "series: [{input: 'x{t=\"v\"}', repeat: {label: t, to: 3}}], expect_values: {t: {named: 2, folded: 1}}";
  const std::vector<PolicyTestResult> results =
      RunTests("tests: [{name: one, " + one + "}, {name: two, " + one + "}]\n");
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].failures_total, 0u);
  EXPECT_EQ(results[1].failures_total, 0u);
}

TEST(RunPolicyTests, KeepsTheFirstFailuresAndCountsAll) {
  std::string tests = "tests:\n- name: one\n  series:\n";
  for (int i = 0; i < 8; ++i) tests += "  - {input: 'x', repeat: {label: d, to: 10}, expect: {unchanged: true}}\n";
  const std::vector<PolicyTestResult> results = RunTests(tests);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].failures_total, 80u);
  EXPECT_EQ(results[0].failures.size(), kKeptFailures);
  EXPECT_EQ(results[0].failures[1].location.line, 5);
}

TEST(RunPolicyTests, ValuesAreCountedOnceHoweverOftenTheyCome) {
  const std::vector<PolicyTestResult> results = RunTests(
      "tests:\n"
      "- name: one\n"
      "  series:\n"
      "  - {input: 'x{t=\"v\"}', repeat: {label: t, to: 4}}\n"
      "  - {input: 'x{t=\"v\"}', repeat: {label: t, to: 4}}\n"
      "  - {input: 'x{t=\"other\"}'}\n"
      "  - {input: 'x'}\n"
      "  expect_values: {t: {named: 2, folded: 2}}\n");
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].failures_total, 0u);
}

TEST(RunPolicyTests, SayOnceThatAMetricIsBeyondItsLimit) {
  const std::vector<PolicyTestResult> at_limit = RunTests(
      "tests: [{name: one, series: [{input: 'x{n=\"v\"}', repeat: {label: n, to: 100}, expect: {unchanged: "
      "true}}]}]\n");
  ASSERT_EQ(at_limit.size(), 1u);
  EXPECT_TRUE(at_limit[0].undecided.empty());
  const std::vector<PolicyTestResult> beyond = RunTests(
      "tests: [{name: one, series: [{input: 'x{n=\"v\"}', repeat: {label: n, to: 300}, expect: {unchanged: "
      "true}}]}]\n");
  ASSERT_EQ(beyond.size(), 1u);
  EXPECT_EQ(beyond[0].undecided.size(), 1u);
}

}  // namespace
}  // namespace seriesguard
