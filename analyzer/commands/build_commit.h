// SPDX-License-Identifier: Apache-2.0
//
// build_commit.h: the commit that the program was built from.
//
// Use:      by --version. tools/seriesguard and tools/release pass it as -DSERIESGUARD_COMMIT to this one source file, so
//           that a new commit compiles one object and links, and a build without them needs no git.
// Threads:  a constant.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_BUILD_COMMIT_H_
#define SERIESGUARD_ANALYZER_COMMANDS_BUILD_COMMIT_H_

#include <string_view>

namespace seriesguard {

// Returns twelve digits, with "-changed" behind them where files differed from it; "unknown" where nobody said.
std::string_view BuildCommit();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_BUILD_COMMIT_H_
