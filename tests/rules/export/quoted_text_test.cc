// SPDX-License-Identifier: Apache-2.0
//
// quoted_text_test.cc: every text survives each of the languages; what reads them back is not our own writer.
#include "rules/export/quoted_text.h"

#include <string>

#include "gtest/gtest.h"
#include "rules/reading/findings.h"
#include "rules/reading/yaml_tree.h"
#include "rules/regex_limits.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

std::string FromYaml(const std::string& scalar) {
  Findings findings;
  const std::optional<YamlNode> root = ReadYamlTree("key: " + scalar + "\n", &findings);
  EXPECT_TRUE(root.has_value()) << scalar;
  return root ? root->entries.at(0).value.text : "";
}

TEST(QuotedText, YamlGivesEveryCodePointBack) {
  for (char32_t value = 0; value < 0x3000; ++value) {
    std::string text = "a";
    AppendUtf8(value, &text);
    text += "0";
    EXPECT_EQ(FromYaml(QuotedForYaml(text)), text) << static_cast<unsigned>(value);
  }
  for (const char32_t value : {0xFEFFu, 0xFFFDu, 0xE000u, 0x1F980u, 0xE0001u, 0x10FFFFu}) {
    std::string text;
    AppendUtf8(value, &text);
    EXPECT_EQ(FromYaml(QuotedForYaml(text)), text) << static_cast<unsigned>(value);
  }
}

TEST(QuotedText, IsPrintableAndOfOneLine) {
  EXPECT_EQ(QuotedForPromql("a\"b\\c\n\x01\xE2\x80\xA8\xF3\xA0\x80\x81é"),
            "\"a\\\"b\\\\c\\u000A\\u0001\\u2028\\U000E0001é\"");
  EXPECT_EQ(QuotedForYaml("{{ .X }}: # - 'é'"), "\"{{ .X }}: # - 'é'\"");
  EXPECT_EQ(ForComment("a\nb"), "a\\nb");
}

TEST(QuotedText, RegexMatchesTheTextAlone) {
  const std::string text = "a.b+c*(d|e)[f]{2}^$\\?";
  const auto regex = CompileLimitedRegex(AnyOfRegex({"other", text}));
  ASSERT_TRUE(regex.ok());
  EXPECT_TRUE(regex->Matches(text));
  EXPECT_TRUE(regex->Matches("other"));
  EXPECT_FALSE(regex->Matches("aXb+c*(d|e)[f]{2}^$\\?"));
}

// Each brace is quoted by itself, so that "{" before a template of ours begins none.
TEST(QuotedText, TemplateShowsBraces) {
  EXPECT_EQ(QuotedForTemplate("a{{x}}{"), "a{{\"{\"}}{{\"{\"}}x}}{{\"{\"}}");
  EXPECT_EQ(QuotedForTemplate("no brace }"), "no brace }");
}

}  // namespace
}  // namespace seriesguard
