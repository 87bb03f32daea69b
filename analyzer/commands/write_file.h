// SPDX-License-Identifier: Apache-2.0
//
// write_file.h: a result in a file: all of it or nothing.
//
// Threads:  one thread a path.
// Errors:   a Status that names the path and what the system says.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_WRITE_FILE_H_
#define SERIESGUARD_ANALYZER_COMMANDS_WRITE_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace seriesguard {

// Writes `bytes` to the file at `path`, which is made or replaced. Whoever reads it meanwhile sees the old file or the
// new one. What is no regular file (a terminal, a pipe) is written to as it is.
//
// Errors:    Unavailable; an old file is then as it was.
absl::Status WriteWholeFile(const std::string& path, std::string_view bytes);

// Says whether WriteWholeFile can work at `path`: tries a file beside it, which is gone again on return. An old file is not
// touched, a pipe not opened.
//
// Errors:    Unavailable, as those of WriteWholeFile. A disk may still fill up later.
absl::Status CheckCanWrite(const std::string& path);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_WRITE_FILE_H_
