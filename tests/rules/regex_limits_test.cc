// SPDX-License-Identifier: Apache-2.0
//
// regex_limits_test.cc: what a pattern means, and each limit at its value and one above.
#include "rules/regex_limits.h"

#include <ctime>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

bool Matches(const std::string& pattern, std::string_view text) {
  absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(pattern);
  EXPECT_TRUE(regex.ok()) << regex.status();
  return regex.ok() && regex->Matches(text);
}

// The message of the refusal; "" where the pattern is accepted.
std::string Refusal(const std::string& pattern) {
  const absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(pattern);
  if (regex.ok()) return "";
  EXPECT_EQ(regex.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(regex.status().message());
}

TEST(LimitedRegex, MeansTheWholeTextAndTheDotMatchesANewline) {
  EXPECT_TRUE(Matches("a.b", "a\nb"));
  EXPECT_TRUE(Matches("http_.*_total", "http_requests_total"));
  EXPECT_FALSE(Matches("http_.*", "my_http_x"));
  EXPECT_FALSE(Matches("a", "a\n"));
  EXPECT_TRUE(Matches("a|ab", "ab"));
  EXPECT_FALSE(Matches("a|b", "ab"));
  EXPECT_TRUE(Matches("", ""));
  EXPECT_FALSE(Matches("", "a"));
  EXPECT_TRUE(Matches("(?i)get", "GET"));
  EXPECT_FALSE(Matches(".*", "\xff")) << "what is not UTF-8 matches nothing";
}

TEST(LimitedRegex, GivesGroupsByNumberAndByName) {
  absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex("(a)(b)?(?P<rest>.*)");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->group_count(), 3);
  EXPECT_EQ(regex->GroupNumber("rest"), 3);
  EXPECT_EQ(regex->GroupNumber("other"), -1);
  std::string_view groups[4] = {"keep"};
  EXPECT_FALSE(regex->Matches("x", 4, groups));
  EXPECT_EQ(groups[0], "keep");
  ASSERT_TRUE(regex->Matches("acd", 4, groups));
  EXPECT_EQ(groups[0], "acd");
  EXPECT_EQ(groups[1], "a");
  EXPECT_EQ(groups[2], "");
  EXPECT_EQ(groups[3], "cd");
}

TEST(LimitedRegex, HasRoomForAllGroupsOfTheLongestPattern) {
  std::string pattern;
  for (size_t i = 0; i < kMaxRegexBytes / 2; ++i) pattern += "()";
  absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(pattern);
  ASSERT_TRUE(regex.ok()) << regex.status();
  ASSERT_EQ(regex->group_count(), 128);
  std::string_view groups[129];
  EXPECT_TRUE(regex->Matches("", 129, groups));
}

TEST(LimitedRegex, RefusesWhatIsNoRegularExpression) {
  for (const std::string pattern : {"(", ")", "[", "a)|(b", "*a", "a**", "(?=x)", "(a)\\1", "\\", "[b-a]",
                                    "(?P<n>a)(?P<n>b)", "\\Qabc", "a{1001}", "\\p{Nope}"}) {
    EXPECT_NE(Refusal(pattern), "") << pattern;
  }
  EXPECT_EQ(Refusal("[\x1b"), "not a regular expression: missing ]: [\\x1B");
  EXPECT_EQ(Refusal("a\xff"), "the regular expression is not UTF-8");
  EXPECT_NE(Refusal("a\\C"), "");
  EXPECT_EQ(Refusal("a\\\\C"), "") << "a backslash, then a letter";
}

TEST(LimitedRegex, HoldsItsLimitsAtTheValueAndOneAbove) {
  EXPECT_EQ(Refusal(std::string(256, 'a')), "");
  EXPECT_EQ(Refusal(std::string(257, 'a')), "the regular expression has 257 bytes, at most 256 allowed");
  EXPECT_EQ(Refusal("a{64}"), "");
  EXPECT_EQ(Refusal("a{65}"), "the repetition {65} is too large, at most {64} is allowed");
  EXPECT_EQ(Refusal("a{2,64}b{64,}"), "");
  EXPECT_NE(Refusal("a{2,65}"), "");
  EXPECT_NE(Refusal("a{65,}"), "");
  EXPECT_NE(Refusal("([^]]a{99999999999999999999})"), "");
  // a{2}{2}-like nesting is limited by the program.
  EXPECT_NE(Refusal("((a{30}){30}){2}"), "");
  EXPECT_NE(Refusal("\\pL{64}").find("too costly"), std::string::npos) << Refusal("\\pL{64}");
  EXPECT_NE(Refusal("((abcdefgh){60}){4}b").find("too costly"), std::string::npos) << Refusal("((abcdefgh){60}){4}b");
}

TEST(LimitedRegex, TakesBracesForRepetitionsOnlyWhereTheyAre) {
  for (const std::string pattern : {"a\\{99\\}", "[{99}]", "[]{99}]", "[^]{99}]", "[[:alpha:]{99}]", "[\\]{99}]",
                                    "\\Qa{99}\\E", "\\x{10FFFF}", "\\x{0061}", "\\p{Greek}", "a{,99}", "a{x}", "{"}) {
    EXPECT_EQ(Refusal(pattern), "") << pattern;
  }
  for (const std::string pattern :
       {"[a]{99}", "\\\\{99}", "\\Qa\\E{99}", "[[:alpha:]]{99}", "\\x{61}{99}", "(a){99}"}) {
    EXPECT_EQ(Refusal(pattern), "the repetition {99} is too large, at most {64} is allowed") << pattern;
  }
}

// Time of this process, with a generous ceiling for sanitizers: unlimited, these take 50 to 700 ms.
TEST(LimitedRegex, IsCompiledOrRefusedQuickly) {
  std::string nested;
  for (int i = 0; i < 127; ++i) nested += "(";
  for (int i = 0; i < 127; ++i) nested += ")";
  for (const std::string& pattern : {nested, std::string("\\pL{64}x"), std::string("[ab]*a[ab]{64}c"),
                                     std::string("(a|b)*a(a|b){12}"), std::string("((((a{64}){64}){64}){64})"),
                                     std::string("\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL")}) {
    const std::clock_t start = std::clock();
    (void)CompileLimitedRegex(pattern);
    EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 0.5) << pattern;
  }
}

}  // namespace
}  // namespace seriesguard
