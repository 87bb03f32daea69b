// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/rendered_labels.h"

#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

std::string Renamed(std::string_view rendered, NameEscaping escaping) {
  std::string out;
  LabelRenamer(escaping).Append(rendered, &out);
  return out;
}

TEST(RenderedLabels, AreWhatStandsBetweenTheBraces) {
  EXPECT_EQ(RenderLabels({}), "");
  EXPECT_EQ(RenderLabels({{"method", "GET"}, {"path", "/x"}}), "method=\"GET\",path=\"/x\"");
  EXPECT_EQ(RenderLabels({{"a", ""}, {"b", "\"\\\n"}}), "a=\"\",b=\"\\\"\\\\\\n\"");
  EXPECT_EQ(RenderLabels({{"http.method", "GET"}, {"a\"\\\nb", "x"}}),
            "\"http.method\"=\"GET\",\"a\\\"\\\\\\nb\"=\"x\"");
}

TEST(RenderedLabels, CanBeTakenApartAgain) {
  const std::string rendered = RenderLabels({{"a", ",\"=\""}, {"b.c", "}"}, {"d", ""}});
  std::string_view rest = rendered;
  RenderedLabel label;
  ASSERT_TRUE(TakeRenderedLabel(&rest, &label));
  EXPECT_EQ(label.name, "a");
  EXPECT_EQ(label.value, "\",\\\"=\\\"\"");
  ASSERT_TRUE(TakeRenderedLabel(&rest, &label));
  EXPECT_EQ(label.name, "\"b.c\"");
  EXPECT_EQ(label.value, "\"}\"");
  ASSERT_TRUE(TakeRenderedLabel(&rest, &label));
  EXPECT_EQ(label.name, "d");
  EXPECT_FALSE(TakeRenderedLabel(&rest, &label));
}

TEST(RenderedLabels, WhatWasNotRenderedIsNotTakenApart) {
  for (const char* text :
       {"a", "a=", "a=\"", "a=\"x", "a=x\"", "\"a", "\"a\"", "\"a\"x=\"y\"", "=\"x\"", "a=\"x\\\""}) {
    std::string_view rest = text;
    RenderedLabel label;
    EXPECT_FALSE(TakeRenderedLabel(&rest, &label)) << text;
  }
}

TEST(RenderedLabels, QuotedNamesAreNeverOverlooked) {
  EXPECT_FALSE(MayHaveQuotedNames(""));
  EXPECT_FALSE(MayHaveQuotedNames("\"="));
  EXPECT_FALSE(MayHaveQuotedNames(RenderLabels({{"a", "\"=\""}, {"b", ",\"c\"=\"d\""}})));
  // At every place of a text that is longer than a block of the search.
  for (size_t length = 0; length<9000; length += length> 4050 && length < 4120 ? 1 : 37) {
    const std::string before = "a=\"" + std::string(length, 'x') + "\",";
    EXPECT_TRUE(MayHaveQuotedNames(before + "\"b.c\"=\"\"")) << length;
    EXPECT_FALSE(MayHaveQuotedNames(before + "b_c=\"\"")) << length;
  }
}

TEST(RenderedLabels, OnlyNamesAreRenamed) {
  const std::string rendered = RenderLabels({{"a_b", "c.d"}, {"e.f_g", "\"=\",\"h.i\"=\""}, {"x\\\n\"", "="}});
  EXPECT_EQ(Renamed(rendered, NameEscaping::kAllowUtf8), rendered);
  EXPECT_EQ(Renamed(rendered, NameEscaping::kUnderscores),
            "a_b=\"c.d\",e_f_g=\"\\\"=\\\",\\\"h.i\\\"=\\\"\",x___=\"=\"");
  EXPECT_EQ(Renamed(rendered, NameEscaping::kDots),
            "a_b=\"c.d\",e_dot_f__g=\"\\\"=\\\",\\\"h.i\\\"=\\\"\",x______=\"=\"");
  EXPECT_EQ(Renamed(rendered, NameEscaping::kValues),
            "a_b=\"c.d\",U__e_2e_f__g=\"\\\"=\\\",\\\"h.i\\\"=\\\"\",U__x_5c__a__22_=\"=\"");
}

TEST(RenderedLabels, ARenamerKnowsMoreNamesThanItRemembers) {
  LabelRenamer renamer(NameEscaping::kUnderscores);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 200; ++i) {
      std::string out;
      renamer.Append("\"n." + std::to_string(i) + "\"=\"x\"", &out);
      ASSERT_EQ(out, "n_" + std::to_string(i) + "=\"x\"");
    }
  }
}

TEST(RenderedLabels, CharactersAreCountedWithoutQuotesAndEscapes) {
  EXPECT_EQ(CountLabelCharacters(""), 0u);
  EXPECT_EQ(CountLabelCharacters(RenderLabels({{"ab", "cde"}, {"f", ""}})), 6u);
  EXPECT_EQ(CountLabelCharacters(RenderLabels({{"a", "\"\\\n"}})), 4u);
  EXPECT_EQ(CountLabelCharacters(RenderLabels({{"\xC3\xA9.", "\xF0\x9F\x98\x80\xFF"}})), 4u);
}

}  // namespace
}  // namespace seriesguard
