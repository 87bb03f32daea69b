// SPDX-License-Identifier: Apache-2.0
//
// html_text_test.cc: nothing of what stands in a dump can leave the place where it is put.
#include "analyzer/report/html/html_text.h"

#include <random>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "rules/safe_text.h"
#include "rules/utf8.h"
#include "tests/analyzer/report/formats/hostile_report.h"

namespace seriesguard {
namespace {

std::string TextOf(std::string_view untrusted, size_t columns = HtmlWriter::kTextColumns) {
  std::string out;
  HtmlWriter(&out).Text(untrusted, columns);
  return out;
}

// Reads back what Text wrote: named references, decimal and hexadecimal ones.
std::string Unescaped(std::string_view html) {
  std::string text;
  for (size_t i = 0; i < html.size(); ++i) {
    if (html[i] != '&') {
      text.push_back(html[i]);
      continue;
    }
    const size_t end = html.find(';', i);
    const std::string name(html.substr(i + 1, end - i - 1));
    if (name == "amp") text.push_back('&');
    if (name == "lt") text.push_back('<');
    if (name == "gt") text.push_back('>');
    if (name == "quot") text.push_back('"');
    if (name.rfind("#x", 0) == 0)
      AppendUtf8(static_cast<char32_t>(std::stoul(name.substr(2), nullptr, 16)), &text);
    else if (name.rfind('#', 0) == 0)
      AppendUtf8(static_cast<char32_t>(std::stoul(name.substr(1))), &text);
    i = end;
  }
  return text;
}

void ExpectInert(const std::string& html) {
  for (const char byte : html) {
    const bool is_printable = byte >= 0x20 && byte < 0x7F;
    EXPECT_TRUE(is_printable && byte != '<' && byte != '>' && byte != '"' && byte != '\'') << html;
  }
}

TEST(HtmlText, HoldsEveryHostileText) {
  for (const std::string& text : HostileTexts()) {
    ExpectInert(TextOf(text));
    EXPECT_EQ(Unescaped(TextOf(text)), SafeTextTruncated(text, HtmlWriter::kTextColumns));
  }
}

TEST(HtmlText, HoldsRandomBytes) {
  std::mt19937 random(20'260'801);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t i = 0, n = random() % 12; i < n; ++i) text.push_back(static_cast<char>(random() % 256));
    const std::string html = TextOf(text);
    ExpectInert(html);
    ASSERT_EQ(Unescaped(html), SafeText(text));
  }
}

TEST(HtmlText, HoldsEveryScalar) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    std::string text = "a";
    AppendUtf8(value, &text);
    const std::string html = TextOf(text);
    ASSERT_EQ(Unescaped(html), SafeText(text)) << std::hex << static_cast<uint32_t>(value);
    for (const char byte : html) ASSERT_TRUE(byte >= 0x20 && byte < 0x7F) << html;
  }
}

TEST(HtmlText, CutsWhatIsLong) { EXPECT_EQ(TextOf(std::string(300, 'x'), 5), "xxxx&#x2026;"); }

TEST(HtmlText, WritesNumbersForPeopleAndForAttributes) {
  std::string out;
  HtmlWriter(&out).Own("<td data-n=\"").Digits(1'234'567).Own("\">").Number(1'234'567).Own("</td>");
  EXPECT_EQ(out, "<td data-n=\"1234567\">1,234,567</td>");
}

TEST(ScriptJson, IsTheSameDocumentInAsciiThatEndsNoScript) {
  for (const std::string& text : HostileTexts()) {
    const std::string safe = SafeText(text);
    const std::string json = nlohmann::json{{"name", safe}, {safe, 1}}.dump();
    const std::string script = ScriptJson(json);
    for (const char byte : script) {
      EXPECT_TRUE(byte >= 0x20 && byte < 0x7F && byte != '<' && byte != '>' && byte != '&') << script;
    }
    EXPECT_EQ(nlohmann::json::parse(script), nlohmann::json::parse(json));
  }
}

TEST(ScriptJson, HasAMarkForWhatIsNotUtf8) { EXPECT_EQ(ScriptJson("\"a\xff\""), "\"a\\ufffd\""); }

}  // namespace
}  // namespace seriesguard
