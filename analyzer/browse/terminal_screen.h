// SPDX-License-Identifier: Apache-2.0
//
// terminal_screen.h: a real terminal, taken over for a while and given back as it was.
//
// Use:      CheckTerminal before the work, Open after it; then Draw and Wait in turn.
// Threads:  one; no other thread may run that expects SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH or SIGTSTP.
// Errors:   FailedPrecondition with a clear sentence: no terminal, or one that cannot place its cursor.
// Source:   ncurses with wide characters (Debian's libncurses-dev). FTXUI, which would bring widgets as well, is no
//           Debian package; what a list with a cursor needs of a library is what terminfo says, and that is ncurses'.
//
// Invariants
//   1. Whatever way this ends - the destructor, a signal, an abort - the terminal is as Open found it.
//   2. Only printable characters are handed to ncurses: what is drawn has passed safe_text, and where the locale is not
//      UTF-8 each character beyond ASCII becomes question marks of the same width.
//   3. Signals are looked at only while Wait sleeps: a key that is being obeyed is obeyed whole.
#ifndef SERIESGUARD_ANALYZER_BROWSE_TERMINAL_SCREEN_H_
#define SERIESGUARD_ANALYZER_BROWSE_TERMINAL_SCREEN_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/browse/key_press.h"
#include "analyzer/browse/screen_image.h"
#include "analyzer/browse/terminal_check.h"

namespace seriesguard {

class TerminalScreen {
 public:
  static absl::StatusOr<std::unique_ptr<TerminalScreen>> Open(const TerminalOptions& options);
  ~TerminalScreen();
  TerminalScreen(const TerminalScreen&) = delete;
  TerminalScreen& operator=(const TerminalScreen&) = delete;

  size_t lines() const;
  size_t columns() const;

  void Draw(const ScreenImage& image);

  // Sleeps until something happens. Keys that were pressed are appended to `*keys`; none where only the size changed.
  //
  // Returns:   nothing while the view goes on; the signal that ends it, SIGHUP where the terminal is gone.
  std::optional<int> Wait(std::vector<KeyPress>* keys);

 private:
  struct State;  // what ncurses and the system gave
  explicit TerminalScreen(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_TERMINAL_SCREEN_H_
