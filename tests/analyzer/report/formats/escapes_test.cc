// SPDX-License-Identifier: Apache-2.0
//
// Each format's one escape, on every hostile text: what may stand between the quotes, and that it reads back.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "analyzer/report/formats/csv.h"
#include "analyzer/report/formats/github.h"
#include "analyzer/report/formats/junit.h"
#include "analyzer/report/formats/markdown.h"
#include "analyzer/report/formats/openmetrics.h"
#include "analyzer/report/formats/sarif.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"
#include "tests/analyzer/report/formats/hostile_report.h"

namespace seriesguard {
namespace {

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

void ExpectOnePrintableLine(std::string_view text) {
  EXPECT_TRUE(IsValidUtf8(text)) << text;
  for (const char byte : text) EXPECT_TRUE(static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7F) << text;
  for (const char* part : {"\u2028", "\u2029", "\u0085", "\u202E", "\u2066"}) EXPECT_FALSE(Contains(text, part));
}

TEST(Escapes, LeaveNothingThatEndsAnXmlText) {
  EXPECT_EQ(XmlText("a<b>&\"'\n"), "a&lt;b&gt;&amp;&quot;&#39;&#10;");
  EXPECT_EQ(XmlText("\uFFFE|\uFFFF|\uFEFF"), "\uFFFD|\uFFFD|\uFEFF");
  EXPECT_EQ(XmlText("]]>"), "]]&gt;");
  for (const std::string& text : HostileTexts()) {
    const std::string escaped = XmlText(SafeText(text));
    ExpectOnePrintableLine(escaped);
    for (const char byte : {'<', '>', '"', '\''}) EXPECT_EQ(escaped.find(byte), std::string::npos) << escaped;
  }
}

TEST(Escapes, LeaveNothingThatEndsAWorkflowCommand) {
  EXPECT_EQ(GithubMessage("50%\r\n::x, y"), "50%25%0D%0A::x, y");
  EXPECT_EQ(GithubProperty("a:b,c%0A"), "a%3Ab%2Cc%250A");
  for (const std::string& text : HostileTexts()) {
    ExpectOnePrintableLine(GithubMessage(SafeText(text)));
    const std::string property = GithubProperty(text);  // a path is not made safe, it must be found again
    for (const char byte : {':', ',', '\r', '\n'}) EXPECT_EQ(property.find(byte), std::string::npos) << property;
  }
}

TEST(Escapes, LeaveNoFormulaInACsvField) {
  EXPECT_EQ(CsvField("say \"hi\", now"), "\"say \"\"hi\"\", now\"");
  EXPECT_EQ(CsvField("=cmd()"), "\"'=cmd()\"");
  EXPECT_EQ(CsvField("+1"), "\"'+1\"");
  EXPECT_EQ(CsvField("-1"), "\"'-1\"");
  EXPECT_EQ(CsvField("@A1"), "\"'@A1\"");
  EXPECT_EQ(CsvField("  =1"), "\"'  =1\"");
  EXPECT_EQ(CsvField("\uFF1D1"), "\"'\uFF1D1\"");
  EXPECT_EQ(CsvField("'=1"), "\"''=1\"");
  EXPECT_EQ(CsvField("a=b"), "\"a=b\"");
  EXPECT_EQ(CsvField(""), "\"\"");
  EXPECT_EQ(CsvField("  "), "\"  \"");
  for (const std::string& text : HostileTexts()) {
    const std::string field = CsvField(SafeText(text));
    ExpectOnePrintableLine(field);
    EXPECT_FALSE(field[1] == '=' || field[1] == '+' || field[1] == '-' || field[1] == '@') << field;
  }
}

TEST(Escapes, LeaveNothingThatEndsACodeSpanOrACell) {
  EXPECT_EQ(MarkdownCode("a|b`c"), "`a\\x7Cb\\x60c`");
  EXPECT_EQ(MarkdownCode(" a"), "`  a `");
  EXPECT_EQ(MarkdownCode(""), "");
  EXPECT_EQ(MarkdownCode("<b>"), "`<b>`");
  EXPECT_EQ(MarkdownCode(std::string(500, 'x')), "`" + std::string(240, 'x') + "\u2026`");
  for (const std::string& text : HostileTexts()) {
    const std::string code = MarkdownCode(SafeText(text));
    if (text.empty()) continue;
    ExpectOnePrintableLine(code);
    EXPECT_EQ(code.find('`', 1), code.size() - 1) << code;
    EXPECT_EQ(code.find('|'), std::string::npos) << code;
    EXPECT_LT(code.size(), 1'000u);
  }
}

TEST(Escapes, LeaveNothingThatEndsALabelValue) {
  EXPECT_EQ(OpenMetricsLabelValue("a\"b\\c\n"), "a\\\"b\\\\\\\\c\\\\n");
  for (const std::string& text : HostileTexts()) {
    const std::string value = OpenMetricsLabelValue(text);
    ExpectOnePrintableLine(value);
    for (size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\') {
        ++i;
        ASSERT_LT(i, value.size()) << value;
      } else {
        EXPECT_NE(value[i], '"') << value;
      }
    }
  }
}

TEST(Escapes, LeaveNoLinkInASarifMessage) { EXPECT_EQ(SarifMessage("[a](b) {0} \\"), "\\[a\\](b) {{0}} \\\\"); }

TEST(Escapes, MakeUriReferencesOfPaths) {
  EXPECT_EQ(SarifUri("a/b c.yaml"), "a/b%20c.yaml");
  EXPECT_EQ(SarifUri("/srv/seriesguard.yaml"), "file:///srv/seriesguard.yaml");
  EXPECT_EQ(SarifUri("javascript:alert(1)"), "javascript%3Aalert%281%29");
  EXPECT_EQ(SarifUri("\xff%\n?#"), "%FF%25%0A%3F%23");
}

}  // namespace
}  // namespace seriesguard
