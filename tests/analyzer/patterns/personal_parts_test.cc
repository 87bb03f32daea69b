// SPDX-License-Identifier: Apache-2.0
//
// personal_parts_test.cc: what is shown in the place of what is personal, and that nothing of it is left.
#include "analyzer/patterns/personal_parts.h"

#include <string>

#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/value_pattern.h"
#include "gtest/gtest.h"
#include "tests/analyzer/patterns/labelled_values.h"

namespace seriesguard {
namespace {

TEST(MaskPersonal, KeepsOneCharacterOfEachSideOfAnAddress) {
  EXPECT_EQ(MaskPersonal("john.doe@example.com"), "j***@e***");
  EXPECT_EQ(MaskPersonal("\xC3\xBC.meier@example.de"), "\xC3\xBC***@e***");
}

TEST(MaskPersonal, KeepsTheFirstNumberOfAnIpAndItsPort) {
  EXPECT_EQ(MaskPersonal("203.0.113.9"), "203.***");
  EXPECT_EQ(MaskPersonal("203.0.113.9:8080"), "203.***:8080");
  EXPECT_EQ(MaskPersonal("203.0.113.0/24"), "203.***");
  EXPECT_EQ(MaskPersonal("2001:db8::1"), "2001:***");
  EXPECT_EQ(MaskPersonal("[2001:db8::1]:443"), "[2001:***]:443");
  EXPECT_EQ(MaskPersonal("127.0.0.1:9090"), "127.0.0.1:9090");
}

TEST(MaskPersonal, KeepsThreeCharactersOfAToken) {
  EXPECT_EQ(MaskPersonal("ghp_16C7e42F292c6912E7710c838347Ae178B4a"), "ghp***");
  EXPECT_EQ(MaskPersonal("Bearer abcdef1234567890"), "Bearer abc***");
}

TEST(MaskPersonal, MasksPartsAndLeavesTheRest) {
  EXPECT_EQ(MaskPersonal("/users/a@example.com/cart"), "/users/a***@e***/cart");
  EXPECT_EQ(MaskPersonal("https://user:secret@example.com/x"), "https://use***@example.com/x");
  EXPECT_EQ(MaskPersonal("refused by 203.0.113.9, mail a@example.com."), "refused by 203.***, mail a***@e***.");
  EXPECT_EQ(MaskPersonal("addr:203.0.113.9"), "addr:203.***");
  EXPECT_EQ(MaskPersonal("nothing to see"), "nothing to see");
  EXPECT_EQ(MaskPersonal(""), "");
}

TEST(MaskSeries, MasksTheValueOfEachLabel) {
  EXPECT_EQ(MaskSeries(R"(a{mail="x@example.com",ip="203.0.113.9",path="/a"} )"),
            R"(a{mail="x***@e***",ip="203.***",path="/a"} )");
  EXPECT_EQ(MaskSeries(R"(a{q="say \"x@example.com\"\n"})"), R"(a{q="say \"x***@e***\"\n"})");
  EXPECT_EQ(MaskSeries("a"), "a");
  EXPECT_EQ(MaskSeries(R"(a{b="never closed x@example.com)"), R"(a{b="never closed x***@e***)");
}

// The masked form of whatever was flagged is flagged no more.
TEST(MaskPersonal, LeavesNothingThatIsPersonal) {
  size_t masked = 0;
  for (const LabelledValue& one : MakeLabelledValues(5, 400)) {
    if (ClassifyValue(one.value).personal == kPersonalNone) {
      EXPECT_EQ(MaskPersonal(one.value), one.value);
      continue;
    }
    ++masked;
    const std::string shown = MaskPersonal(one.value);
    EXPECT_NE(shown, one.value);
    EXPECT_EQ(int{ClassifyValue(shown).personal}, kPersonalNone) << one.value << " -> " << shown;
    const bool is_all_personal = one.pattern == "email" || one.pattern == "token";
    EXPECT_TRUE(!is_all_personal || shown.size() < 16) << shown;
  }
  EXPECT_GT(masked, 1000u);
}

TEST(PersonalKindNames, AreInOneOrder) {
  EXPECT_EQ(PersonalKindNames(kPersonalToken | kPersonalEmail), "email, token");
  EXPECT_EQ(PersonalKindNames(kPersonalNone), "");
}

}  // namespace
}  // namespace seriesguard
