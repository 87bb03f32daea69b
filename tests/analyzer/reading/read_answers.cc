// SPDX-License-Identifier: Apache-2.0
//
// read_answers.cc: errors first, then all that the census answers.
#include "tests/analyzer/reading/read_answers.h"

#include <utility>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_dumps.h"
#include "tests/analyzer/reading/census_answers.h"

namespace seriesguard {

std::string AnswersOf(const std::vector<std::string>& paths, const ReadOptions& options, bool what_if) {
  Progress progress{ProgressOptions{}};
  absl::StatusOr<ReadResult> result = ReadDumps(paths, options, &progress);
  if (!result.ok()) return "failed: " + std::string(result.status().message().data(), result.status().message().size());
  std::string text;
  for (const InputError& error : result->errors) {
    text += "error " + std::to_string(error.input) + ":" + std::to_string(error.error.line) + ":" +
            std::to_string(error.error.column) + " " + error.error.message + "\n";
  }
  text += std::to_string(result->error_count) + " errors\n";
  return text + AllAnswers(Census(std::move(result->data), static_cast<int>(options.threads)), what_if);
}

}  // namespace seriesguard
