// SPDX-License-Identifier: Apache-2.0
//
// distinct_keys_test.cc: each way of counting against a set.
#include "analyzer/census/distinct_keys.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

struct Shape {
  const char* name;
  uint64_t bound;
};

// Dense keys go to a bitmap, sparse ones to a table, and up to the largest bound that is allowed.
std::vector<Shape> Shapes(size_t count) {
  return {{"one value", 1},
          {"small", 4096},
          {"dense", count + 1},
          {"bitmap's last", 32 * static_cast<uint64_t>(count) + 31},
          {"table's first", 32 * static_cast<uint64_t>(count) + 4096},
          {"sparse", uint64_t{1} << 40},
          {"huge", uint64_t{1} << 63}};
}

std::vector<uint64_t> RandomKeys(size_t count, uint64_t bound, std::mt19937_64* random) {
  std::vector<uint64_t> keys(count);
  for (size_t i = 0; i < count; ++i) {
    // A third repeats an earlier key; both ends of the range occur.
    keys[i] = i > 0 && (*random)() % 3 == 0 ? keys[(*random)() % i] : i % 1000 == 1 ? bound - 1 : (*random)() % bound;
  }
  return keys;
}

TEST(DistinctKeys, AgreesWithASetForEachShapeAndCount) {
  std::mt19937_64 random(1);
  DistinctKeys distinct;
  for (const size_t count : {0, 1, 2, 100, 16'383, 16'384, 16'385, 50'000, 1'000'000}) {
    for (const Shape& shape : Shapes(count)) {
      const std::vector<uint64_t> keys = RandomKeys(count, shape.bound, &random);
      const std::unordered_set<uint64_t> naive(keys.begin(), keys.end());
      ASSERT_EQ(distinct.Count(keys.data(), count, shape.bound), naive.size()) << count << " " << shape.name;
    }
  }
}

TEST(DistinctKeys, CountsAllEqualAndAllDifferentKeys) {
  DistinctKeys distinct;
  for (const size_t count : {1, 1000, 16'384, 16'385, 300'000}) {
    std::vector<uint64_t> keys(count, 42);
    EXPECT_EQ(distinct.Count(keys.data(), count, uint64_t{1} << 62), 1u);
    for (size_t i = 0; i < count; ++i) keys[i] = i << 40;
    EXPECT_EQ(distinct.Count(keys.data(), count, uint64_t{1} << 63), count);
    for (size_t i = 0; i < count; ++i) keys[i] = i;
    EXPECT_EQ(distinct.Count(keys.data(), count, count), count);
  }
}

TEST(DistinctKeys, MarksEachRepeatWithItsFirst) {
  std::mt19937_64 random(2);
  DistinctKeys distinct;
  for (const size_t count : {0, 1, 5, 1000, 16'385, 200'000}) {
    for (const uint64_t bound : {uint64_t{1}, uint64_t{50}, uint64_t{100'000}, uint64_t{1} << 63}) {
      const std::vector<uint64_t> keys = RandomKeys(count, bound, &random);
      std::vector<bool> repeats(7, true);
      std::vector<size_t> first(3, 99);
      distinct.MarkRepeats(keys.data(), count, &repeats, &first);
      std::unordered_map<uint64_t, size_t> seen;
      std::vector<size_t> expected_first;
      ASSERT_EQ(repeats.size(), count);
      for (size_t i = 0; i < count; ++i) {
        const auto [known, is_new] = seen.try_emplace(keys[i], i);
        ASSERT_EQ(repeats[i], !is_new);
        if (!is_new) expected_first.push_back(known->second);
      }
      ASSERT_EQ(first, expected_first);
      std::vector<bool> again;
      distinct.MarkRepeats(keys.data(), count, &again, nullptr);
      ASSERT_EQ(again, repeats);
    }
  }
}

TEST(DistinctKeys, DensifyNumbersByFirstAppearance) {
  DistinctKeys distinct;
  std::vector<uint64_t> keys = {UINT64_MAX, 5, 5, 0, UINT64_MAX, 7, 0};
  EXPECT_EQ(distinct.Densify(keys.data(), keys.size()), 4u);
  EXPECT_EQ(keys, (std::vector<uint64_t>{0, 1, 1, 2, 0, 3, 2}));
  EXPECT_EQ(distinct.Densify(keys.data(), 0), 0u);

  std::mt19937_64 random(3);
  std::vector<uint64_t> many = RandomKeys(300'000, uint64_t{1} << 63, &random);
  std::unordered_map<uint64_t, uint64_t> naive;
  std::vector<uint64_t> expected;
  for (const uint64_t key : many) expected.push_back(naive.try_emplace(key, naive.size()).first->second);
  EXPECT_EQ(distinct.Densify(many.data(), many.size()), naive.size());
  EXPECT_EQ(many, expected);
}

}  // namespace
}  // namespace seriesguard
