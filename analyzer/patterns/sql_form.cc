// SPDX-License-Identifier: Apache-2.0
//
// sql_form.cc: a value is read as words and marks; nothing is kept but the place.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "analyzer/patterns/byte_profile.h"
#include "analyzer/patterns/code_form.h"

namespace seriesguard {
namespace {

constexpr std::string_view kNameMarks = "_$.\"`[]";

bool IsWordByte(char c) { return IsAlnum(c) || c == '_' || (KindOf(c) & kHighByte) != 0; }

class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) { SkipBlanks(); }

  std::string_view rest() const { return rest_; }
  bool AtEnd() const { return rest_.empty(); }
  char Next() const { return rest_.empty() ? '\0' : rest_[0]; }

  // The word that begins here, empty where a mark stands.
  std::string_view Peek() const {
    size_t end = 0;
    while (end < rest_.size() && IsWordByte(rest_[end])) ++end;
    return rest_.substr(0, end);
  }
  bool Take(std::string_view word) {  // `word` is in small letters
    const std::string_view next = Peek();
    if (next.size() != word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if ((IsLetter(next[i]) ? next[i] | 0x20 : next[i]) != word[i]) return false;
    }
    Skip(word.size());
    return true;
  }
  template <size_t kCount>
  bool TakeOneOf(const std::array<std::string_view, kCount>& words) {
    return std::any_of(words.begin(), words.end(), [this](std::string_view word) { return Take(word); });
  }
  bool TakeMark(char mark) {
    if (Next() != mark) return false;
    Skip(1);
    return true;
  }
  // A name with dots in it; quoted, it may hold anything.
  bool TakeName() {
    size_t end = 0;
    while (end < rest_.size() && (IsWordByte(rest_[end]) || kNameMarks.find(rest_[end]) != std::string_view::npos)) {
      const char quote = rest_[end];
      ++end;
      if (quote != '"' && quote != '`') continue;
      const size_t close = rest_.find(quote, end);
      if (close != std::string_view::npos) end = close + 1;
    }
    if (end == 0) return false;
    Skip(end);
    return true;
  }
  void Skip(size_t bytes) {
    rest_.remove_prefix(bytes);
    SkipBlanks();
  }

 private:
  // Blanks and comments.
  void SkipBlanks() {
    while (!rest_.empty()) {
      if (IsBlank(rest_[0])) {
        rest_.remove_prefix(1);
      } else if (StartsWith(rest_, "/*")) {
        const size_t end = rest_.find("*/", 2);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
      } else if (StartsWith(rest_, "--")) {
        const size_t end = rest_.find('\n');
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      } else {
        break;
      }
    }
  }

  std::string_view rest_;
};

bool IsOneCase(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return (KindOf(c) & kUpperBytes) != 0; }) ||
         std::all_of(word.begin(), word.end(), [](char c) { return (KindOf(c) & kLowerBytes) != 0; });
}

// What stands behind SELECT: one expression, then a comma, FROM, AS, an operator or the end.
bool IsSelect(Words words) {
  constexpr std::array<std::string_view, 3> kHow = {"distinct", "all", "distinctrow"};
  words.TakeOneOf(kHow);
  if (words.Take("top")) {
    words.TakeMark('(');
    words.TakeName();
    words.TakeMark(')');
  }
  if (words.AtEnd()) return false;
  const char first = words.Next();
  if (first == '*' || first == '?' || first == '$' || first == ':' || first == '@' || first == '(' || first == '\'') {
    return true;
  }
  const bool is_number = IsDigit(first);
  if (!words.TakeName()) return false;
  if (words.AtEnd()) return is_number;
  if (words.Take("from")) return words.Next() == '(' || words.TakeName();
  if (words.Take("as")) return true;
  const char mark = words.Next();
  return std::string_view("(,+-*/|=<>:;").find(mark) != std::string_view::npos;
}

bool IsInsert(Words words) {
  constexpr std::array<std::string_view, 4> kHow = {"ignore", "or", "overwrite", "delayed"};
  if (words.TakeOneOf(kHow)) words.Take("replace");
  if (!words.Take("into") || !words.TakeName()) return false;
  constexpr std::array<std::string_view, 4> kThen = {"values", "select", "default", "set"};
  return words.Next() == '(' || words.TakeOneOf(kThen);
}

bool IsUpdate(Words words) {
  words.Take("only");
  if (!words.TakeName()) return false;
  if (words.Take("as")) words.TakeName();
  if (words.Take("set")) return words.TakeName() && (words.Next() == '=' || words.Next() == '(');
  return words.TakeName() && words.Take("set") && words.TakeName() && words.Next() == '=';
}

bool IsDelete(Words words) {
  if (!words.Take("from") || !words.TakeName()) return false;
  constexpr std::array<std::string_view, 6> kThen = {"where", "using", "as", "returning", "limit", "order"};
  return words.AtEnd() || words.Next() == ';' || words.TakeOneOf(kThen);
}

// CREATE, ALTER, DROP, TRUNCATE: what it is done to.
bool IsDefinition(Words words) {
  constexpr std::array<std::string_view, 10> kHow = {"or",       "temporary",    "temp",         "unique",   "global",
                                                     "unlogged", "materialized", "concurrently", "external", "replace"};
  while (words.TakeOneOf(kHow)) {
  }
  constexpr std::array<std::string_view, 13> kWhat = {"table",    "index",     "view",     "database", "schema",
                                                      "sequence", "function",  "trigger",  "user",     "role",
                                                      "type",     "extension", "procedure"};
  return words.TakeOneOf(kWhat) && words.TakeName();
}

bool IsWith(Words words) {
  words.Take("recursive");
  if (!words.TakeName()) return false;
  if (words.TakeMark('(')) {
    const size_t close = words.rest().find(')');
    if (close == std::string_view::npos) return false;
    words.Skip(close + 1);
  }
  return words.Take("as") && (words.Next() == '(' || words.Take("materialized") || words.Take("not"));
}

}  // namespace

bool IsSql(std::string_view value) {
  Words words(value);
  while (words.TakeMark('(')) {
  }
  if (words.Take("explain")) words.Take("analyze");
  const std::string_view verb = words.Peek();
  if (verb.size() < 4 || verb.size() > 8 || !IsOneCase(verb)) return false;
  if (words.Take("select")) return IsSelect(words);
  if (words.Take("insert") || words.Take("replace")) return IsInsert(words);
  if (words.Take("update")) return IsUpdate(words);
  if (words.Take("delete")) return IsDelete(words);
  if (words.Take("merge")) return words.Take("into") && words.TakeName() && !words.AtEnd();
  if (words.Take("with")) return IsWith(words);
  if (words.Take("truncate")) return words.Take("table") && words.TakeName();
  if (words.Take("create") || words.Take("alter") || words.Take("drop")) return IsDefinition(words);
  return false;
}

}  // namespace seriesguard
