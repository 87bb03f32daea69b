// SPDX-License-Identifier: Apache-2.0
//
// fold_cache_test.cc: exact against a map over random keys, silent about another generation, whole under racing writers.
#include "lib/guard/fold_cache.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/fold_reason.h"
#include "lib/guard/raw_key.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

const KeySecret& Secret() {
  static const KeySecret secret((HashKey(7)));
  return secret;
}

std::string RandomValue(std::mt19937* random) {
  static constexpr size_t kSizes[] = {0, 1, 3, 15, 16, 17, 31, 32, 33, 60, 90};
  std::string value(kSizes[(*random)() % std::size(kSizes)], 'a');
  if (value.empty()) return value;
  value[(*random)() % value.size()] = static_cast<char>('a' + (*random)() % 4);
  value.back() = static_cast<char>((*random)() % 3);
  return value;
}

bool Find(FoldCache* cache, const AnyRawKey& key, uint64_t generation, KnownFold* known) {
  return cache->SetOf(key).MayKnow(key) && cache->Find(cache->SetOf(key), key, generation, known);
}

KnownFold FoldOf(Cell* cell, uint64_t hash) {
  KnownFold fold(cell);
  EXPECT_TRUE(fold.Add(1, FoldReason::kValueLimit, /*is_noted=*/true, hash));
  return fold;
}

TEST(FoldCache, AnswersAsAMapOverRandomKeys) {
  FoldCache cache(FoldCache::kMaxPlaces);
  Cell cell;
  std::map<std::array<std::string, 2>, uint64_t> truth;
  std::mt19937 random(1);
  uint64_t found = 0, kept = 0;
  for (uint64_t i = 1; i <= 300'000; ++i) {
    const std::array<std::string, 2> values = {RandomValue(&random), RandomValue(&random)};
    const std::array<std::string_view, 2> views = {values[0], values[1]};
    const RawKey<2> key(Secret(), views.data());
    KnownFold known;
    if (Find(&cache, key, 1, &known)) {
      ++found;
      ASSERT_EQ(truth.count(values), 1u);
      ASSERT_EQ(known.hashes[0], truth[values]);
      ASSERT_EQ(known.cell, &cell);
      ASSERT_EQ(known.size(), 1u);
    } else if (cache.Remember(key, 1, FoldOf(&cell, i))) {
      ++kept;
      truth[values] = i;
      ASSERT_TRUE(Find(&cache, key, 1, &known));
    } else {
      EXPECT_GT(values[0].size() + values[1].size(), 90u) << "two lines of words have room for nearly all";
    }
  }
  EXPECT_GT(found, 10'000u);
  EXPECT_GT(kept, 30'000u);
  EXPECT_EQ(cache.CountOf(1), FoldCache::kMaxPlaces);
}

TEST(FoldCache, TellsLongValuesApartByTheirBytes) {
  FoldCache cache(64);
  Cell cell;
  std::string value(60, 'x');
  const std::string_view view = value;
  const RawKey<1> key(Secret(), &view);
  ASSERT_TRUE(cache.Remember(key, 1, FoldOf(&cell, 5)));
  KnownFold known;
  EXPECT_TRUE(Find(&cache, key, 1, &known));
  value[40] = 'y';  // as if the words of two values were the same, hash and all
  EXPECT_FALSE(Find(&cache, key, 1, &known));
}

TEST(FoldCache, TellsAFromAWithAZero) {
  FoldCache cache(64);
  Cell cell;
  const std::string_view plain("a", 1), zero("a\0", 2);
  KnownFold known;
  ASSERT_TRUE(cache.Remember(RawKey<1>(Secret(), &plain), 1, FoldOf(&cell, 1)));
  EXPECT_FALSE(Find(&cache, RawKey<1>(Secret(), &zero), 1, &known));
  EXPECT_TRUE(Find(&cache, RawKey<1>(Secret(), &plain), 1, &known));
}

TEST(FoldCache, KnowsNothingOfAnotherGeneration) {
  FoldCache cache(64);
  Cell cell;
  const std::string_view view = "scanner";
  const RawKey<1> key(Secret(), &view);
  KnownFold known;
  ASSERT_TRUE(cache.Remember(key, 1, FoldOf(&cell, 1)));
  EXPECT_FALSE(Find(&cache, key, 2, &known));
  ASSERT_TRUE(cache.Remember(key, 2, FoldOf(&cell, 2)));
  EXPECT_TRUE(Find(&cache, key, 2, &known));
  EXPECT_EQ(known.hashes[0], 2u);
  EXPECT_EQ(cache.CountOf(1), 0u) << "what is out of date goes first";
}

TEST(FoldCache, IsWorthItOnTheSecondTime) {
  FoldCache cache(FoldCache::kMaxPlaces);
  size_t at_once = 0, at_second = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i);
    const std::string_view view = text;
    const RawKey<1> key(Secret(), &view);
    at_once += cache.SetOf(key).IsWorthIt(key);
    at_second += cache.SetOf(key).IsWorthIt(key);
  }
  EXPECT_LE(at_once, 2u);
  EXPECT_EQ(at_second, 1000u);
}

