// SPDX-License-Identifier: Apache-2.0
//
// terminal_check.h: whether there is a terminal that a view can be shown on, and what it can do.
//
// Use:      before the work starts, so that nobody waits for an analysis that has nowhere to be shown.
// Threads:  one.
// Errors:   FailedPrecondition with a sentence that says what is missing and which commands need no terminal.
#ifndef SERIESGUARD_ANALYZER_BROWSE_TERMINAL_CHECK_H_
#define SERIESGUARD_ANALYZER_BROWSE_TERMINAL_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace seriesguard {

struct TerminalOptions {
  int output = 1;            // a descriptor of the terminal
  int keyboard = 0;          // another one, or the same; CheckTerminal says which
  bool reads_stdin = false;  // descriptor 0 brings a dump, not keys
  bool colour = true;
};

// Says whether a view can be shown, and sets options->keyboard: descriptor 0 where that is a terminal, else /dev/tty,
// which stays open until the process ends.
absl::Status CheckTerminal(TerminalOptions* options);

// The error of a view that cannot be shown, for `reason`.
absl::Status NoTerminalError(const std::string& reason);

// A capability of the terminal by its name in terminfo, as bytes to send, without the pauses that old terminals needed;
// empty where the terminal lacks it.
//
// Requires:  the terminal is set up, by CheckTerminal (while it runs) or by ncurses.
std::string TerminalCapability(const char* name);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_TERMINAL_CHECK_H_
