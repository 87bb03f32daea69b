// SPDX-License-Identifier: Apache-2.0
//
// hit_cache_test.cc: exact against a map over a million random keys, bounded whatever is asked, and worth an entry only
// for what comes twice.
#include "lib/guard/hit_cache.h"

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

struct Answer {
  uint64_t number = 0;
};
using Cache = HitCache<Answer>;

class HitCacheTest : public testing::Test {
 protected:
  const KeySecret secret_{HashKey(7)};
  Reclaimer reclaimer_;
};

std::string RandomValue(std::mt19937* random) {
  static constexpr size_t kSizes[] = {0, 1, 3, 15, 16, 17, 31, 32, 33, 60};
  // Few letters, so that values share beginnings and ends.
  std::string value(kSizes[(*random)() % std::size(kSizes)], 'a');
  if (value.empty()) return value;
  value[(*random)() % value.size()] = static_cast<char>('a' + (*random)() % 4);
  value.back() = static_cast<char>((*random)() % 3);
  return value;
}

TEST_F(HitCacheTest, AnswersAsAMapOverAMillionRandomKeys) {
  Cache cache(1 << 12, secret_, &reclaimer_);
  std::map<std::array<std::string, 2>, uint64_t> truth;
  std::mt19937 random(1);
  uint64_t found = 0;
  for (uint64_t i = 0; i < 1'000'000; ++i) {
    const std::array<std::string, 2> values = {RandomValue(&random), RandomValue(&random)};
    const std::array<std::string_view, 2> views = {values[0], values[1]};
    const RawKey<2> key(secret_, views.data());
    const Answer* const answer = cache.Find(key);
    const auto known = truth.find(values);
    if (answer != nullptr) {
      ++found;
      ASSERT_NE(known, truth.end());
      ASSERT_EQ(answer->number, known->second);
    }
    if (random() % 4 == 0) {
      cache.Remember(key, Answer{i});
      truth[values] = i;
      ASSERT_NE(cache.Find(key), nullptr);
    }
    if (i % 4096 == 0) reclaimer_.Collect();
  }
  EXPECT_GT(found, 100'000u);
}

TEST_F(HitCacheTest, TellsAFromAWithAZero) {
  Cache cache(64, secret_, &reclaimer_);
  const std::string_view plain("a", 1), zero("a\0", 2);
  cache.Remember(RawKey<1>(secret_, &plain), Answer{1});
  EXPECT_EQ(cache.Find(RawKey<1>(secret_, &zero)), nullptr);
  cache.Remember(RawKey<1>(secret_, &zero), Answer{2});
  EXPECT_EQ(cache.Find(RawKey<1>(secret_, &plain))->number, 1u);
  EXPECT_EQ(cache.Find(RawKey<1>(secret_, &zero))->number, 2u);
}

TEST_F(HitCacheTest, TakesTheLaterAnswerForTheSameValues) {
  Cache cache(64, secret_, &reclaimer_);
  const std::array<std::string_view, 2> values = {"GET", "/a/path/that/is/longer/than/32/bytes"};
  const RawKey<2> key(secret_, values.data());
  for (uint64_t number = 1; number < 4; ++number) cache.Remember(key, Answer{number});
  EXPECT_EQ(cache.Find(key)->number, 3u);
  EXPECT_EQ(cache.entries(), 1u);
}

TEST_F(HitCacheTest, ForgetsWhatItIsToldTo) {
  Cache cache(1024, secret_, &reclaimer_);
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back(std::to_string(i));
  for (uint64_t i = 0; i < 100; ++i) {
    const std::string_view view = texts[i];
    cache.Remember(RawKey<1>(secret_, &view), Answer{i});
  }
  cache.Drop([](const Answer& answer) { return answer.number % 2 == 0; });
  size_t left = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    const std::string_view view = texts[i];
    const Answer* const answer = cache.Find(RawKey<1>(secret_, &view));
    if (i % 2 == 0) {
      EXPECT_EQ(answer, nullptr) << i;
    }
    left += answer != nullptr;
  }
  EXPECT_EQ(left, cache.entries());
  EXPECT_GE(left, 40u);
  cache.Clear();
  EXPECT_EQ(cache.entries(), 0u);
}

TEST_F(HitCacheTest, IsWorthItOnTheSecondTime) {
  Cache cache(1 << 12, secret_, &reclaimer_);
  size_t at_once = 0, at_second = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i);
    const std::string_view view = text;
    const RawKey<1> key(secret_, &view);
    at_once += cache.IsWorthIt(key);
    at_second += cache.IsWorthIt(key);
  }
  EXPECT_LE(at_once, 2u) << "a mark of 15 bits lies once in 32768";
  EXPECT_EQ(at_second, 1000u);
}

TEST_F(HitCacheTest, KeepsItsBoundsUnderJunk) {
  constexpr size_t kSlots = 1024;
  Cache cache(kSlots, secret_, &reclaimer_);
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = "/a/long/path/of/somebody/who/scans/" + std::to_string(i);
    const std::string_view view = text;
    cache.Remember(RawKey<1>(secret_, &view), Answer{static_cast<uint64_t>(i)});
    if (i % 256 == 0) reclaimer_.Collect();
  }
  EXPECT_LE(cache.slots(), kSlots);
  EXPECT_LE(cache.entries(), kSlots);
  EXPECT_LE(cache.bytes(), kSlots * 256);
}

TEST_F(HitCacheTest, IsNeverWorthItForAVeryLongValue) {
  Cache cache(64, secret_, &reclaimer_);
  const std::string megabyte(1 << 20, 'x');
  const std::array<std::string_view, 2> values = {"GET", megabyte};
  const RawKey<2> key(secret_, values.data());
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(cache.IsWorthIt(key));
}

}  // namespace
}  // namespace seriesguard
