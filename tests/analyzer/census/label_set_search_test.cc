// SPDX-License-Identifier: Apache-2.0
//
// label_set_search_test.cc: what labels say together, held against sets of strings on generated documents.
//
// SERIESGUARD_GENERATED_DUMPS: how many documents; 2,000 without it.
#include "analyzer/census/label_set_search.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "gtest/gtest.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using Labels = std::map<std::string, std::string>;  // an absent label is not in it

// One sample as the test made it.
struct Row {
  size_t input;
  std::string name;
  Labels labels;
};

struct Document {
  std::vector<Row> rows;
  std::vector<NamedText> texts;
};

size_t Documents() { return CasesToRun("SERIESGUARD_GENERATED_DUMPS", 2'000); }

std::string LineOf(const Row& row, uint32_t timestamp) {
  std::string line = row.name + "{";
  for (const auto& [name, value] : row.labels) line += name + "=\"" + value + "\",";
  return line + "} 1 " + std::to_string(timestamp) + "\n";
}

// One gauge of up to eight labels, some of which repeat others but for a few rows; now and then a histogram's names.
Document MakeDocument(std::mt19937* random) {
  const auto draw = [random](uint32_t below) { return (*random)() % below; };
  Document document;
  const size_t inputs = draw(4) == 0 ? 2 : 1;
  for (size_t i = 0; i < inputs; ++i) document.texts.push_back({"dump" + std::to_string(i), ""});
  const bool is_histogram = draw(5) == 0;
  if (is_histogram) {
    for (NamedText& text : document.texts) text.text = "# TYPE m histogram\n";
  }
  const uint32_t labels = 1 + draw(8);
  std::vector<uint32_t> values, copies, misses;
  for (uint32_t i = 0; i < labels; ++i) {
    values.push_back(1 + draw(draw(3) == 0 ? 40 : 5));
    copies.push_back(draw(3) == 0 ? draw(labels) : labels);  // of which label it is a function, if of any
    misses.push_back(draw(2) == 0 ? 0 : 30);                 // one row in so many is not
  }
  const uint32_t rows = 1 + draw(120);
  for (uint32_t r = 0; r < rows; ++r) {
    std::vector<uint32_t> drawn;
    for (uint32_t i = 0; i < labels; ++i) drawn.push_back(draw(values[i] + 1));
    for (uint32_t i = 0; i < labels; ++i) {
      if (copies[i] >= i || (misses[i] != 0 && draw(misses[i]) == 0)) continue;
      drawn[i] = drawn[copies[i]] % (values[i] + 1);
    }
    Row row{draw(static_cast<uint32_t>(inputs)), "m", {}};
    for (uint32_t i = 0; i < labels; ++i) {
      const uint32_t value = drawn[i];
      if (value != 0) row.labels["l" + std::to_string(i)] = std::to_string(value);
    }
    if (is_histogram) {
      row.name = draw(4) == 0 ? "m_count" : "m_bucket";
      if (row.name == "m_bucket") row.labels["le"] = std::to_string(draw(4)) + ".0";
    }
    document.texts[row.input].text += LineOf(row, r);
    document.rows.push_back(std::move(row));
  }
  for (size_t i = 0; i < inputs; ++i) {
    const Row last{i, is_histogram ? "m_sum" : "m", {}};
    document.texts[i].text += LineOf(last, rows);
    document.rows.push_back(last);
  }
  return document;
}

uint64_t LeftWithout(const Document& document, const std::vector<std::string>& gone) {
  std::set<std::pair<std::pair<size_t, std::string>, Labels>> left;
  for (const Row& row : document.rows) {
    Labels labels = row.labels;
    for (const std::string& label : gone) labels.erase(label);
    left.insert({{row.input, row.name}, std::move(labels)});
  }
  return left.size();
}

std::string ValueOf(const Row& row, const std::string& label) {
  const auto found = row.labels.find(label);
  return found == row.labels.end() ? "" : found->second;
}

uint64_t Joint(const Document& document, const std::string& x, const std::string& y) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (const Row& row : document.rows) pairs.insert({ValueOf(row, x), ValueOf(row, y)});
  return pairs.size();
}

// What the rule of dependencies.h says of one pair, by counting.
struct Pair {
  uint64_t exceptions = 0, samples = 0, groups = 0, wrong_guesses = 0;
  bool IsNamed() const {
    return exceptions == 0 ||
           (exceptions * 20 <= samples && exceptions * 10 <= wrong_guesses && exceptions * 10 <= samples - groups);
  }
};

Pair CountPair(const Document& document, const std::string& x, const std::string& y) {
  std::map<std::string, std::map<std::string, uint64_t>> beside;
  std::map<std::string, uint64_t> guesses;
  Pair pair;
  for (const Row& row : document.rows) {
    const std::string of_x = ValueOf(row, x), of_y = ValueOf(row, y);
    if (of_x.empty() && of_y.empty()) continue;
    ++beside[of_x][of_y];
    ++guesses[of_y];
    ++pair.samples;
  }
  pair.groups = beside.size();
  const auto most = [](const std::map<std::string, uint64_t>& counts) {
    uint64_t largest = 0;
    for (const auto& [value, count] : counts) largest = std::max(largest, count);
    return largest;
  };
  uint64_t followed = 0;
  for (const auto& [value, counts] : beside) followed += most(counts);
  pair.exceptions = pair.samples - followed;
  pair.wrong_guesses = pair.samples - most(guesses);
  return pair;
}

std::set<std::string> ValuesOf(const Document& document, const std::string& label) {
  std::set<std::string> values;
  for (const Row& row : document.rows) {
    if (!ValueOf(row, label).empty()) values.insert(ValueOf(row, label));
  }
  return values;
}

void ExpectDependencies(const Document& document, const std::set<std::string>& labels,
                        const std::vector<Dependency>& found) {
  std::map<std::pair<std::string, std::string>, Pair> wanted;
  for (const std::string& x : labels) {
    for (const std::string& y : labels) {
      if (x == y || x == "le" || y == "le") continue;
      if (ValuesOf(document, x).size() < 2 || ValuesOf(document, y).size() < 2) continue;
      const Pair pair = CountPair(document, x, y);
      if (pair.IsNamed()) wanted[{x, y}] = pair;
    }
  }
  EXPECT_EQ(found.size(), wanted.size());
  for (const Dependency& dependency : found) {
    const auto pair = wanted.find({dependency.determinant, dependency.dependent});
    ASSERT_NE(pair, wanted.end()) << dependency.determinant << " -> " << dependency.dependent;
    EXPECT_EQ(dependency.exceptions, pair->second.exceptions);
    EXPECT_EQ(dependency.samples, pair->second.samples);
  }
}

TEST(LabelSetSearch, AgreesWithSetsOfStrings) {
  std::mt19937 random(11);
  uint64_t sets = 0, near = 0;
  for (size_t d = 0; d < Documents() && !::testing::Test::HasFailure(); ++d) {
    const Document document = MakeDocument(&random);
    const Census census = CensusFromTexts(document.texts);
    ASSERT_EQ(census.family_count(), 1u);
    CountOptions options;
    options.what_if = true;
    const FamilyCount count = census.Count(0, options);
    std::set<std::string> labels;
    for (const LabelCount& label : count.labels) labels.insert(label.name);
    const LabelSetSearch search = census.SearchLabelSets(0, count);
    const size_t n = search.searched.size();
    EXPECT_EQ(search.sets.size(), n < 2 ? 0 : n * (n - 1) / 2 + n * (n - 1) * (n - 2) / 6);
    std::set<std::vector<std::string>> different;
    for (const LabelSetLeft& set : search.sets) {
      EXPECT_EQ(set.series_left, LeftWithout(document, set.labels)) << document.texts[0].text;
      different.insert(set.labels);
    }
    EXPECT_EQ(different.size(), search.sets.size());
    sets += search.sets.size();
    if (n >= 2) {
      EXPECT_EQ(census.JointValues(0, {search.searched[0], search.searched[1]}),
                Joint(document, search.searched[0], search.searched[1]));
    }
    const std::vector<Dependency> dependencies = census.Dependencies(0);
    ExpectDependencies(document, labels, dependencies);
    for (const Dependency& dependency : dependencies) near += dependency.exceptions > 0;
  }
  EXPECT_GT(sets, Documents());
  EXPECT_GT(near, 0u) << "no pair with exceptions was ever named";
}

TEST(LabelSetSearch, TakesTheLabelsThatSaveMostAndNoConstant) {
  std::string text;
  for (int i = 0; i < 256; ++i) {
    text += "a{job=\"j\"";
    for (int bit = 0; bit < 8; ++bit) text += ",b" + std::to_string(bit) + "=\"" + std::to_string(i >> bit & 1) + "\"";
    text += "} 1\n";
  }
  const Census census = CensusFromText(text);
  CountOptions options;
  options.what_if = true;
  const LabelSetSearch search = census.SearchLabelSets(0, census.Count(0, options));
  EXPECT_EQ(search.searched, (std::vector<std::string>{"b0", "b1", "b2", "b3", "b4", "b5"}));
  ASSERT_EQ(search.sets.size(), 35u);
  EXPECT_EQ(search.sets.front().series_left, 64u);
  EXPECT_EQ(search.sets.back().series_left, 32u);
}

TEST(LabelSetSearch, FindsNothingToSearchInOneLabelOrNone) {
  for (const char* text : {"a 1\n", "a{x=\"1\"} 1\na{x=\"2\"} 1\n", "a{x=\"1\",y=\"1\"} 1\na{x=\"2\",y=\"1\"} 1\n"}) {
    const Census census = CensusFromText(text);
    CountOptions options;
    options.what_if = true;
    EXPECT_TRUE(census.SearchLabelSets(0, census.Count(0, options)).sets.empty()) << text;
  }
}

// Keys that no 64 bits hold are numbered anew on the way (row_keys.h): the counts stay exact.
TEST(LabelSetSearch, IsExactWhereTheProductIsBeyond64Bits) {
  Document document{{}, {{"dump", ""}}};
  std::mt19937 random(3);
  for (uint32_t r = 0; r < 3'000; ++r) {
    Row row{0, "m", {}};
    for (int label = 0; label < 9; ++label) row.labels["l" + std::to_string(label)] = std::to_string(random() % 2'500);
    if (r % 3 == 0)
      row.labels = document.rows.empty() ? row.labels : document.rows[random() % document.rows.size()].labels;
    row.labels["l8"] = std::to_string(random() % 50);
    document.texts[0].text += LineOf(row, r);
    document.rows.push_back(std::move(row));
  }
  const Census census = CensusFromTexts(document.texts);
  CountOptions options;
  options.what_if = true;
  const LabelSetSearch search = census.SearchLabelSets(0, census.Count(0, options));
  ASSERT_EQ(search.sets.size(), 35u);
  for (const LabelSetLeft& set : search.sets) EXPECT_EQ(set.series_left, LeftWithout(document, set.labels));
}

}  // namespace
}  // namespace seriesguard
