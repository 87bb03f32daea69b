// SPDX-License-Identifier: Apache-2.0
//
// key_table.h: every key of the terminal view and what it does; the view's own help and docs/browse.md show its rows.
//
// Use:      Browser looks an action up; a new key is a new row.
// Threads:  constants.
#ifndef SERIESGUARD_ANALYZER_BROWSE_KEY_TABLE_H_
#define SERIESGUARD_ANALYZER_BROWSE_KEY_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/browse/key_press.h"

namespace seriesguard {

enum class BrowseAction : uint8_t {
  kNone,  // a key without a meaning
  kUp,
  kDown,
  kPageUp,
  kPageDown,
  kFirst,
  kLast,
  kGoIn,
  kGoBack,
  kEscape,
  kNextSort,
  kReverse,
  kSearch,
  kMark,
  kWhatIf,
  kPersonal,
  kFindings,
  kHelp,
  kQuit,
};

struct KeyRow {
  BrowseAction action;
  std::vector<KeyPress> keys;
  std::string_view keys_text;  // "up, k"
  std::string_view what;       // one sentence without a full stop
};

// In the order in which help lists them.
const std::vector<KeyRow>& AllKeys();

// What a key does outside the search prompt; kNone where nothing.
BrowseAction ActionOf(const KeyPress& key);

// The rows as the Markdown table of docs/browse.md.
std::string KeyTableMarkdown();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_KEY_TABLE_H_
