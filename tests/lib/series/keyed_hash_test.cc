// SPDX-License-Identifier: Apache-2.0
//
// keyed_hash_test.cc: the key decides, the bytes decide, and nothing else does.
#include "lib/series/keyed_hash.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(KeyedHash, SameEntropyAndBytesGiveTheSameHashWhereverTheBytesStand) {
  const HashKey one(42), two(42);
  const std::string text = "/api/orders/{id}";
  for (size_t offset = 0; offset < 64; ++offset) {
    const std::string moved = std::string(offset, 'x') + text;
    EXPECT_EQ(one(text), two(std::string_view(moved).substr(offset)));
  }
}

TEST(KeyedHash, AnotherKeyGivesOtherHashesForEachLength) {
  const HashKey one(1), two(2), random = HashKey::Random(), other_random = HashKey::Random();
  for (size_t size = 0; size <= 300; ++size) {
    const std::string text(size, 'a');
    EXPECT_NE(one(text), two(text)) << size;
    EXPECT_NE(random(text), other_random(text)) << size;
    EXPECT_NE(random(text), one(text)) << size;
  }
}

TEST(KeyedHash, ReadsEveryByte) {
  const HashKey key(7);
  for (const size_t size : {1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 1000}) {
    const std::string text(size, 'a');
    std::set<uint64_t> hashes = {key(text)};
    for (size_t i = 0; i < size; ++i) {
      std::string changed = text;
      changed[i] = 'b';
      hashes.insert(key(changed));
    }
    EXPECT_EQ(hashes.size(), size + 1) << size;
  }
}

TEST(KeyedHash, SpreadsOverBothEndsOfTheWord) {
  // 65,536 values leave an average bucket of 256; a bucket beyond 256 +- 8 standard deviations (16) is no chance.
  const HashKey key = HashKey::Random();
  std::vector<int> low(256, 0), high(256, 0);
  for (int i = 0; i < 65536; ++i) {
    const uint64_t hash = key("user-" + std::to_string(i));
    ++low[hash & 255];
    ++high[hash >> 56];
  }
  for (size_t i = 0; i < 256; ++i) {
    EXPECT_NEAR(low[i], 256, 128) << i;
    EXPECT_NEAR(high[i], 256, 128) << i;
  }
}

}  // namespace
}  // namespace seriesguard
