// SPDX-License-Identifier: Apache-2.0
//
// terminal_screen.cc: the only file that knows ncurses; its macros stay here.
#include "analyzer/browse/terminal_screen.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "analyzer/browse/terminal_check.h"
#include "analyzer/browse/terminal_rescue.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <ncurses.h>

namespace seriesguard {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int kEscapeDelayMs = 25;  // how long after an escape its sequence may take; a local terminal needs no more
constexpr int kMostEmptyReads = 100;

volatile sig_atomic_t ending_signal = 0;

extern "C" void NoteSignal(int number) { ending_signal = number; }

enum Pair : short { kGreen = 1, kYellow = 2, kRed = 3 };

attr_t AttributesOf(Ink ink, bool colour) {
  switch (ink) {
    case Ink::kPlain: break;
    case Ink::kBold: return A_BOLD;
    case Ink::kDim: return A_DIM;
    case Ink::kGood: return colour ? static_cast<attr_t>(COLOR_PAIR(kGreen)) : static_cast<attr_t>(A_BOLD);
    case Ink::kWarn: return colour ? static_cast<attr_t>(COLOR_PAIR(kYellow)) : static_cast<attr_t>(A_BOLD);
    case Ink::kBad: return A_BOLD | (colour ? static_cast<attr_t>(COLOR_PAIR(kRed)) : static_cast<attr_t>(A_NORMAL));
  }
  return A_NORMAL;
}

std::string OnlyAscii(const std::string& safe) {
  std::string text;
  for (size_t i = 0; i < safe.size();) {
    const size_t length = std::max<size_t>(1, DecodeUtf8(safe, i).length_bytes);
    if (static_cast<unsigned char>(safe[i]) < 0x80) {
      text.push_back(safe[i]);
    } else {
      text.append(DisplayColumns(std::string_view(safe).substr(i, length)), '?');
    }
    i += length;
  }
  return text;
}

// The key of a code of ncurses or of a control character; nothing where it has no meaning here.
std::optional<KeyPress> NamedKey(int status, wint_t code) {
  if (status == KEY_CODE_YES) {
    switch (code) {
      case KEY_UP: return KeyPress{Key::kUp, {}};
      case KEY_DOWN: return KeyPress{Key::kDown, {}};
      case KEY_LEFT: return KeyPress{Key::kLeft, {}};
      case KEY_RIGHT: return KeyPress{Key::kRight, {}};
      case KEY_PPAGE: return KeyPress{Key::kPageUp, {}};
      case KEY_NPAGE: return KeyPress{Key::kPageDown, {}};
      case KEY_HOME: return KeyPress{Key::kHome, {}};
      case KEY_END: return KeyPress{Key::kEnd, {}};
      case KEY_ENTER: return KeyPress{Key::kEnter, {}};
      case KEY_BACKSPACE: return KeyPress{Key::kBackspace, {}};
      default: return std::nullopt;
    }
  }
  switch (code) {
    case '\n':
    case '\r': return KeyPress{Key::kEnter, {}};
    case 0x1B: return KeyPress{Key::kEscape, {}};
    case '\b':
    case 0x7F: return KeyPress{Key::kBackspace, {}};
    case 0x15: return KeyPress{Key::kClearLine, {}};
    default: break;
  }
  const bool is_scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  if (code < 0x20 || (code >= 0x80 && code < 0xA0) || !is_scalar) return std::nullopt;
  KeyPress key;
  AppendUtf8(static_cast<char32_t>(code), &key.text);
  return key;
}

}  // namespace

struct TerminalScreen::State {
  FILE* output = nullptr;
  FILE* keyboard = nullptr;
  SCREEN* screen = nullptr;
  bool colour = false;
  bool is_utf8 = false;
  int empty_reads = 0;
  std::string locale_before;
  sigset_t mask_before;
  struct sigaction actions_before[std::size(kEndingSignals)];

  ~State() {
    if (screen != nullptr) {
      endwin();
      delscreen(screen);
      DisarmTerminalRescue();
      for (size_t i = 0; i < std::size(kEndingSignals); ++i) sigaction(kEndingSignals[i], &actions_before[i], nullptr);
      pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
      setlocale(LC_CTYPE, locale_before.c_str());
    }
    if (output != nullptr) fclose(output);
    if (keyboard != nullptr) fclose(keyboard);
  }
};

