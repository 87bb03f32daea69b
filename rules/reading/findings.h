// SPDX-License-Identifier: Apache-2.0
//
// findings.h: the growing list of what one run has to say about one file.
//
// Use:      one object a file, passed to every step of the reader; Take() at the end.
// Threads:  one thread.
// Memory:   at most kMaxFindings diagnostics; what comes later is only counted.
//
// A hostile file of a mebibyte has room for 100,000 mistakes; nobody reads more than a thousand.
#ifndef SERIESGUARD_RULES_READING_FINDINGS_H_
#define SERIESGUARD_RULES_READING_FINDINGS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/source_location.h"

namespace seriesguard {

class Findings {
 public:
  static constexpr size_t kMaxFindings = 1000;

  void Error(std::string_view code, SourceLocation location, std::string message, std::string hint = "");
  void Warning(std::string_view code, SourceLocation location, std::string message, std::string hint = "");

  // Errors so far, those beyond kMaxFindings included: a step compares before and after.
  size_t error_count() const { return error_count_; }

  // Returns all findings in the order of the file (in the order of their making, where the place is the same); the last
  // one says how many were left out, if any. The list is empty afterwards.
  std::vector<Diagnostic> Take();

 private:
  void Add(Severity severity, std::string_view code, SourceLocation location, std::string message, std::string hint);

  std::vector<Diagnostic> diagnostics_;
  size_t error_count_ = 0;
  size_t left_out_ = 0;
};

// Returns `text` between double quotes, escaped and cut to a length that fits into a message.
std::string Quoted(std::string_view text);

// Returns `line 12`, for messages that point at a second place.
std::string LineName(SourceLocation location);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_FINDINGS_H_
