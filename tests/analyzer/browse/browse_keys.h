// SPDX-License-Identifier: Apache-2.0
//
// browse_keys.h: keys as words, for tests: "down down enter / u p esc".
#ifndef SERIESGUARD_TESTS_ANALYZER_BROWSE_BROWSE_KEYS_H_
#define SERIESGUARD_TESTS_ANALYZER_BROWSE_BROWSE_KEYS_H_

#include <string_view>
#include <vector>

#include "analyzer/browse/key_press.h"

namespace seriesguard {

// The keys named in `words`, between blanks: up, down, left, right, page-up, page-down, home, end, enter, esc,
// backspace, ctrl-u, space; any other word is a character.
std::vector<KeyPress> KeysOf(std::string_view words);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_BROWSE_BROWSE_KEYS_H_
