// SPDX-License-Identifier: Apache-2.0
//
// busiest_values_quality_test.cc: how well the busiest values are found beside junk, against exact counts and against
// plain Space-Saving with as many places.
//
// Traffic: 400 routes by Zipf's law and values that are never seen twice. Every draw has a fixed seed; the thresholds leave
// room to what 40 seeds gave (in brackets), so that another library's distributions pass as well.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/busiest_values.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

constexpr size_t kRoutes = 400;
constexpr size_t kBusy = 50;    // the routes that are to be found
constexpr size_t kLimit = 100;  // among so many of Top()
constexpr size_t kCapacity = 4 * kLimit;
using Counts = std::unordered_map<uint64_t, uint64_t>;  // by hash

// The algorithm everybody names (Metwally and others, 2005): an unknown value always replaces the weakest of all.
class SpaceSaving {
 public:
  void Record(uint64_t hash) {
    uint64_t count = 0;
    const auto known = places_.find(hash);
    if (known != places_.end()) {
      count = known->second->first;
      by_count_.erase(known->second);
    } else if (places_.size() == kCapacity) {
      const auto weakest = by_count_.begin();
      count = weakest->first;
      places_.erase(weakest->second);
      by_count_.erase(weakest);
    }
    places_[hash] = by_count_.emplace(count + 1, hash);
  }
  Counts Top(size_t n) const {
    Counts top;
    for (auto it = by_count_.rbegin(); it != by_count_.rend() && top.size() < n; ++it) top[it->second] = it->first;
    return top;
  }

 private:
  std::multimap<uint64_t, uint64_t> by_count_;
  std::unordered_map<uint64_t, std::multimap<uint64_t, uint64_t>::iterator> places_;
};

Counts TopOf(const BusiestValues& values, size_t n) {
  Counts top;
  for (const BusiestValue& value : values.Top(n)) top[value.hash] = value.count;
  return top;
}

class Traffic {
 public:
  Traffic(uint64_t seed, double exponent, double junk) : key_(seed), random_(seed + 1000), junk_(junk) {
    std::vector<double> weights;
    for (size_t i = 0; i < kRoutes; ++i) {
      weights.push_back(std::pow(static_cast<double>(i + 1), -exponent));
      names_.push_back("/api/route/" + std::to_string(i));
      hashes_.push_back(key_(names_.back()));
    }
    zipf_ = std::discrete_distribution<size_t>(weights.begin(), weights.end());
  }

  // Gives `requests` to `record` (hash, value) and counts the routes. `shift` turns the popularity round.
  template <typename Recorder>
  void Run(int requests, Counts* exact, Recorder record, size_t shift = 0) {
    for (int i = 0; i < requests; ++i) {
      if (std::uniform_real_distribution<double>()(random_) < junk_) {
        const std::string value = "/wp-admin/" + std::to_string(random_());
        record(key_(value), value);
      } else {
        const size_t route = (zipf_(random_) + shift) % kRoutes;
        ++(*exact)[hashes_[route]];
        record(hashes_[route], names_[route]);
      }
    }
  }
  void set_junk(double junk) { junk_ = junk; }

 private:
  HashKey key_;
  std::mt19937_64 random_;
  double junk_;
  std::discrete_distribution<size_t> zipf_;
  std::vector<std::string> names_;
  std::vector<uint64_t> hashes_;
};

struct Quality {
  double recall = 0;  // share of the busiest routes that were named
  double error = 0;   // mean of |count / exact - 1| over them; 1 where not named
};

Quality Judge(const Counts& exact, const Counts& named) {
  std::vector<std::pair<uint64_t, uint64_t>> busiest;
  for (const auto& entry : exact) busiest.emplace_back(entry.second, entry.first);
  std::sort(busiest.rbegin(), busiest.rend());
  Quality quality;
  for (size_t i = 0; i < kBusy; ++i) {
    const auto found = named.find(busiest[i].second);
    quality.recall += found == named.end() ? 0 : 1.0 / kBusy;
    const double count = found == named.end() ? 0 : static_cast<double>(found->second);
    quality.error += std::abs(count / static_cast<double>(busiest[i].first) - 1) / kBusy;
  }
  return quality;
}

struct Case {
  double exponent, junk, min_recall, max_error;
};

class BusiestValuesQuality : public testing::TestWithParam<Case> {};

