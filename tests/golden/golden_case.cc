// SPDX-License-Identifier: Apache-2.0
//
// golden_case.cc: a line at a time; a block collects until the next line that does not begin with `|`.
#include "tests/golden/golden_case.h"

#include <cstdlib>
#include <utility>

#include "tests/golden/packed_bytes.h"

namespace seriesguard {
namespace {

std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return line;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool HasPrefix(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// The words of a command line; '...' and "..." group, an empty pair is an empty word.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (const char byte : text) {
    if (quote != '\0') {
      if (byte == quote) {
        quote = '\0';
      } else {
        word.push_back(byte);
      }
    } else if (byte == '\'' || byte == '"') {
      quote = byte;
      in_word = true;
    } else if (byte == ' ') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word.push_back(byte);
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::string Unescaped(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes.push_back(text[i]);
      continue;
    }
    const char kind = text[++i];
    if (kind == 'x' && i + 2 < text.size()) {
      bytes.push_back(static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16)));
      i += 2;
    } else {
      bytes.push_back(kind == 'n' ? '\n' : kind == 't' ? '\t' : kind == 'r' ? '\r' : kind == '0' ? '\0' : kind);
    }
  }
  return bytes;
}

// Takes the lines that begin with `|`.
std::string TakeBlock(std::string_view* text) {
  std::string block;
  while (HasPrefix(*text, "|")) {
    std::string_view line = TakeLine(text).substr(1);
    if (HasPrefix(line, " ")) line.remove_prefix(1);
    block.append(line).append("\n");
  }
  return block;
}

// Matches within one line; `<any>` stands for any text.
bool MatchesLine(std::string_view expected, std::string_view actual) {
  constexpr std::string_view kAny = "<any>";
  const size_t any = expected.find(kAny);
  if (any == std::string_view::npos) return expected == actual;
  if (!HasPrefix(actual, expected.substr(0, any))) return false;
  const std::string_view rest = expected.substr(any + kAny.size());
  for (size_t start = any; start <= actual.size(); ++start) {
    if (MatchesLine(rest, actual.substr(start))) return true;
  }
  return false;
}

// Reads `key: value` or the head of a block; returns false for a line that is neither.
bool TakeEntry(std::string_view line, std::string_view* text, GoldenCase* golden) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view key = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  const size_t blank = key.find(' ');
  const std::string_view kind = key.substr(0, blank);
  const std::string name(blank == std::string_view::npos ? "" : Trim(key.substr(blank)));
  if (key == "args") {
    golden->arguments = Words(value);
  } else if (key == "terminal") {
    golden->terminal_columns = static_cast<size_t>(std::atoi(std::string(value).c_str()));
  } else if (key == "env") {
    const size_t equals = value.find('=');
    golden->environment.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  } else if (key == "stdout") {
    golden->sink = std::string(value);
  } else if (key == "stdin") {
    golden->stdin_bytes = TakeBlock(text);
  } else if (key == "expect-status") {
    golden->status = std::atoi(std::string(value).c_str());
  } else if (key == "expect-stdout") {
    golden->expected_out = TakeBlock(text);
  } else if (key == "expect-stderr") {
    golden->expected_err = TakeBlock(text);
  } else if (key == "expect-json") {
    golden->expects_json = true;
    const std::string block = TakeBlock(text);
    std::string_view rest = block;
    while (!rest.empty()) {
      const std::string_view row = TakeLine(&rest);
      const size_t space = row.find(' ');
      golden->expected_json.emplace_back(row.substr(0, space), row.substr(space + 1));
    }
  } else if (!name.empty() && kind == "file") {
    golden->files.push_back({name, TakeBlock(text)});
  } else if (!name.empty() && kind == "gzip") {
    golden->files.push_back({name, GzipOf(TakeBlock(text))});
  } else if (!name.empty() && kind == "zstd") {
    golden->files.push_back({name, ZstdOf(TakeBlock(text))});
  } else if (!name.empty() && kind == "bytes") {
    std::string bytes;
    const std::string block = TakeBlock(text);
    std::string_view rest = block;
    while (!rest.empty()) bytes += Unescaped(TakeLine(&rest));
    golden->files.push_back({name, bytes});
  } else {
    return false;
  }
  return true;
}

}  // namespace

GoldenCase ReadGoldenCase(std::string_view text) {
  GoldenCase golden;
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    if (Trim(line).empty()) continue;
    if (HasPrefix(line, "#")) {
      golden.about.append(Trim(line.substr(1))).append("\n");
    } else if (!TakeEntry(line, &text, &golden)) {
      golden.error = "cannot read the line: " + std::string(line);
      return golden;
    }
  }
  if (golden.about.empty()) golden.error = "a case says in a comment what it shows";
  if (golden.status < 0) golden.error = "expect-status is missing";
  return golden;
}

bool MatchesGolden(std::string_view expected, std::string_view actual) {
  if (expected.empty()) return actual.empty();
  std::string_view rest = expected;
  const std::string_view line = TakeLine(&rest);
  if (line == "<lines>") {
    for (std::string_view left = actual;; TakeLine(&left)) {
      if (MatchesGolden(rest, left)) return true;
      if (left.empty()) return false;
    }
  }
  if (actual.empty()) return false;
  std::string_view left = actual;
  return MatchesLine(line, TakeLine(&left)) && MatchesGolden(rest, left);
}

}  // namespace seriesguard
