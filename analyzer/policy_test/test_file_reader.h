// SPDX-License-Identifier: Apache-2.0
//
// test_file_reader.h: from the YAML of a file of policy tests to its tests, or to all that is wrong with it.
//
// Use:      by `policy test`, once a file.
// Threads:  pure functions; ReadTestFile reads a file.
// Errors:   Diagnostics with line and column, all of a file in one run; their codes are those of policy_codes.h.
// Memory:   the text is at most 1 MiB; a repeated series is kept once.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_TEST_FILE_READER_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_TEST_FILE_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/policy_test/test_file.h"
#include "rules/diagnostic.h"

namespace seriesguard {

inline constexpr int64_t kMaxRepeats = 100'000;       // of one series
inline constexpr int64_t kMaxTestSeries = 1'000'000;  // of a file, repeated ones included

struct TestFileReadResult {
  std::optional<PolicyTestFile> file;   // set if and only if no diagnostic is an error
  std::vector<Diagnostic> diagnostics;  // in the order of the file
  std::string text;                     // what the locations refer to
};

TestFileReadResult ReadTestText(std::string_view yaml_text);

// Reads the tests in the file at `path`.
//
// Errors:    the file cannot be read; the message names the path. What is wrong with the text is in the result.
absl::StatusOr<TestFileReadResult> ReadTestFile(const std::string& path);

// Returns the words of `folded: {label: WORD}`, in the order of Fate from kUnreadable on.
const std::vector<std::string_view>& FoldWords();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_TEST_FILE_READER_H_
