// SPDX-License-Identifier: Apache-2.0
//
// parser_exhaustive_test.cc: every small text, fast parser against naive parser, no difference allowed.
//
// The normal run goes to length 5; the target tagged `exhaustive` sets SERIESGUARD_SMALL_TEXT_LENGTH to 6.
#include <string>

#include "gtest/gtest.h"
#include "tests/differential/agreement.h"
#include "tests/differential/small_texts.h"
#include "tests/reference/parse_options.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using reference::Format;

size_t MaxLength() { return NumberFromEnvironment("SERIESGUARD_SMALL_TEXT_LENGTH", 5); }

size_t SmallTexts(size_t length) {
  size_t sum = 0;
  for (size_t i = 0, power = 1; i <= length; ++i, power *= kTenSymbols.size()) sum += power;
  return sum;
}

TEST(ParserExhaustive, EverySmallTextIsJudgedAlike) {
  Agreement agreement;
  ForEachSmallText(kTenSymbols, MaxLength(), [&](std::string_view text) { agreement.Check(text, Format::kText); });
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_EQ(agreement.documents(), SmallTexts(MaxLength()));
  EXPECT_GT(agreement.accepted(), 50u);
}

TEST(ParserExhaustive, EverySmallOpenMetricsTextIsJudgedAlike) {
  Agreement agreement;
  ForEachSmallText(kTenSymbols, MaxLength(), [&](std::string_view text) {
    agreement.Check(text, Format::kOpenMetrics);
    agreement.Check(std::string(text) + "# EOF\n", Format::kOpenMetrics);
  });
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_EQ(agreement.documents(), 2 * SmallTexts(MaxLength()));
  EXPECT_GE(agreement.accepted(), 5u);
}

TEST(ParserExhaustive, EverySmallTextInAFrameIsJudgedAlike) {
  Agreement agreement;
  ForEachFramedText(TextFrames(), [&](std::string_view text) { agreement.Check(text, Format::kText); });
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_GT(agreement.accepted(), 100000u);
}

TEST(ParserExhaustive, EverySmallOpenMetricsTextInAFrameIsJudgedAlike) {
  Agreement agreement;
  ForEachFramedText(OpenMetricsFrames(), [&](std::string_view text) { agreement.Check(text, Format::kOpenMetrics); });
  EXPECT_EQ(agreement.differences(), 0u);
  EXPECT_GT(agreement.accepted(), 10000u);
}

}  // namespace
}  // namespace seriesguard
