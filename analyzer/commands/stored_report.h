// SPDX-License-Identifier: Apache-2.0
//
// stored_report.h: is an argument a report that `--format json` printed? Then its bytes.
//
// Use:      by diff, before any input is opened for reading.
// Threads:  one thread.
// Errors:   none where it cannot be told: whoever reads the input then says what is wrong with it.
// Source:   recognised by content, never by name; packed files as well. A pipe is looked into with tee(2), which takes
//           nothing out of it; what is packed in a pipe is not recognised.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_STORED_REPORT_H_
#define SERIESGUARD_ANALYZER_COMMANDS_STORED_REPORT_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace seriesguard {

inline constexpr size_t kMaxReportBytes = size_t{1} << 30;

class StoredReport {
 public:
  // Looks at the first bytes of `path`; "-" is `stdin_descriptor`. Waits for a pipe to have some.
  StoredReport(std::string path, int stdin_descriptor);
  ~StoredReport();
  StoredReport(const StoredReport&) = delete;
  StoredReport& operator=(const StoredReport&) = delete;

  bool is_report() const { return is_report_; }

  // Returns the whole document.
  //
  // Requires:  is_report().
  // Errors:    what cannot be read, or is above kMaxReportBytes; the message names the path, through SafeText.
  absl::StatusOr<std::string> Read() const;

 private:
  std::string path_;
  int stdin_descriptor_;
  int pipe_ = -1;  // a named pipe stays open until the object dies, so that its writer does not lose its reader
  bool is_report_ = false;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_STORED_REPORT_H_
