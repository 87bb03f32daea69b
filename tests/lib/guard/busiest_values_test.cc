// SPDX-License-Identifier: Apache-2.0
//
// busiest_values_test.cc: exact while a set suffices, bounded and whole whatever is recorded, over random histories,
// and hostile bytes. Threads: busiest_values_race_test.cc. How good it is under junk: busiest_values_quality_test.cc.
#include "lib/guard/busiest_values.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/guard/busiest_values_recorder.h"

namespace seriesguard {
namespace {

TEST(BusiestValues, CapacityHasItsBounds) {
  EXPECT_EQ(BusiestValues::CapacityFor(-1), 64u);
  EXPECT_EQ(BusiestValues::CapacityFor(0), 64u);
  EXPECT_EQ(BusiestValues::CapacityFor(20), 80u);
  EXPECT_EQ(BusiestValues::CapacityFor(200), 800u);
  EXPECT_EQ(BusiestValues::CapacityFor(2000), 4096u);
  EXPECT_EQ(BusiestValues::CapacityFor(INT64_MAX), 4096u);
  EXPECT_EQ(BusiestValues(0).capacity(), 64u);
  EXPECT_EQ(BusiestValues(65).capacity(), 72u);
  EXPECT_EQ(BusiestValues(SIZE_MAX).capacity(), 4096u);
  EXPECT_EQ(BusiestValues(64, 9).kept_value_bytes(), 16u);
  EXPECT_EQ(BusiestValues(64, SIZE_MAX).kept_value_bytes(), 256u);
  EXPECT_LT(BusiestValues(80).bytes(), 25'000u);
  EXPECT_LT(BusiestValues(800).bytes(), 240'000u);
  EXPECT_LT(BusiestValues(4096).bytes(), 1'250'000u);
}

// Random histories over at most kWays values, which no set is too small for, against a map.
TEST(BusiestValues, IsExactWhileASetSuffices) {
  const std::vector<std::string> names = {
      "", "a", std::string(3, '\0'), "GET", "/api/orders/{id}", std::string(256, 'x'), "\xff\xfe", "other"};
  for (uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Recorder recorder(64);
    std::map<std::string, double> expected;
    for (int step = 0; step < 1000; ++step) {
      const std::string& name = names[random() % names.size()];
      const uint32_t kind = random() % 100;
      if (kind == 0) {
        recorder->Decay(0.75, step);
        for (auto& entry : expected) entry.second *= 0.75;
      } else if (kind == 1) {
        EXPECT_EQ(recorder.Forget(name), expected.erase(name) == 1);
      } else {
        recorder.Record(name);
        expected[name] += 1;
      }
    }
    const std::vector<BusiestValue> top = recorder->Top(100);
    ExpectWhole(recorder, top);
    for (const BusiestValue& value : top) {
      ASSERT_EQ(expected.count(value.value), 1u);
      EXPECT_NEAR(static_cast<double>(value.count), expected[value.value], 0.51) << seed;
      EXPECT_FALSE(value.cut);
      expected.erase(value.value);
    }
    for (const auto& entry : expected) EXPECT_LT(entry.second, 0.51) << seed;
  }
}

// Random histories over far more values than there are places: the invariants of the header after every stretch.
TEST(BusiestValues, NeverClaimsMoreThanWasRecorded) {
  for (uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    Recorder recorder(64 + random() % 400);
    const size_t bytes = recorder->bytes();
    std::map<uint64_t, uint64_t> recorded;
    uint64_t total = 0;
    for (int stretch = 0; stretch < 20; ++stretch) {
      const uint32_t range = 1 + random() % 5000;
      for (int i = 0; i < 1000; ++i) {
        const std::string name = "v" + std::to_string(std::min(random() % range, random() % range));
        recorder.Record(name);
        ++recorded[recorder.Hash(name)];
        ++total;
      }
      if (random() % 4 == 0) recorder.Forget("v" + std::to_string(random() % range));
      const std::vector<BusiestValue> top = recorder->Top(SIZE_MAX);
      ExpectWhole(recorder, top);
      uint64_t sum = 0;
      for (const BusiestValue& value : top) {
        sum += value.count;
        // Too high by at most the weakest of a full set, which has at most an eighth of what the set has.
        EXPECT_LE(value.count, recorded[value.hash] + total / BusiestValues::kWays);
      }
      EXPECT_LE(sum, total);
      EXPECT_EQ(recorder->bytes(), bytes);
    }
  }
}

TEST(BusiestValues, TopIsTheBeginningOfALongerTop) {
  Recorder recorder(200);
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) recorder.Record(std::to_string(random() % (1 + random() % 500)));
  const std::vector<BusiestValue> all = recorder->Top(SIZE_MAX);
  for (const size_t n : {size_t{0}, size_t{1}, size_t{10}, all.size() - 1}) {
    const std::vector<BusiestValue> top = recorder->Top(n);
    ASSERT_EQ(top.size(), n);
    for (size_t i = 0; i < n; ++i) EXPECT_EQ(top[i].hash, all[i].hash);
  }
}

TEST(BusiestValues, CutsLongValuesAndSaysSo) {
  for (const size_t kept : {size_t{0}, size_t{8}, size_t{64}, size_t{256}}) {
    for (const size_t size : {size_t{0}, size_t{1}, size_t{7}, size_t{8}, size_t{9}, size_t{64}, size_t{65},
                              size_t{255}, size_t{256}, size_t{257}, size_t{1} << 20}) {
      Recorder recorder(64, kept);
      const std::string value(size, '\0'), other = std::string(size, '\0') + "x";
      for (int i = 0; i < 3; ++i) recorder.Record(value);
      recorder.Record(other);  // the same to the cut: still another value
      const std::vector<BusiestValue> top = recorder->Top(10);
      ASSERT_EQ(top.size(), 2u);
      EXPECT_EQ(top[0].count, 3u);
      EXPECT_EQ(top[0].value, value.substr(0, kept));
      EXPECT_EQ(top[0].cut, size > kept);
      EXPECT_EQ(top[1].cut, size + 1 > kept);
      EXPECT_EQ(top[0].hash, recorder.Hash(value));
    }
  }
}

// Hashes that an attacker without the key does not get: the extremes, all in one set, all with one tag.
TEST(BusiestValues, TakesAnyHash) {
  BusiestValues values(64);
  for (const uint64_t hash : {uint64_t{0}, uint64_t{1}, UINT64_MAX, uint64_t{1} << 63}) {
    values.Record(hash, "x");
    values.Record(hash, std::string_view());
  }
  EXPECT_EQ(values.Top(1).at(0).count, 4u);  // 0 is taken as 1
  EXPECT_EQ(values.Top(10).size(), 3u);
  EXPECT_TRUE(values.Forget(0));
  EXPECT_FALSE(values.Forget(1));
  for (uint64_t i = 0; i < 10'000; ++i) values.Record(i << 40, "one set and one tag");
  EXPECT_LE(values.Top(SIZE_MAX).size(), BusiestValues::kWays + 2);
}

TEST(BusiestValues, RandomBytesStayWhole) {
  std::mt19937 random(8);
  Recorder recorder(128);
  for (int i = 0; i < 50'000; ++i) {
    std::string value(random() % 4 == 0 ? random() % 300 : random() % 3, '\0');
    for (char& byte : value) byte = static_cast<char>(random() % 5 == 0 ? 0 : random());
    recorder.Record(value);
    if (i % 5000 == 0) recorder->Decay(0.5, i);
    if (i % 1000 == 0) ExpectWhole(recorder, recorder->Top(SIZE_MAX));
  }
  EXPECT_EQ(recorder->Top(1).at(0).value, "");
}

TEST(BusiestValues, AgesByAnyFactorAndTellsWhenAValueCame) {
  BusiestValues values(64, 256, 7);
  for (int i = 0; i < 1000; ++i) values.Record(1, "old");
  EXPECT_EQ(values.Top(1).at(0).first_seen_ns, 7);
  values.Decay(std::numeric_limits<double>::quiet_NaN(), 20);
  values.Decay(2, 30);
  EXPECT_EQ(values.Top(1).at(0).count, 1000u);
  values.Decay(0.5, 40);
  EXPECT_EQ(values.Top(1).at(0).count, 500u);
  values.Record(2, "new");
  EXPECT_EQ(values.Top(2).at(1).first_seen_ns, 40);
  EXPECT_EQ(values.Top(2).at(0).first_seen_ns, 7);
  // Small steps do not round away: a half-life in 1,000 of them is a half.
  for (int i = 0; i < 1000; ++i) values.Decay(std::exp2(-1.0 / 1000), 50);
  EXPECT_NEAR(static_cast<double>(values.Top(1).at(0).count), 250, 1);
  values.Decay(-1, 60);
  EXPECT_TRUE(values.Top(10).empty());
  values.Record(3, "next");
  EXPECT_EQ(values.Top(10).size(), 1u);
}

TEST(BusiestValues, ForgottenPlaceIsTakenByTheNextValue) {
  BusiestValues values(64);
  for (uint64_t i = 1; i <= 8; ++i) {  // fills one set: the lower 32 bits choose it
    for (int n = 0; n < 1'000'000; n += 100) values.Record(i << 32, "incumbent");
  }
  values.Record(uint64_t{9} << 32, "early");  // 1 in 10,001
  EXPECT_TRUE(values.Forget(uint64_t{3} << 32));
  EXPECT_EQ(values.Top(SIZE_MAX).size(), 7u);
  values.Record(uint64_t{10} << 32, "newcomer");
  const std::vector<BusiestValue> top = values.Top(SIZE_MAX);
  ASSERT_EQ(top.size(), 8u);
  EXPECT_EQ(top.back().value, "newcomer");
  EXPECT_EQ(top.back().count, 1u);
}

// The bound by which most unknown values are turned away may be old: a second draw must make up for it.
TEST(BusiestValues, AdmitsByTheWeakestOfNowNotOfThen) {
  int admitted = 0;
  for (uint64_t round = 0; round < 2000; ++round) {
    BusiestValues values(64);
    for (uint64_t i = 1; i <= 8; ++i) {
      for (int n = 0; n < 1000; ++n) values.Record(InFirstSet(i), "incumbent");
    }
    values.Record(InFirstSet(100 + round), "newcomer");
    for (const BusiestValue& value : values.Top(8)) admitted += value.value == "newcomer" ? 1 : 0;
  }
  EXPECT_LE(admitted, 20);  // 2 are to be expected
}

TEST(BusiestValues, AgedToNothingAnyValueGetsIn) {
  for (uint64_t round = 0; round < 20; ++round) {
    BusiestValues values(64);
    for (uint64_t i = 1; i <= 100'000; ++i) values.Record(InFirstSet(i), "junk");
    values.Decay(0, 1);
    values.Record(InFirstSet(200'000 + round), "newcomer");
    ASSERT_EQ(values.Top(8).size(), 1u);
    EXPECT_EQ(values.Top(8)[0].value, "newcomer");
  }
}

}  // namespace
}  // namespace seriesguard
