// SPDX-License-Identifier: Apache-2.0
//
// test_file.h: a file of policy tests as plain data.
//
// Use:      filled by ReadTestFile (test_file_reader.h), run by RunPolicyTests (run_tests.h).
// Threads:  plain data.
// Source:   docs/policy.md, "Testing a policy".
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_TEST_FILE_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_TEST_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/policy_test/guarded_series.h"
#include "analyzer/policy_test/test_series.h"
#include "rules/source_location.h"

namespace seriesguard {

// `repeat:` the series once for each number, which is put behind the value that the label has in it.
struct Repeat {
  std::string label;
  int64_t from = 1;
  int64_t to = 1;
};

// `expect:` of one series; what is absent is not asked.
struct SeriesExpectation {
  SourceLocation location;
  std::optional<TestSeries> series;                                 // exactly this
  std::optional<std::vector<std::pair<std::string, Fate>>> folded;  // exactly these labels became `otherwise`, and why
  std::optional<std::vector<std::string>> dropped;                  // exactly these labels are gone
  bool is_unchanged = false;
  bool is_unguarded = false;  // no rule speaks for the metric
};

struct SeriesStep {
  SourceLocation location;  // of `input`
  TestSeries input;
  std::optional<Repeat> repeat;
  std::optional<SeriesExpectation> expect;
};

// `expect_values:` of one label, over all series of the test.
struct ValueExpectation {
  SourceLocation location;
  std::string label;
  std::optional<int64_t> named;   // distinct values that the label has in the end, `otherwise` left out
  std::optional<int64_t> folded;  // distinct original values that became `otherwise`
};

struct PolicyTest {
  SourceLocation location;
  std::string name;
  std::vector<SeriesStep> steps;  // in the order in which they arrive
  std::vector<ValueExpectation> values;
};

struct PolicyTestFile {
  std::string policy_path;         // as written: relative to the file of the tests
  SourceLocation policy_location;  // line 0: not written
  std::vector<PolicyTest> tests;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_TEST_FILE_H_
