// SPDX-License-Identifier: Apache-2.0
//
// The order of rows against one that compares whole tuples, and what a search finds.
#include "analyzer/browse/row_order.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

BrowseLevel LevelOf(const std::vector<std::string>& names, std::mt19937_64* random) {
  BrowseLevel level;
  for (uint32_t i = 0; i < names.size(); ++i) level.rows.push_back({names[i], (*random)() % 4, i, names[i].empty()});
  return level;
}

// Numbers of rows, some unknown.
std::optional<uint64_t> NumberOfRow(const BrowseRow& row) {
  if (row.id % 5 == 0) return std::nullopt;
  return row.id * 7919 % 6;
}

TEST(SortedRows, IsWhatComparingWholeRowsGives) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    // Common beginnings of any length, zero bytes, names that end where others go on, bytes above 127.
    const std::string common(random() % 12, 'x');
    std::vector<std::string> names;
    for (size_t i = random() % 40; i > 0; --i) {
      std::string name = common;
      for (size_t j = random() % 12; j > 0; --j)
        name.push_back(
            "\0a\xFF"
            "z"[random() % 4]);
      names.push_back(name);
    }
    if (random() % 2 == 0) names.emplace_back();
    const BrowseLevel level = LevelOf(names, &random);
    for (const RowSort sort :
         {RowSort::kSeries, RowSort::kValues, RowSort::kBytes, RowSort::kLeft, RowSort::kName, RowSort::kFound}) {
      const auto key = [&](uint32_t i) {
        const BrowseRow& row = level.rows[i];
        const bool by_number = sort == RowSort::kValues || sort == RowSort::kBytes || sort == RowSort::kLeft;
        const std::optional<uint64_t> number = NumberOfRow(row);
        const int64_t sign = sort == RowSort::kLeft ? 1 : -1;
        return std::tuple(sort == RowSort::kFound ? i : 0u, by_number && !number,
                          by_number && number ? sign * static_cast<int64_t>(*number) : 0,
                          sort == RowSort::kName ? 0 : -static_cast<int64_t>(row.series), row.name, i);
      };
      std::vector<uint32_t> expected(level.rows.size());
      for (uint32_t i = 0; i < expected.size(); ++i) expected[i] = i;
      std::sort(expected.begin(), expected.end(), [&key](uint32_t a, uint32_t b) { return key(a) < key(b); });
      EXPECT_EQ(SortedRows(level, sort, false, NumberOfRow), expected) << RowSortName(sort);
      std::reverse(expected.begin(), expected.end());
      EXPECT_EQ(SortedRows(level, sort, true, NumberOfRow), expected) << RowSortName(sort);
    }
  }
}

TEST(SortsOf, EveryListHasANameForEachOfItsSortsAndNoneTwice) {
  for (const LevelKind kind : {LevelKind::kMetrics, LevelKind::kLabels, LevelKind::kValues, LevelKind::kSeries}) {
    std::vector<std::string_view> names;
    for (const RowSort sort : SortsOf(kind)) names.push_back(RowSortName(sort));
    EXPECT_GE(names.size(), 2u);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  }
}

TEST(MatchesSearch, TakesSmallLettersForBothCases) {
  EXPECT_TRUE(MatchesSearch("HTTP_requests", "http_req"));
  EXPECT_TRUE(MatchesSearch("HTTP_requests", "TTP"));
  EXPECT_FALSE(MatchesSearch("http_requests", "TTP"));
  EXPECT_FALSE(MatchesSearch("HTTP_requests", "Http"));
  EXPECT_TRUE(MatchesSearch("anything", ""));
  EXPECT_TRUE(MatchesSearch("", ""));
  EXPECT_FALSE(MatchesSearch("", "a"));
  EXPECT_TRUE(MatchesSearch("caf\xC3\xA9", "\xC3\xA9"));
}

}  // namespace
}  // namespace seriesguard