// 60,000 requests are a half-life at 1,500 in 15 s, the workload of the simulation.
TEST_P(BusiestValuesQuality, FindsTheBusiestRoutesBesideJunk) {
  const Case& given = GetParam();
  double recall = 0, error = 0, other_recall = 0, other_error = 0;
  constexpr int kSeeds = 5;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Traffic traffic(seed, given.exponent, given.junk);
    BusiestValues values(kCapacity);
    SpaceSaving space_saving;
    Counts exact;
    traffic.Run(60'000, &exact, [&](uint64_t hash, const std::string& value) {
      values.Record(hash, value);
      space_saving.Record(hash);
    });
    const Quality ours = Judge(exact, TopOf(values, kLimit)), other = Judge(exact, space_saving.Top(kLimit));
    EXPECT_GE(ours.recall, given.min_recall - 0.05) << "seed " << seed;
    recall += ours.recall / kSeeds;
    error += ours.error / kSeeds;
    other_recall += other.recall / kSeeds;
    other_error += other.error / kSeeds;
  }
  EXPECT_GE(recall, given.min_recall);
  EXPECT_LE(error, given.max_error);
  if (given.junk >= 0.5) {  // with less junk both name all of them
    EXPECT_GT(recall, other_recall);
    EXPECT_LT(error, other_error / 2);
  }
}

// In brackets below: recall and error of ours, then of Space-Saving.
INSTANTIATE_TEST_SUITE_P(Traffic, BusiestValuesQuality,
                         testing::Values(Case{0.8, 0.15, 0.99, 0.01},    // (1.000, 0.001; 1.000, 0.000)
                                         Case{1.0, 0.15, 0.99, 0.01},    // (1.000, 0.000; 1.000, 0.000)
                                         Case{1.2, 0.15, 0.99, 0.01},    // (1.000, 0.000; 1.000, 0.000)
                                         Case{0.8, 0.50, 0.98, 0.02},    // (1.000, 0.004; 0.965, 0.056)
                                         Case{1.0, 0.50, 0.98, 0.02},    // (1.000, 0.004; 0.942, 0.082)
                                         Case{1.2, 0.50, 0.98, 0.03},    // (1.000, 0.007; 0.883, 0.164)
                                         Case{1.0, 0.90, 0.75, 0.30}));  // (0.853, 0.201; 0.212, 0.949)

// A burst of nothing but junk, then traffic whose popularity shifts: one half-life later the new busiest are named.
TEST(BusiestValuesQuality, RecoversFromABurstAndFollowsAShift) {
  for (uint64_t seed = 0; seed < 3; ++seed) {
    Traffic traffic(seed, 1.0, 1.0);
    BusiestValues values(kCapacity);
    const auto record = [&values](uint64_t hash, const std::string& value) { values.Record(hash, value); };
    Counts none, exact, shifted;
    traffic.Run(200'000, &none, record);
    traffic.set_junk(0.15);
    for (int part = 0; part < 40; ++part) {
      traffic.Run(1500, &exact, record);
      values.Decay(std::exp2(-1.0 / 40), part);
    }
    EXPECT_GE(Judge(exact, TopOf(values, kLimit)).recall, 0.9) << seed;  // (0.96 at worst)
    for (int part = 0; part < 40; ++part) {
      traffic.Run(1500, &shifted, record, 137);
      values.Decay(std::exp2(-1.0 / 40), part);
    }
    EXPECT_GE(Judge(shifted, TopOf(values, kLimit)).recall, 0.9) << seed;  // (0.96 at worst)
  }
}

// The admissions of a flood are what the rule says. In a set of w places with a sum of s, an unknown value adds 1 with
// probability 1 / (s / w + 1); so s = w * (sqrt(1 + 2 n / w) - 1) after n of them: most of a flood is not written.
TEST(BusiestValuesQuality, FloodIsAdmittedAsRarelyAsTheRuleSays) {
  Traffic traffic(1, 1.0, 1.0);
  BusiestValues values(kCapacity);
  const auto record = [&values](uint64_t hash, const std::string& value) { values.Record(hash, value); };
  Counts none;
  int flood = 0;
  for (const int more : {10'000, 90'000, 400'000}) {
    traffic.Run(more, &none, record);
    flood += more;
    uint64_t admitted = 0;  // every value came once: each admission has added 1, and nothing else has
    for (const BusiestValue& value : values.Top(SIZE_MAX)) admitted += value.count;
    const double ways = BusiestValues::kWays, sets = static_cast<double>(values.capacity()) / ways;
    const double expected = sets * ways * (std::sqrt(1 + 2 * (flood / sets) / ways) - 1);
    EXPECT_NEAR(static_cast<double>(admitted), expected, 0.1 * expected) << flood;
  }
}

}  // namespace
}  // namespace seriesguard
