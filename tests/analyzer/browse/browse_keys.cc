// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzer/browse/browse_keys.h"

#include <algorithm>
#include <string>
#include <utility>

namespace seriesguard {

std::vector<KeyPress> KeysOf(std::string_view words) {
  static const auto* const kNames = new std::vector<std::pair<std::string_view, KeyPress>>{
      {"up", {Key::kUp, {}}},       {"down", {Key::kDown, {}}},        {"left", {Key::kLeft, {}}},
      {"right", {Key::kRight, {}}}, {"page-up", {Key::kPageUp, {}}},   {"page-down", {Key::kPageDown, {}}},
      {"home", {Key::kHome, {}}},   {"end", {Key::kEnd, {}}},          {"enter", {Key::kEnter, {}}},
      {"esc", {Key::kEscape, {}}},  {"ctrl-u", {Key::kClearLine, {}}}, {"backspace", {Key::kBackspace, {}}},
      {"space", {Key::kText, " "}}};
  std::vector<KeyPress> keys;
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    KeyPress key{Key::kText, std::string(word)};
    for (const auto& [name, named] : *kNames) {
      if (name == word) key = named;
    }
    keys.push_back(key);
  }
  return keys;
}

}  // namespace seriesguard
