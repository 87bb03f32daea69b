// SPDX-License-Identifier: Apache-2.0
//
// terminal_check.cc: terminfo is asked before the analysis; what ncurses would refuse after it is refused here.
#include "analyzer/browse/terminal_check.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>

#include "rules/safe_text.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
// Defines macros with the names of ordinary things (lines, columns): nothing else is included after it.
#include <term.h>

namespace seriesguard {
namespace {

constexpr size_t kNameColumns = 40;

std::string TerminalName() {
  const char* const name = getenv("TERM");
  return name == nullptr ? "" : name;
}

}  // namespace

absl::Status NoTerminalError(const std::string& reason) {
  return absl::FailedPreconditionError(reason + "; seriesguard top and seriesguard explain say the same as text");
}

std::string TerminalCapability(const char* name) {
  // NOLINTNEXTLINE: terminfo's interface takes no const.
  const char* const value = tigetstr(const_cast<char*>(name));
  if (value == nullptr || value == reinterpret_cast<const char*>(-1)) return "";
  std::string text(value);
  for (size_t pause = text.find("$<"); pause != std::string::npos; pause = text.find("$<")) {
    const size_t end = text.find('>', pause);
    if (end == std::string::npos) break;
    text.erase(pause, end - pause + 1);
  }
  return text;
}

absl::Status CheckTerminal(TerminalOptions* options) {
  if (isatty(options->output) != 1) return NoTerminalError("standard output is not a terminal, and browse needs one");
  options->keyboard =
      !options->reads_stdin && isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (options->keyboard < 0)
    return NoTerminalError("there is no keyboard: standard input is none and /dev/tty cannot be opened");
  const std::string name = TerminalName();
  int answer = 0;
  // NOLINTNEXTLINE: terminfo's interface takes no const.
  if (name.empty() || setupterm(const_cast<char*>(name.c_str()), options->output, &answer) != OK) {
    return NoTerminalError(name.empty() ? "TERM is not set, so what the terminal can do is not known"
                                        : "the terminal \"" + SafeTextTruncated(name, kNameColumns) +
                                              "\" of TERM is not known here");
  }
  const bool can_place = !TerminalCapability("cup").empty() && !TerminalCapability("clear").empty();
  del_curterm(cur_term);
  if (!can_place) {
    return NoTerminalError("the terminal \"" + SafeTextTruncated(name, kNameColumns) + "\" cannot place its cursor");
  }
  return absl::OkStatus();
}

}  // namespace seriesguard
