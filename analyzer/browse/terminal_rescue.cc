// SPDX-License-Identifier: Apache-2.0
//
// terminal_rescue.cc: everything that the handler needs lies ready in plain memory.
#include "analyzer/browse/terminal_rescue.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace seriesguard {
namespace {

constexpr int kFatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

int rescue_output = -1;
termios rescue_modes;
char rescue_bytes[256];
size_t rescue_size = 0;

extern "C" void RescueTerminal(int number) {
  if (rescue_output >= 0) {
    // A terminal that does not take it cannot be helped.
    if (write(rescue_output, rescue_bytes, rescue_size) < 0) rescue_size = 0;
    tcsetattr(rescue_output, TCSANOW, &rescue_modes);
  }
  raise(number);  // SA_RESETHAND: now it ends the process
}

}  // namespace

void ArmTerminalRescue(int output, const termios& modes, const std::string& restore) {
  rescue_size = std::min(restore.size(), sizeof(rescue_bytes));
  std::copy_n(restore.begin(), rescue_size, rescue_bytes);
  rescue_modes = modes;
  rescue_output = output;
  for (const int number : kFatal) {
    struct sigaction before {};
    if (sigaction(number, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_handler = RescueTerminal;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

void DisarmTerminalRescue() {
  for (const int number : kFatal) {
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler == RescueTerminal) signal(number, SIG_DFL);
  }
  rescue_output = -1;
}

}  // namespace seriesguard
