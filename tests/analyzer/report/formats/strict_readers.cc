// SPDX-License-Identifier: Apache-2.0
//
// strict_readers.cc: straight-line recursive descent; no input is repaired.
#include "tests/analyzer/report/formats/strict_readers.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include <gtest/gtest.h>

#include "rules/utf8.h"

namespace seriesguard {
namespace {

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      ADD_FAILURE() << "the last line has no line feed: " << text;
      return lines;
    }
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  XmlElement Read() {
    EXPECT_TRUE(IsValidUtf8(text_));
    Expect("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    XmlElement root = Element();
    Expect("\n");
    EXPECT_EQ(at_, text_.size()) << "text after the root";
    return root;
  }

 private:
  bool Starts(std::string_view part) const { return text_.substr(at_, part.size()) == part; }
  void Expect(std::string_view part) {
    if (Starts(part)) {
      at_ += part.size();
    } else {
      ADD_FAILURE() << "expected " << part << " at " << text_.substr(at_, 60);
      at_ = text_.size();
    }
  }
  std::string Name() {
    const size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '-')) ++at_;
    EXPECT_GT(at_, begin) << "expected a name at " << text_.substr(begin, 60);
    return std::string(text_.substr(begin, at_ - begin));
  }
  // Up to `end`, which is not taken.
  std::string Text(char end) {
    std::string out;
    while (at_ < text_.size() && text_[at_] != end) {
      const char byte = text_[at_];
      if (byte == '&') {
        const size_t semicolon = text_.find(';', at_);
        if (semicolon == std::string_view::npos) {
          ADD_FAILURE() << "a reference without end";
          at_ = text_.size();
          break;
        }
        out += Reference(text_.substr(at_ + 1, semicolon - at_ - 1));
        at_ = semicolon + 1;
        continue;
      }
      EXPECT_NE(byte, '<') << "markup in a text at " << text_.substr(at_, 60);
      const bool is_blank = byte == '\n' || byte == '\t' || byte == '\r';
      EXPECT_TRUE(static_cast<unsigned char>(byte) >= 0x20 || is_blank) << "a control in XML";
      EXPECT_FALSE(Starts("\uFFFE") || Starts("\uFFFF")) << "no character of XML";
      out.push_back(byte);
      ++at_;
    }
    return out;
  }
  static std::string Reference(std::string_view name) {
    static const std::map<std::string_view, std::string> kNames = {{"amp", "&"},   {"lt", "<"},  {"gt", ">"},
                                                                   {"quot", "\""}, {"#39", "'"}, {"#10", "\n"}};
    const auto found = kNames.find(name);
    if (found != kNames.end()) return found->second;
    ADD_FAILURE() << "unknown reference " << name;
    return "";
  }
  XmlElement Element() {
    XmlElement element;
    Expect("<");
    element.name = Name();
    while (Starts(" ")) {
      ++at_;
      const std::string key = Name();
      Expect("=\"");
      EXPECT_TRUE(element.attributes.emplace(key, Text('"')).second) << "attribute twice: " << key;
      Expect("\"");
    }
    if (Starts("/>")) {
      at_ += 2;
      return element;
    }
    Expect(">");
    while (at_ < text_.size()) {
      element.text += Text('<');
      if (Starts("</")) break;
      element.children.push_back(Element());
    }
    Expect("</" + element.name + ">");
    return element;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// The line without its code spans, each of which becomes one "S".
std::string WithoutCode(std::string_view line, std::vector<std::string>* violations) {
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t open = line.find('`', at);
    out += line.substr(at, open == std::string_view::npos ? open : open - at);
    if (open == std::string_view::npos) return out;
    const size_t close = line.find('`', open + 1);
    if (close == std::string_view::npos || close == open + 1) {
      violations->push_back("a code span without end or text: " + std::string(line));
      return out;
    }
    if (line.substr(open, close - open).find('|') != std::string_view::npos) {
      violations->push_back("a bar in a code span: " + std::string(line));
    }
    out += "S";
    at = close + 1;
  }
}

}  // namespace