TEST(FoldCache, RemembersNothingWithoutPlaces) {
  FoldCache cache(0);
  Cell cell;
  KnownFold known;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i);
    const std::string_view view = text;
    const RawKey<1> key(Secret(), &view);
    EXPECT_FALSE(cache.Remember(key, 1, FoldOf(&cell, 1)));
    EXPECT_FALSE(Find(&cache, key, 1, &known));
  }
}

TEST(KnownFold, HasRoomForFourLabels) {
  Cell cell;
  KnownFold fold(&cell);
  for (size_t i = 0; i < KnownFold::kMostFolds; ++i) {
    EXPECT_TRUE(fold.Add(15 - i, static_cast<FoldReason>(kFoldReasons - 1 - i), i % 2 == 0, i + 100));
  }
  EXPECT_FALSE(fold.Add(0, FoldReason::kValueLimit, false, 0));
  size_t seen = 0;
  fold.ForEach([&seen](size_t label, FoldReason reason, bool is_noted, uint64_t hash) {
    EXPECT_EQ(label, 15 - seen);
    EXPECT_EQ(reason, static_cast<FoldReason>(kFoldReasons - 1 - seen));
    EXPECT_EQ(is_noted, seen % 2 == 0);
    EXPECT_EQ(hash, seen + 100);
    ++seen;
  });
  EXPECT_EQ(seen, KnownFold::kMostFolds);
}

// Few places and many keys, each remembered with what follows from it: a torn answer would not fit its key.
TEST(FoldCache, GivesWholeAnswersWhileOthersWrite) {
  FoldCache cache(64);
  constexpr size_t kKeys = 256;
  std::vector<std::string> texts;
  const auto cells = std::make_unique<std::array<Cell, kKeys>>();
  for (size_t i = 0; i < kKeys; ++i) texts.push_back(std::string(i % 40, 'v') + std::to_string(i));
  std::atomic<uint64_t> found{0};
  const auto work = [&](uint32_t seed) {
    std::mt19937 random(seed);
    for (int round = 0; round < 100'000; ++round) {
      const size_t i = random() % kKeys;
      const std::string_view view = texts[i];
      const RawKey<1> key(Secret(), &view);
      const uint64_t generation = 1 + random() % 2;
      KnownFold known;
      if (Find(&cache, key, generation, &known)) {
        found.fetch_add(1, std::memory_order_relaxed);
        ASSERT_EQ(known.cell, &(*cells)[i]);
        ASSERT_EQ(known.hashes[0], i * 2 + generation);
        ASSERT_EQ(known.size(), 1u);
      } else {
        cache.Remember(key, generation, FoldOf(&(*cells)[i], i * 2 + generation));
      }
    }
  };
  std::vector<std::thread> threads;
  for (uint32_t i = 0; i < 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(found.load(), 1000u);
}

}  // namespace
}  // namespace seriesguard
