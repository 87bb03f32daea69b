// SPDX-License-Identifier: Apache-2.0
#include "analyzer/diff/key_compare.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

#include "tests/differential/agreement.h"

namespace seriesguard {
namespace {

// The indices of the first occurrences of keys that `others` lacks.
std::vector<uint32_t> OnlyIn(const std::vector<uint64_t>& keys, const std::vector<uint64_t>& others) {
  const std::set<uint64_t> known(others.begin(), others.end());
  std::set<uint64_t> seen;
  std::vector<uint32_t> only;
  for (uint32_t i = 0; i < keys.size(); ++i) {
    if (known.count(keys[i]) == 0 && seen.insert(keys[i]).second) only.push_back(i);
  }
  return only;
}

// Every way of comparing (bitmap, one table, many parts), by the number of keys and their bound.
TEST(KeyCompare, FindsWhatSetsFindWhateverTheWay) {
  uint64_t state = SeedOfTest(67);
  const auto random = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 2;
  };
  KeyCompare compare;
  std::vector<uint32_t> gone;
  std::vector<uint32_t> added;
  for (const size_t count : {size_t{0}, size_t{1}, size_t{40}, size_t{3000}, size_t{70000}}) {
    for (const uint64_t bound : {uint64_t{1}, uint64_t{50}, uint64_t{100000}, uint64_t{1} << 40, uint64_t{1} << 62}) {
      for (const size_t pool_size : {size_t{1}, size_t{7}, count + 1}) {
        std::vector<uint64_t> pool(pool_size);
        for (uint64_t& key : pool) key = random() % bound;
        std::vector<uint64_t> before(count);
        std::vector<uint64_t> after(count + count / 3);
        for (uint64_t& key : before) key = random() % 3 == 0 ? random() % bound : pool[random() % pool_size];
        for (uint64_t& key : after) key = random() % 3 == 0 ? random() % bound : pool[random() % pool_size];
        const KeyCompare::Distinct distinct =
            compare.Compare({before.data(), static_cast<uint32_t>(before.size())},
                            {after.data(), static_cast<uint32_t>(after.size())}, bound, &gone, &added);
        EXPECT_EQ(distinct.before, std::set<uint64_t>(before.begin(), before.end()).size());
        EXPECT_EQ(distinct.after, std::set<uint64_t>(after.begin(), after.end()).size());
        EXPECT_EQ(gone, OnlyIn(before, after)) << count << " keys below " << bound;
        EXPECT_EQ(added, OnlyIn(after, before)) << count << " keys below " << bound;
      }
    }
  }
}

}  // namespace
}  // namespace seriesguard