std::vector<std::vector<std::string>> ReadCsv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  size_t at = 0;
  while (at < text.size()) {
    std::vector<std::string> row;
    while (true) {
      std::string field;
      if (text.substr(at, 1) == "\"") {
        ++at;
        while (at < text.size() && !(text[at] == '"' && text.substr(at, 2) != "\"\"")) {
          at += text[at] == '"';
          field.push_back(text[at++]);
        }
        EXPECT_LT(at, text.size()) << "a quote without end";
        ++at;
        const size_t first = field.find_first_not_of(' ');
        const bool calculates =
            first != std::string::npos && std::string_view("=+-@").find(field[first]) != std::string_view::npos;
        EXPECT_FALSE(calculates) << field;
        if (!field.empty() && field.front() == '\'') field.erase(0, 1);
      } else {
        while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_')) {
          field.push_back(text[at++]);
        }
      }
      row.push_back(field);
      if (text.substr(at, 1) != ",") break;
      ++at;
    }
    if (text.substr(at, 2) != "\r\n") {
      ADD_FAILURE() << "expected the end of a record at " << text.substr(at, 60);
      return rows;
    }
    at += 2;
    rows.push_back(row);
  }
  return rows;
}

XmlElement ReadXml(std::string_view text) { return XmlReader(text).Read(); }

std::vector<WorkflowCommand> ReadWorkflowCommands(std::string_view text) {
  std::vector<WorkflowCommand> commands;
  for (const std::string_view line : LinesOf(text)) {
    WorkflowCommand command;
    const size_t blank = line.find(' ');
    const size_t end = line.find("::", 2);
    if (line.substr(0, 2) != "::" || blank == std::string_view::npos || end == std::string_view::npos || blank > end) {
      ADD_FAILURE() << "no command: " << line;
      continue;
    }
    EXPECT_EQ(line.find('\r'), std::string_view::npos);
    command.name = line.substr(2, blank - 2);
    command.message = line.substr(end + 2);
    std::string_view rest = line.substr(blank + 1, end - blank - 1);
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find(','));
      const size_t equals = one.find('=');
      EXPECT_NE(equals, std::string_view::npos) << line;
      if (equals == std::string_view::npos) break;
      EXPECT_TRUE(command.properties.emplace(one.substr(0, equals), one.substr(equals + 1)).second) << line;
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    commands.push_back(command);
  }
  return commands;
}

std::vector<std::string> MarkdownViolations(std::string_view text) {
  std::vector<std::string> violations;
  int open_details = 0;
  size_t bars_of_table = 0;
  bool is_first = true;
  for (const std::string_view line : LinesOf(text)) {
    const bool is_marker = is_first && line == "<!-- seriesguard -->";
    is_first = false;
    if (is_marker) continue;
    constexpr std::string_view kOpen = "<details><summary>";
    constexpr std::string_view kOpened = "</summary>";
    std::string plain = WithoutCode(line, &violations);
    if (plain == "</details>") {
      --open_details;
      continue;
    }
    if (line.substr(0, kOpen.size()) == kOpen && line.size() > kOpen.size() + kOpened.size() &&
        line.substr(line.size() - kOpened.size()) == kOpened) {
      ++open_details;
      plain = std::string(line.substr(kOpen.size(), line.size() - kOpen.size() - kOpened.size()));
      if (plain.find('`') != std::string::npos) violations.push_back("untrusted text in a summary: " + plain);
    }
    for (const char byte : plain) {
      const bool is_plain = std::isalnum(static_cast<unsigned char>(byte)) ||
                            std::string_view(" .,:;|*-()%#~+").find(byte) != std::string_view::npos;
      if (!is_plain) violations.push_back(std::string("\"") + byte + "\" outside a code span: " + std::string(line));
    }
    const auto bars = static_cast<size_t>(std::count(plain.begin(), plain.end(), '|'));
    if (bars_of_table != 0 && bars != 0 && bars != bars_of_table) {
      violations.push_back("another number of cells: " + std::string(line));
    }
    bars_of_table = bars;
  }
  if (open_details != 0) violations.push_back("<details> that are not closed, or closed twice");
  return violations;
}

}  // namespace seriesguard
