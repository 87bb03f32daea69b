// SPDX-License-Identifier: Apache-2.0
//
// pattern_shape_test.cc: what is surely covered; and a search for a "yes" that is wrong.
#include "rules/reading/pattern_shape.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/reading/pattern_sampler.h"
#include "rules/regex_limits.h"

namespace seriesguard {
namespace {

using Texts = std::vector<std::string>;

bool SurelyCovers(const std::string& earlier, const std::string& later) {
  return PatternShape(earlier).SurelyCovers(PatternShape(later));
}

TEST(PatternShape, ListsTheTextsOfASmallLanguage) {
  EXPECT_EQ(TextsOf("a_b"), (Texts{"a_b"}));
  EXPECT_EQ(TextsOf("a\\.b|c"), (Texts{"a.b", "c"}));
  EXPECT_EQ(TextsOf("(a|b)(?:x|y)?"), (Texts{"ax", "ay", "a", "bx", "by", "b"}));
  for (const char* const pattern :
       {"a*", "a+", "a.", "[ab]", "a{2}", "\\d", "(?i)a", "^a", "é", "(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)"}) {
    EXPECT_FALSE(TextsOf(pattern).has_value()) << pattern;
  }
}

TEST(PatternShape, KnowsWhatIsSurelyCovered) {
  EXPECT_TRUE(SurelyCovers("a[b]c", "a[b]c"));
  EXPECT_TRUE(SurelyCovers(".*", "a|b"));
  EXPECT_TRUE(SurelyCovers(".+", "[a-z]*"));
  EXPECT_TRUE(SurelyCovers("http_.*", "http_requests_.*"));
  EXPECT_TRUE(SurelyCovers("http_.*_total", "http_[a-z]+_seconds_total"));
  EXPECT_TRUE(SurelyCovers("http_.+", "http_.+_total"));
  EXPECT_TRUE(SurelyCovers("a.*", "a(b|c)"));
  EXPECT_FALSE(SurelyCovers("http_.*", "http.*"));
  EXPECT_FALSE(SurelyCovers("http_.*", "http_*x"));
  EXPECT_FALSE(SurelyCovers("http_.*", "http_a|grpc_b"));
  EXPECT_FALSE(SurelyCovers("a.+", "a.*"));
  EXPECT_FALSE(SurelyCovers("a.*b", "a.*"));
  EXPECT_FALSE(SurelyCovers("ab.*", "(?i)ab.*"));
  EXPECT_FALSE(SurelyCovers("a.*a", "a"));
  EXPECT_FALSE(SurelyCovers("a.*", "\\Qa\\E"));
}

// Random pairs of patterns: where the answer is yes, each text of the later one must match the earlier one.
TEST(PatternShape, NeverSaysYesWhereATextTellsOtherwise) {
  const std::string pieces[] = {"a",  "b",  ".*",    ".+",  ".", "(a|b)", "[ab]",
                                "a*", "b?", "(ab)+", "\\.", "|", "_",     "(?:a.*)"};
  std::mt19937 random(99);
  int yes = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string patterns[2];
    for (std::string& pattern : patterns) {
      for (size_t n = random() % 5 + 1; n > 0; --n) pattern += pieces[random() % std::size(pieces)];
    }
    if (patterns[0] == patterns[1] || !SurelyCovers(patterns[0], patterns[1])) continue;
    const auto earlier = CompileLimitedRegex(patterns[0]);
    const auto later = CompileLimitedRegex(patterns[1]);
    if (!earlier.ok() || !later.ok()) continue;
    ++yes;
    PatternSampler sampler(patterns[1]);
    for (int k = 0; k < 20; ++k) {
      const std::string text = sampler.Next("ab_a");
      if (text.empty() || !later->Matches(text)) continue;
      EXPECT_TRUE(earlier->Matches(text)) << patterns[0] << " does not cover " << patterns[1] << ": " << text;
    }
  }
  EXPECT_GT(yes, 1000);
}

// What TextsOf lists is the whole language: a text that matches is in the list, and the other way round.
TEST(PatternShape, TheListIsTheLanguage) {
  const std::string pieces[] = {"a", "b", "(a|b)", "(?:ab|)", "b?", "|", "(a(b|a)?)?"};
  std::mt19937 random(5);
  for (int i = 0; i < 5000; ++i) {
    std::string pattern;
    for (size_t n = random() % 4 + 1; n > 0; --n) pattern += pieces[random() % std::size(pieces)];
    const auto texts = TextsOf(pattern);
    const auto regex = CompileLimitedRegex(pattern);
    if (!texts || !regex.ok()) continue;
    for (int bits = 0; bits < 127; ++bits) {  // all texts of up to six letters a and b
      std::string text;
      for (int rest = bits + 1; rest > 1; rest /= 2) text += rest % 2 == 0 ? 'a' : 'b';
      EXPECT_EQ(regex->Matches(text), std::find(texts->begin(), texts->end(), text) != texts->end())
          << pattern << " " << text;
    }
  }
}

}  // namespace
}  // namespace seriesguard
