// SPDX-License-Identifier: Apache-2.0
//
// key_press.h: one key of the keyboard, whatever terminal it stands on.
//
// Use:      made by TerminalScreen, or by a test; answered by Browser::Press.
// Threads:  plain data.
#ifndef SERIESGUARD_ANALYZER_BROWSE_KEY_PRESS_H_
#define SERIESGUARD_ANALYZER_BROWSE_KEY_PRESS_H_

#include <cstdint>
#include <string>

namespace seriesguard {

enum class Key : uint8_t {
  kText,  // a character, see KeyPress::text
  kUp,
  kDown,
  kLeft,
  kRight,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
  kEnter,
  kEscape,
  kBackspace,
  kClearLine,  // ctrl-U
};

struct KeyPress {
  Key key = Key::kText;
  std::string text;  // of kText: one character in UTF-8
};

inline bool operator==(const KeyPress& a, const KeyPress& b) { return a.key == b.key && a.text == b.text; }

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_KEY_PRESS_H_
