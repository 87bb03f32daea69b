// SPDX-License-Identifier: Apache-2.0
//
// wide_family_test.cc: families with so many labels that keys must be made dense on the way, against counting strings.
#include <cmath>
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

using Row = std::vector<std::string>;  // a value a label, empty = absent

std::string LabelName(size_t label) { return (label < 10 ? "l0" : "l") + std::to_string(label); }

std::string TextOf(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    text += "wide{";
    for (size_t label = 0; label < row.size(); ++label) text += LabelName(label) + "=\"" + row[label] + "\",";
    text += "} 1\n";
  }
  return text;
}

// Distinct rows, one label left out (none: SIZE_MAX).
uint64_t DistinctWithout(const std::vector<Row>& rows, size_t left_out) {
  std::set<Row> distinct;
  for (Row row : rows) {
    if (left_out < row.size()) row[left_out].clear();
    distinct.insert(row);
  }
  return distinct.size();
}

std::vector<Row> RandomRows(size_t count, size_t labels, size_t values, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    if (i > 10 && random() % 4 == 0) {
      rows.push_back(rows[random() % i]);  // again, but for one label: only what-if tells the two apart
      rows.back()[random() % labels] = "again";
      continue;
    }
    Row row(labels);
    for (std::string& value : row) value = random() % 20 == 0 ? "" : "v" + std::to_string(random() % values);
    rows.push_back(row);
  }
  return rows;
}

void ExpectCounts(const std::vector<Row>& rows) {
  const Census census = CensusFromText(TextOf(rows));
  CountOptions options;
  options.what_if = true;
  options.top_values = 3;
  const FamilyCount count = census.Count(0, options);
  EXPECT_EQ(count.series, DistinctWithout(rows, SIZE_MAX));
  EXPECT_EQ(count.label_sets, count.series);
  ASSERT_EQ(count.labels.size(), rows[0].size());
  for (size_t label = 0; label < rows[0].size(); ++label) {
    EXPECT_EQ(count.labels[label].name, LabelName(label));
    EXPECT_EQ(count.labels[label].series_without, DistinctWithout(rows, label)) << LabelName(label);
    std::set<Row> with;
    std::set<std::string> values;
    for (const Row& row : rows) {
      if (row[label].empty()) continue;
      with.insert(row);
      values.insert(row[label]);
    }
    EXPECT_EQ(count.labels[label].series_with, with.size());
    EXPECT_EQ(count.labels[label].values, values.size());
  }
  EXPECT_EQ(census.duplicate_samples(), rows.size() - count.series);
}

TEST(WideFamily, KeysThatFitAndKeysThatDoNotCountAlike) {
  // 200 rows: from about 9 labels on, 201 possible values each, the radix passes 62 bits.
  for (const size_t labels : {1, 2, 7, 8, 9, 10, 17, 40, 63, 64, 65})
    ExpectCounts(RandomRows(200, labels, 10, static_cast<uint32_t>(labels)));
  ExpectCounts(RandomRows(1500, 40, 400, 77));
}

TEST(WideFamily, ProductBeyondExactNumbersIsALogarithm) {
  // Row i has the value i % 10 in every label: ten values each, 40 labels.
  std::vector<Row> rows;
  for (size_t i = 0; i < 10; ++i) rows.push_back(Row(40, std::to_string(i)));
  const Census census = CensusFromText(TextOf(rows));
  CountOptions options;
  options.what_if = true;
  const FamilyCount count = census.Count(0, options);
  EXPECT_EQ(count.series, 10u);
  EXPECT_FALSE(count.product.has_value());
  EXPECT_NEAR(count.product_log10, 40, 1e-9);
  EXPECT_NEAR(count.density / 1e-39, 1, 1e-6);
  for (const LabelCount& label : count.labels) EXPECT_EQ(label.series_without, 10u);
}

TEST(WideFamily, ProductIsExactUpToTheLargestExactDouble) {
  // 2^52 fits, 2^53 does not.
  for (const size_t labels : {52, 53}) {
    std::vector<Row> rows = {Row(labels, "a"), Row(labels, "b")};
    const FamilyCount count = CensusFromText(TextOf(rows)).Count(0, {});
    EXPECT_EQ(count.product.has_value(), labels == 52);
    if (labels == 52) {
      EXPECT_EQ(*count.product, uint64_t{1} << 52);
    }
    EXPECT_NEAR(count.product_log10, static_cast<double>(labels) * std::log10(2), 1e-9);
  }
}

TEST(WideFamily, TransformsAndTargetsWorkOnDenseKeys) {
  const std::vector<Row> rows = RandomRows(300, 30, 50, 5);
  const std::string text = TextOf(rows);
  const Census census = CensusFromTexts({{"one", text}, {"two", text}});
  std::vector<LabelTransform> transforms(3);
  transforms[0].label = LabelName(0);
  transforms[0].drop = true;
  transforms[1].label = LabelName(29);
  transforms[1].map = [](std::string_view) { return "other"; };
  transforms[2].label = LabelName(7);
  transforms[2].map = [](std::string_view value) {
    return value == "again" ? std::string() : std::string(value.substr(0, 2));
  };
  std::vector<Row> mapped = rows;
  for (Row& row : mapped) {
    row[0].clear();
    if (!row[29].empty()) row[29] = "other";
    row[7] = row[7] == "again" ? "" : row[7].substr(0, 2);
  }
  CountOptions options;
  options.what_if = true;
  for (const bool joined : {false, true}) {
    options.union_of_targets = joined;
    const uint64_t targets = joined ? 1 : 2;
    const FamilyCount count = census.Recount(0, options, transforms);
    EXPECT_EQ(count.series, targets * DistinctWithout(mapped, SIZE_MAX));
    ASSERT_EQ(count.labels.size(), 29u);
    for (size_t label = 1; label < 30; ++label) {
      EXPECT_EQ(count.labels[label - 1].series_without, targets * DistinctWithout(mapped, label)) << label;
    }
  }
}

}  // namespace
}  // namespace seriesguard
