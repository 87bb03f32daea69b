// SPDX-License-Identifier: Apache-2.0
//
// demand_sketch_test.cc: the estimate against a std::set, over ages, orders and threads.
#include "lib/guard/demand_sketch.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/series/hyper_log_log.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

std::vector<uint64_t> Hashes(size_t count, uint64_t entropy) {
  const HashKey key(entropy);
  std::vector<uint64_t> hashes;
  hashes.reserve(count);
  for (size_t i = 0; i < count; ++i) hashes.push_back(key("tenant-" + std::to_string(i)));
  return hashes;
}

double EstimateOf(const std::vector<uint64_t>& hashes) {
  DemandSketch sketch;
  for (const uint64_t hash : hashes) sketch.Add(hash);
  return sketch.Estimate();
}

TEST(DemandSketch, IsEmptyAtFirst) {
  DemandSketch sketch;
  EXPECT_EQ(sketch.Estimate(), 0);
  sketch.Age();
  EXPECT_EQ(sketch.Estimate(), 0);
  EXPECT_LT(sketch.bytes(), 8300u);
}

// What the banner says of few values; for fewer than 20 it is rarer still.
TEST(DemandSketch, IsNearlyExactUpToTwentyValues) {
  int wrong = 0;
  for (uint64_t entropy = 0; entropy < 500; ++entropy) {
    const std::vector<uint64_t> hashes = Hashes(20, entropy);
    for (const size_t count : {1, 2, 5, 10, 20}) {
      const double estimate = EstimateOf({hashes.begin(), hashes.begin() + static_cast<ptrdiff_t>(count)});
      if (std::abs(std::round(estimate) - static_cast<double>(count)) > 1) ++wrong;
    }
  }
  EXPECT_LT(wrong, 5);  // of 2,500; about 0.5 to be expected
}

TEST(DemandSketch, StaysWithinFiveStandardErrors) {
  for (const size_t count : {100, 1000, 10'000, 48'211, 200'000, 1'000'000}) {
    const int rounds = count >= 100'000 ? 1 : 12;
    double squares = 0;
    for (int round = 0; round < rounds; ++round) {
      const double error =
          EstimateOf(Hashes(count, count + static_cast<uint64_t>(round))) / static_cast<double>(count) - 1;
      EXPECT_LT(std::abs(error), 5 * HyperLogLog::kRelativeError) << count;
      squares += error * error;
    }
    EXPECT_LT(std::sqrt(squares / rounds), 2 * HyperLogLog::kRelativeError) << count;
  }
}

TEST(DemandSketch, DoesNotSeeRepeatsOrOrder) {
  std::vector<uint64_t> hashes = Hashes(5000, 7);
  const double once = EstimateOf(hashes);
  hashes.insert(hashes.end(), hashes.rbegin(), hashes.rend());
  EXPECT_EQ(EstimateOf(hashes), once);
}

TEST(DemandSketch, TakesTheExtremesOfAHash) {
  EXPECT_NEAR(EstimateOf({0, UINT64_MAX, uint64_t{1} << 60, uint64_t{1} << 63}), 4, 0.1);
  DemandSketch all_highest;  // every register at its highest rank: no number that can be counted, but one that compares
  for (uint64_t i = 0; i < HyperLogLog::kRegisters; ++i) all_highest.Add(i << HyperLogLog::kRankBits);
  EXPECT_GT(all_highest.Estimate(), 1e18);
}

// A random history of values and ages against the sets of the last two generations.
TEST(DemandSketch, CountsTheLastTwoGenerations) {
  const HashKey key(11);
  for (uint32_t seed = 0; seed < 5; ++seed) {
    std::mt19937 random(seed);
    DemandSketch sketch;
    std::set<uint64_t> young, old;
    for (int age = 0; age < 12; ++age) {
      const uint32_t range = 1 + random() % 20'000;
      for (uint32_t left = random() % 20'000; left > 0; --left) {
        const uint64_t hash = key(std::to_string(random() % range));
        sketch.Add(hash);
        young.insert(hash);
      }
      std::set<uint64_t> both = young;
      both.insert(old.begin(), old.end());
      const double expected = static_cast<double>(both.size());
      EXPECT_NEAR(sketch.Estimate(), expected, 1.5 + 5 * HyperLogLog::kRelativeError * expected) << seed << " " << age;
      sketch.Age();
      old.swap(young);
      young.clear();
      const double aged = static_cast<double>(old.size());
      EXPECT_NEAR(sketch.Estimate(), aged, 1.5 + 5 * HyperLogLog::kRelativeError * aged) << seed << " " << age;
    }
    sketch.Age();
    EXPECT_EQ(sketch.Estimate(), 0);
  }
}

TEST(DemandSketch, ThreadsLoseNothing) {
  const std::vector<uint64_t> hashes = Hashes(40'000, 5);
  DemandSketch sketch;
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&sketch, &hashes, t] {
      // Each starts elsewhere and adds everything: all race for all registers.
      for (size_t i = 0; i < hashes.size(); ++i) sketch.Add(hashes[(i + t * 5000) % hashes.size()]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sketch.Estimate(), EstimateOf(hashes));
}

// Values that every thread adds again and again are in the union at every look, whenever the generations change.
TEST(DemandSketch, WhatKeepsComingIsNeverMissed) {
  const std::vector<uint64_t> hashes = Hashes(300, 6);
  const double all = EstimateOf(hashes);
  DemandSketch sketch;
  for (const uint64_t hash : hashes) sketch.Add(hash);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&sketch, &hashes] {
        for (const uint64_t hash : hashes) sketch.Add(hash);
        EXPECT_GE(sketch.Estimate(), 0);
      });
    }
    sketch.Age();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(sketch.Estimate(), all) << round;
  }
}

}  // namespace
}  // namespace seriesguard
