// SPDX-License-Identifier: Apache-2.0
//
// replacement_test.cc: Go's answers, and what Go cannot say about our own edges.
#include "rules/replacement.h"

#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/rules/replacement_cases.h"

namespace seriesguard {
namespace {

std::string Replaced(std::string_view match, std::string_view with, std::string_view value) {
  const absl::StatusOr<CompiledReplacement> replacement = CompiledReplacement::Compile(match, with);
  EXPECT_TRUE(replacement.ok()) << replacement.status();
  return replacement.ok() ? replacement->Apply(value) : "";
}

TEST(CompiledReplacement, AnswersAsGoDoes) {
  static_assert(std::size(kReplacementCases) >= 200, "the table was cut");
  for (const ReplacementCase& c : kReplacementCases) {
    SCOPED_TRACE(std::string(c.match) + " | " + std::string(c.with) + " | " + std::string(c.value));
    const absl::StatusOr<CompiledReplacement> replacement = CompiledReplacement::Compile(c.match, c.with);
    ASSERT_TRUE(replacement.ok()) << replacement.status();
    std::string out = "untouched";
    EXPECT_EQ(replacement->Matches(c.value), c.matches);
    EXPECT_EQ(replacement->Apply(c.value, &out), c.matches);
    EXPECT_EQ(out, c.matches ? c.result : "untouched");
    EXPECT_EQ(replacement->Apply(c.value), c.matches ? c.result : c.value);
  }
}

TEST(CompiledReplacement, LeavesWhatDoesNotMatchAlone) {
  EXPECT_EQ(Replaced("/v([0-9]+)/.*", "/v$1", "/v12/users/7"), "/v12");
  EXPECT_EQ(Replaced("/v([0-9]+)/.*", "/v$1", "x/v12/users/7"), "x/v12/users/7") << "anchored";
  EXPECT_EQ(Replaced(".*", "x", "\xff"), "\xff") << "what is not UTF-8 matches nothing";
  EXPECT_EQ(Replaced(".+", "", "abc"), "") << "an empty result removes the label";
}

TEST(CompiledReplacement, UsesMoreGroupsThanFitOnTheStack) {
  EXPECT_EQ(Replaced("(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)", "$12$11$10$9$8$7$6$5$4$3$2$1", "abcdefghijkl"),
            "lkjihgfedcba");
  EXPECT_EQ(Replaced("(.)(.)(.)(.)(.)(.)(.)", "$7$6$5$4$3$2$1$0", "abcdefg"), "gfedcbaabcdefg");
}

TEST(CompiledReplacement, RefusesWhatIsTooLongTooCostlyOrNotUtf8) {
  EXPECT_TRUE(CompiledReplacement::Compile("a", std::string(256, 'b')).ok());
  EXPECT_EQ(CompiledReplacement::Compile("a", std::string(257, 'b')).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(CompiledReplacement::Compile("a", "\xff").ok());
  EXPECT_FALSE(CompiledReplacement::Compile("a{65}", "b").ok());
  EXPECT_FALSE(CompiledReplacement::Compile("(", "b").ok());
}

}  // namespace
}  // namespace seriesguard
