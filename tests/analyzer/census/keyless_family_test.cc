// SPDX-License-Identifier: Apache-2.0
//
// keyless_family_test.cc: families in which at most one label differs from row to row are counted without keys. The
// sizes of label sets need keys, so asking for them gives the same numbers a second way.
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "analyzer/census/label_transform.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"

namespace seriesguard {
namespace {

// Everything that both ways of counting answer.
std::string Answer(const FamilyCount& count) {
  std::string answer = std::to_string(count.series) + " of " + std::to_string(count.samples) + " sets " +
                       std::to_string(count.label_sets) + " product " + std::to_string(count.product.value_or(0)) +
                       " density " + std::to_string(count.density) + " " + count.boundaries.label + " " +
                       std::to_string(count.boundaries.distinct);
  for (const PartCount& part : count.parts) answer += " " + part.name + "=" + std::to_string(part.series);
  for (const LabelCount& label : count.labels) {
    answer += "; " + label.name + " " + std::to_string(label.values) + "/" + std::to_string(label.series_with);
    for (const ValueCount& value : label.top) answer += " " + value.value + "=" + std::to_string(value.series);
    answer += " +" + std::to_string(label.other_values) + "/" + std::to_string(label.other_series);
  }
  return answer;
}

std::string AnswerWithKeys(const Census& census, size_t input, const std::vector<LabelTransform>& transforms) {
  CountOptions options;
  options.input = input;
  options.boundaries = true;
  return Answer(census.Recount(0, options, transforms));
}

// A sample of `m` with a constant label, one that differs (and may be absent), and now and then a timestamp.
std::string RandomLine(std::mt19937* random, const std::string& differing, uint32_t values, bool timestamps) {
  const uint32_t value = (*random)() % (values + 1);
  std::string line = "m{always=\"here\"";
  if (value > 0) line += "," + differing + "=\"" + std::to_string(value) + "\"";
  line += "} 1";
  if (timestamps) line += " " + std::to_string((*random)() % 3);
  return line + "\n";
}

TEST(KeylessFamily, CountsWhatKeysCount) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  LabelTransform parity{"v", false, [](std::string_view value) {
                          return std::string((value.back() - '0') % 3 == 0 ? "" : value.back() % 2 == 0 ? "0" : "1");
                        }};
  LabelTransform dropped{"v", true, nullptr};
  for (int round = 0; round < 300; ++round) {
    const std::string differing = round % 3 == 0 ? "le" : "v";
    const uint32_t values = random() % 20;
    const uint32_t lines = 1 + random() % 60;
    const bool timestamps = random() % 4 == 0;
    std::string text;
    std::multiset<std::string> all;
    for (uint32_t i = 0; i < lines; ++i) {
      const std::string line = RandomLine(&random, differing, values, timestamps);
      text += line;
      all.insert(line);
    }
    SCOPED_TRACE(text);
    const Census census = CensusFromText(text);
    EXPECT_EQ(Answer(census.Count(0, CountOptions())), AnswerWithKeys(census, kAllInputs, {}));
    for (const LabelTransform& transform : {parity, dropped}) {
      EXPECT_EQ(Answer(census.Recount(0, CountOptions(), {transform})),
                AnswerWithKeys(census, kAllInputs, {transform}));
    }
    EXPECT_EQ(census.duplicate_samples(), all.size() - std::set<std::string>(all.begin(), all.end()).size());
  }
}

TEST(KeylessFamily, OneInputOfSeveral) {
  const Census census = CensusFromTexts(
      {{"one", "m{a=\"x\",b=\"1\"} 1\nm{a=\"x\",b=\"2\"} 1\n"}, {"two", "m{a=\"y\",b=\"2\"} 1\nm{a=\"y\"} 1\n"}});
  for (size_t input = 0; input < 2; ++input) {
    CountOptions options;
    options.input = input;
    const FamilyCount count = census.Count(0, options);
    EXPECT_EQ(count.series, 2u);
    EXPECT_EQ(Answer(count), AnswerWithKeys(census, input, {}));
  }
  EXPECT_EQ(census.Count(0, CountOptions()).series, 4u);
}

TEST(KeylessFamily, SameLineAgainAndAgain) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "m{a=\"x\",b=\"y\"} 1\n";
  const Census census = CensusFromText(text);
  EXPECT_EQ(Answer(census.Count(0, CountOptions())),
            "1 of 3000 sets 1 product 1 density 1.000000  0 m=1; a 1/1 x=1 +0/0; b 1/1 y=1 +0/0");
  EXPECT_EQ(Answer(census.Count(0, CountOptions())), AnswerWithKeys(census, kAllInputs, {}));
  EXPECT_EQ(census.duplicate_samples(), 2999u);
  ASSERT_EQ(census.duplicates().size(), 100u);
  EXPECT_EQ(census.duplicates()[99].first_line, 1u);
  EXPECT_EQ(census.duplicates()[99].again_line, 101u);
  EXPECT_EQ(census.duplicates()[99].series, "m{a=\"x\",b=\"y\"}");
}

}  // namespace
}  // namespace seriesguard
