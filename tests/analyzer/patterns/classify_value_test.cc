// SPDX-License-Identifier: Apache-2.0
//
// classify_value_test.cc: the classifier against values that were made from the definitions, and against each hard case.
#include "analyzer/patterns/classify_value.h"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/patterns/value_pattern.h"
#include "gtest/gtest.h"
#include "rules/safe_text.h"
#include "tests/analyzer/patterns/labelled_values.h"

namespace seriesguard {
namespace {

constexpr double kLeastRight = 0.98;
constexpr size_t kOfEach = 400;

std::string PatternOf(std::string_view value) { return std::string(ValuePatternName(ClassifyValue(value).pattern)); }

std::string Unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    ++i;
    out.push_back(text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i]);
  }
  return out;
}

std::vector<LabelledValue> HardValues() {
  std::vector<LabelledValue> values;
  std::ifstream file("tests/data/patterns/hard_values.tsv");
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    if (line.empty() || line[0] == '#' || tab == std::string::npos) continue;
    values.push_back({line.substr(0, tab), Unescaped(line.substr(tab + 1))});
  }
  return values;
}

using Confusion = std::map<std::string, std::map<std::string, size_t>>;  // what it is, what it was taken for

// Rows: what a value is; columns: what it was taken for, but those that are right.
void Print(const Confusion& confusion) {
  for (const auto& [is, taken] : confusion) {
    size_t all = 0, right = 0;
    for (const auto& [as, count] : taken) {
      all += count;
      right += as == is ? count : 0;
    }
    std::cout << std::setw(12) << is << std::setw(6) << right << " of" << std::setw(6) << all;
    for (const auto& [as, count] : taken) {
      if (as != is) std::cout << "  " << as << " " << count;
    }
    std::cout << "\n";
  }
}

TEST(ClassifyValue, IsRightForValuesMadeFromTheDefinitions) {
  std::set<std::string> seen;
  Confusion confusion;
  size_t values = 0, right = 0, shown = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    for (const LabelledValue& one : MakeLabelledValues(seed, kOfEach)) {
      if (!seen.insert(one.value).second) continue;
      const std::string taken = PatternOf(one.value);
      ++values;
      right += taken == one.pattern ? 1 : 0;
      if (taken != one.pattern && ++shown <= 60)
        std::cout << one.pattern << " taken for " << taken << ": " << SafeText(one.value) << "\n";
      ++confusion[one.pattern][taken];
    }
  }
  Print(confusion);
  const double share = static_cast<double>(right) / static_cast<double>(values);
  std::cout << right << " of " << values << " distinct values right, " << 100 * share << " %\n";
  EXPECT_GE(values, 5000u);
  EXPECT_GE(share, kLeastRight);
  for (const auto& [is, taken] : confusion) {
    size_t all = 0;
    for (const auto& [as, count] : taken) all += count;
    EXPECT_GE(static_cast<double>(taken.count(is) == 0 ? 0 : taken.at(is)), 0.95 * static_cast<double>(all)) << is;
  }
}

TEST(ClassifyValue, IsRightForEachHardValue) {
  const std::vector<LabelledValue> values = HardValues();
  ASSERT_GT(values.size(), 150u);
  for (const LabelledValue& one : values)
    EXPECT_EQ(PatternOf(one.value), one.pattern) << "<" << SafeText(one.value) << ">";
}

TEST(ClassifyValue, HasAnAnswerForEveryBeginningOfEveryValue) {
  // Whatever is cut, nothing is read behind the end (held by the sanitizers), and the answer is that of a copy.
  for (const LabelledValue& one : MakeLabelledValues(7, 20)) {
    for (size_t size = 0; size <= one.value.size(); ++size) {
      const std::string copy = one.value.substr(0, size);
      EXPECT_EQ(PatternOf(std::string_view(one.value).substr(0, size)), PatternOf(copy));
    }
  }
}

TEST(ClassifyValue, HasAnAnswerForEveryShortText) {
  const std::string alphabet("a1-.:/@ \x01\xC3", 10);
  std::vector<std::string> texts = {""};
  for (size_t i = 0; i < texts.size() && texts[i].size() < 4; ++i) {
    for (const char c : alphabet) texts.push_back(texts[i] + c);
  }
  size_t empty = 0;
  for (const std::string& text : texts) empty += ClassifyValue(text).pattern == ValuePattern::kEmpty ? 1 : 0;
  EXPECT_EQ(empty, 1u);
}

TEST(ClassifyValue, IsLinearInLongValues) {
  for (const std::string& part :
       {std::string("at ("), std::string("#1 ("), std::string("a@b."), std::string("1:"), std::string(".go:1"),
        std::string("select "), std::string("a-"), std::string("1."), std::string("=\"")}) {
    std::string value;
    while (value.size() < 1000000) value += part;
    ClassifyValue(value);  // would not come back within the time of a test if it were quadratic
  }
}

TEST(ClassifyValue, FlagsWhatIsPersonalInPartsAsWell) {
  const auto personal = [](std::string_view value) { return int{ClassifyValue(value).personal}; };
  EXPECT_EQ(personal("a@example.com"), kPersonalEmail);
  EXPECT_EQ(personal("203.0.113.9"), kPersonalIp);
  EXPECT_EQ(personal("203.0.113.9:80"), kPersonalIp);
  EXPECT_EQ(personal("[2001:db8::1]:80"), kPersonalIp);
  EXPECT_EQ(personal("127.0.0.1"), kPersonalNone);
  EXPECT_EQ(personal("[::1]:80"), kPersonalNone);
  EXPECT_EQ(personal("ghp_16C7e42F292c6912E7710c838347Ae178B4a"), kPersonalToken);
  EXPECT_EQ(personal("/users/a@example.com/cart"), kPersonalEmail);
  EXPECT_EQ(personal("https://u:secret@example.com/"), kPersonalToken);
  EXPECT_EQ(personal("refused by 203.0.113.9, mail a@example.com."), kPersonalIp | kPersonalEmail);
  EXPECT_EQ(personal("SELECT * FROM u WHERE mail='a@example.com'"), kPersonalEmail);
  EXPECT_EQ(personal("shop.example.com"), kPersonalNone);
  EXPECT_EQ(personal("web-7d9f8b6c5d-x2x4z"), kPersonalNone);
  EXPECT_EQ(personal("1.2.3"), kPersonalNone);
}

}  // namespace
}  // namespace seriesguard
