// SPDX-License-Identifier: Apache-2.0
//
// exit_status.h: the three answers of the program to its caller.
//
// Source: docs/exit_status.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_EXIT_STATUS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_EXIT_STATUS_H_

namespace seriesguard {

inline constexpr int kExitOk = 0;          // within budget, all tests hold, or nothing was judged
inline constexpr int kExitOverBudget = 1;  // only `check`
inline constexpr int kExitTestFailed = 1;  // only `policy test`
inline constexpr int kExitCannotDo = 2;    // usage, input, policy, undecided; beats 1

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_EXIT_STATUS_H_
