// SPDX-License-Identifier: Apache-2.0
//
// terminal_rescue.h: gives the terminal back when the process is about to die of an error of its own.
//
// Use:      by TerminalScreen, which restores the terminal by itself on every way that runs destructors.
// Threads:  one.
// Why:      a shell in a terminal without echo and on the other screen looks broken. The handler makes only calls that
//           a signal handler may make (tcsetattr, write), then lets the signal do what it does.
#ifndef SERIESGUARD_ANALYZER_BROWSE_TERMINAL_RESCUE_H_
#define SERIESGUARD_ANALYZER_BROWSE_TERMINAL_RESCUE_H_

#include <termios.h>

#include <string>

namespace seriesguard {

// From now on SIGSEGV, SIGABRT, SIGBUS, SIGFPE and SIGILL write `restore` to `output` and give it `modes`, those of
// before it was taken over, and then end the process. Signals that somebody else handles (a sanitizer) stay theirs.
void ArmTerminalRescue(int output, const termios& modes, const std::string& restore);

// Takes that back.
void DisarmTerminalRescue();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_TERMINAL_RESCUE_H_