absl::StatusOr<std::unique_ptr<TerminalScreen>> TerminalScreen::Open(const TerminalOptions& options) {
  auto state = std::make_unique<State>();
  // Of descriptors of its own: fclose must not take those of the process.
  state->output = fdopen(fcntl(options.output, F_DUPFD_CLOEXEC, 3), "w");
  state->keyboard = fdopen(fcntl(options.keyboard, F_DUPFD_CLOEXEC, 3), "r");
  if (state->output == nullptr || state->keyboard == nullptr) return NoTerminalError("the terminal cannot be opened");
  termios modes_before{};
  if (tcgetattr(fileno(state->output), &modes_before) != 0) return NoTerminalError("the terminal has no modes");

  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int number : kEndingSignals) sigaddset(&blocked, number);
  sigaddset(&blocked, SIGWINCH);
  sigaddset(&blocked, SIGTSTP);
  pthread_sigmask(SIG_BLOCK, &blocked, &state->mask_before);
  ending_signal = 0;
  for (size_t i = 0; i < std::size(kEndingSignals); ++i) {
    struct sigaction action {};
    action.sa_handler = NoteSignal;  // without SA_RESTART: it wakes Wait
    sigemptyset(&action.sa_mask);
    sigaction(kEndingSignals[i], &action, &state->actions_before[i]);
  }
  state->locale_before = setlocale(LC_CTYPE, nullptr);
  setlocale(LC_CTYPE, "");
  state->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

  state->screen = newterm(nullptr, state->output, state->keyboard);
  if (state->screen == nullptr) {
    for (size_t i = 0; i < std::size(kEndingSignals); ++i) {
      sigaction(kEndingSignals[i], &state->actions_before[i], nullptr);
    }
    pthread_sigmask(SIG_SETMASK, &state->mask_before, nullptr);
    setlocale(LC_CTYPE, state->locale_before.c_str());
    return NoTerminalError("the terminal cannot be taken over");
  }
  ArmTerminalRescue(fileno(state->output), modes_before,
                    TerminalCapability("sgr0") + TerminalCapability("rmkx") + TerminalCapability("cnorm") +
                        TerminalCapability("rmcup"));
  set_escdelay(kEscapeDelayMs);
  cbreak();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  curs_set(0);
  state->colour = options.colour && has_colors() && start_color() == OK;
  if (state->colour) {
    const short background = use_default_colors() == OK ? short{-1} : short{COLOR_BLACK};
    init_pair(kGreen, COLOR_GREEN, background);
    init_pair(kYellow, COLOR_YELLOW, background);
    init_pair(kRed, COLOR_RED, background);
  }
  return std::unique_ptr<TerminalScreen>(new TerminalScreen(std::move(state)));
}

TerminalScreen::TerminalScreen(std::unique_ptr<State> state) : state_(std::move(state)) {}
TerminalScreen::~TerminalScreen() = default;

size_t TerminalScreen::lines() const { return static_cast<size_t>(getmaxy(stdscr)); }
size_t TerminalScreen::columns() const { return static_cast<size_t>(getmaxx(stdscr)); }

void TerminalScreen::Draw(const ScreenImage& image) {
  werase(stdscr);
  for (size_t i = 0; i < image.lines.size() && i < lines(); ++i) {
    const ScreenLine& line = image.lines[i];
    const int y = static_cast<int>(i);
    if (line.is_cursor) mvwhline(stdscr, y, 0, ' ' | A_REVERSE, static_cast<int>(columns()));
    for (const ScreenPiece& piece : line.pieces) {
      const std::string text = state_->is_utf8 ? piece.text : OnlyAscii(piece.text);
      wattrset(stdscr,
               static_cast<int>(AttributesOf(piece.ink, state_->colour) | (line.is_cursor ? A_REVERSE : A_NORMAL)));
      // Each piece goes to its own column: where libc and rules/safe_text differ in the width of a rare character, only
      // its own cell is out of place.
      mvwaddnstr(stdscr, y, static_cast<int>(piece.column), text.data(), static_cast<int>(text.size()));
    }
  }
  wattrset(stdscr, A_NORMAL);
  wrefresh(stdscr);
}

std::optional<int> TerminalScreen::Wait(std::vector<KeyPress>* keys) {
  pollfd keyboard{fileno(state_->keyboard), POLLIN, 0};
  const int ready = ppoll(&keyboard, 1, nullptr, &state_->mask_before);
  if (ending_signal != 0) return static_cast<int>(ending_signal);
  if (ready > 0 && (keyboard.revents & POLLIN) == 0) return SIGHUP;  // POLLHUP or POLLERR alone
  const size_t before = keys->size();
  bool was_resized = false;
  while (true) {
    wint_t code = 0;
    const int status = wget_wch(stdscr, &code);
    if (status == ERR) break;
    if (status == KEY_CODE_YES && code == KEY_RESIZE) {
      was_resized = true;
      continue;
    }
    const std::optional<KeyPress> key = NamedKey(status, code);
    if (key) keys->push_back(*key);
    state_->empty_reads = 0;
    if (keys->size() - before >= 1024) break;  // draw now and then while a paste goes on
  }
  // A keyboard that is always ready and never brings a key has come to its end.
  if (ready > 0 && !was_resized && keys->size() == before && ++state_->empty_reads > kMostEmptyReads) return SIGHUP;
  return std::nullopt;
}

}  // namespace seriesguard
