// SPDX-License-Identifier: Apache-2.0
//
// key_table.cc: one row an action; the letters are those of vi and of ncdu where these have one.
#include "analyzer/browse/key_table.h"

namespace seriesguard {
namespace {

KeyPress Letter(const char* text) { return {Key::kText, text}; }
KeyPress Named(Key key) { return {key, {}}; }

}  // namespace

const std::vector<KeyRow>& AllKeys() {
  static const std::vector<KeyRow>* const kKeys = new std::vector<KeyRow>{
      {BrowseAction::kUp, {Named(Key::kUp), Letter("k")}, "up, k", "one row up"},
      {BrowseAction::kDown, {Named(Key::kDown), Letter("j")}, "down, j", "one row down"},
      {BrowseAction::kPageUp, {Named(Key::kPageUp)}, "page up", "one screen up"},
      {BrowseAction::kPageDown, {Named(Key::kPageDown)}, "page down", "one screen down"},
      {BrowseAction::kFirst, {Named(Key::kHome), Letter("g")}, "home, g", "the first row"},
      {BrowseAction::kLast, {Named(Key::kEnd), Letter("G")}, "end, G", "the last row"},
      {BrowseAction::kGoIn,
       {Named(Key::kRight), Named(Key::kEnter), Letter("l")},
       "right, enter, l",
       "go in: from a metric to its labels, a label to its values, a value to series that carry it"},
      {BrowseAction::kGoBack,
       {Named(Key::kLeft), Named(Key::kBackspace), Letter("h")},
       "left, backspace, h",
       "go back, to the row where you went in"},
      {BrowseAction::kEscape, {Named(Key::kEscape)}, "esc", "take the search away; where there is none, go back"},
      {BrowseAction::kNextSort, {Letter("s")}, "s", "sort by the next column that the list has"},
      {BrowseAction::kReverse, {Letter("r")}, "r", "turn the order round"},
      {BrowseAction::kSearch,
       {Letter("/")},
       "/",
       "search: only rows with these letters stay; enter keeps them, esc brings all back, ctrl-U clears"},
      {BrowseAction::kMark,
       {Letter(" ")},
       "space",
       "mark a label, or take the mark away: the series left without all marked ones are counted"},
      {BrowseAction::kWhatIf,
       {Letter("w")},
       "w",
       "what-if on or off: metrics show what is left without their marked labels (without a mark: the one to blame)"},
      {BrowseAction::kPersonal,
       {Letter("p")},
       "p",
       "show or mask e-mail addresses, IP addresses and tokens (masked at the start, unless --show-personal)"},
      {BrowseAction::kFindings,
       {Letter("f")},
       "f",
       "what is wrong: the findings of the metric, on the list of metrics all of them"},
      {BrowseAction::kHelp, {Letter("?")}, "?", "this list of keys; any key that goes back closes it"},
      {BrowseAction::kQuit, {Letter("q")}, "q", "quit, or close a page such as this one"},
  };
  return *kKeys;
}

BrowseAction ActionOf(const KeyPress& key) {
  for (const KeyRow& row : AllKeys()) {
    for (const KeyPress& each : row.keys) {
      if (each == key) return row.action;
    }
  }
  return BrowseAction::kNone;
}

std::string KeyTableMarkdown() {
  std::string table = "| keys | what they do |\n|---|---|\n";
  for (const KeyRow& row : AllKeys()) {
    table.append("| ").append(row.keys_text).append(" | ").append(row.what).append(" |\n");
  }
  return table;
}

}  // namespace seriesguard
