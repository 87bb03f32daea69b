// SPDX-License-Identifier: Apache-2.0
//
// unseen_values_test.cc: a thousand growth curves of five shapes: the truth lies inside the stated range at least nine
// times in ten, for each shape and each kind of evidence alone.
#include "analyzer/forecast/unseen_values.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

constexpr int kCurvesOfShape = 200;
constexpr int kSnapshots = 9;

// Draws one value after the other.
using Traffic = std::function<uint64_t()>;

Traffic Weighted(std::vector<double> weights, std::mt19937_64* random) {
  auto draw = std::make_shared<std::discrete_distribution<uint64_t>>(weights.begin(), weights.end());
  return [draw, random] { return (*draw)(*random); };
}

// Every value comes equally often.
Traffic Uniform(std::mt19937_64* random) {
  const uint64_t values = 20 + (*random)() % 2'000;
  return [values, random] { return (*random)() % values; };
}

// Each value comes a fixed part less often than the one before it.
Traffic Geometric(std::mt19937_64* random) {
  const double ratio = 0.9 + 0.0999 * std::uniform_real_distribution<double>()(*random);
  std::vector<double> weights;
  for (int i = 0; i < 5'000; ++i) weights.push_back(std::pow(ratio, i));
  return Weighted(std::move(weights), random);
}

// Zipf's law, as paths and tenants follow it.
Traffic Zipf(std::mt19937_64* random) {
  const double exponent = 0.8 + 0.7 * std::uniform_real_distribution<double>()(*random);
  std::vector<double> weights;
  const uint64_t values = 1'000 + (*random)() % 50'000;
  for (uint64_t i = 1; i <= values; ++i) weights.push_back(std::pow(static_cast<double>(i), -exponent));
  return Weighted(std::move(weights), random);
}

// A share of the events brings an identifier that never comes again; the others are of a closed set.
Traffic Identifiers(std::mt19937_64* random) {
  const double share = std::pow(10, -3 * std::uniform_real_distribution<double>()(*random));
  auto next = std::make_shared<uint64_t>(100);
  return [share, next, random] {
    if (std::uniform_real_distribution<double>()(*random) < share) return (*next)++;
    return (*random)() % 20;
  };
}

// The two-parameter Chinese restaurant process: a power law without an end.
Traffic PowerLaw(std::mt19937_64* random) {
  const double discount = 0.2 + 0.6 * std::uniform_real_distribution<double>()(*random);
  const double strength = 1 + static_cast<double>((*random)() % 50);
  struct State {
    std::vector<uint64_t> drawn;  // one entry an event
    uint64_t values = 0;
  };
  auto state = std::make_shared<State>();
  return [discount, strength, state, random] {
    std::uniform_real_distribution<double> unit;
    const auto events = static_cast<double>(state->drawn.size());
    const auto values = static_cast<double>(state->values);
    uint64_t value = state->values;
    if (unit(*random) >= (strength + discount * values) / (strength + events)) {
      // A table in proportion to its guests less the discount: an event of the past, refused for its first guest with
      // the probability of the discount. `drawn` holds a value's first event as its complement.
      while (true) {
        const uint64_t past = state->drawn[(*random)() % state->drawn.size()];
        const bool is_first = past >> 63 != 0;
        if (is_first && unit(*random) < discount) continue;
        value = is_first ? ~past : past;
        break;
      }
      state->drawn.push_back(value);
    } else {
      state->drawn.push_back(~value);
      ++state->values;
    }
    return value;
  };
}

struct Score {
  int abundance_inside = 0, snapshots_inside = 0, curves = 0;
  std::vector<double> abundance_width, snapshots_width;  // high / low
};

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void Grow(const Traffic& traffic, std::mt19937_64* random, Score* score) {
  const uint64_t events =
      static_cast<uint64_t>(300 * std::pow(10, 1.5 * std::uniform_real_distribution<double>()(*random)));
  const double horizon = (*random)() % 2 == 0 ? 4 : 10;
  std::unordered_map<uint64_t, uint64_t> counts;
  // The first snapshot comes when the service has already run for a while, as long as one interval.
  std::vector<uint64_t> first_seen;
  for (int snapshot = 0; snapshot < kSnapshots; ++snapshot) {
    const size_t before = counts.size();
    for (uint64_t i = 0; i < events / kSnapshots; ++i) ++counts[traffic()];
    first_seen.push_back(counts.size() - before);
  }
  Abundance abundance;
  for (const auto& [value, count] : counts) {
    ++abundance.seen;
    abundance.once += count == 1;
    abundance.twice += count == 2;
    abundance.thrice += count == 3;
    abundance.events += static_cast<double>(count);
  }
  const uint64_t interval = events / kSnapshots;
  // `horizon` times the intervals between the snapshots, and `horizon` times the events, end at different times.
  const uint64_t more_of_snapshots = static_cast<uint64_t>((horizon - 1) * (kSnapshots - 1)) * interval;
  const uint64_t more_of_abundance = static_cast<uint64_t>((horizon - 1) * kSnapshots) * interval;
  for (uint64_t i = 0; i < more_of_snapshots; ++i) ++counts[traffic()];
  const uint64_t truth_of_snapshots = counts.size();
  for (uint64_t i = more_of_snapshots; i < more_of_abundance; ++i) ++counts[traffic()];
  const uint64_t truth_of_abundance = counts.size();

  const UnseenEstimate by_abundance = EstimateFromAbundance(abundance, horizon);
  const UnseenEstimate by_snapshots = EstimateFromSnapshots(first_seen, horizon);
  ++score->curves;
  const auto inside = [](const UnseenEstimate& estimate, uint64_t truth) {
    EXPECT_LE(estimate.seen, estimate.low);
    EXPECT_LE(estimate.low, estimate.middle);
    EXPECT_LE(estimate.middle, estimate.high);
    return truth >= estimate.low && truth <= estimate.high;
  };
  score->abundance_inside += inside(by_abundance, truth_of_abundance);
  score->snapshots_inside += inside(by_snapshots, truth_of_snapshots);
  score->abundance_width.push_back(static_cast<double>(by_abundance.high) / static_cast<double>(by_abundance.low));
  score->snapshots_width.push_back(static_cast<double>(by_snapshots.high) / static_cast<double>(by_snapshots.low));
}

TEST(UnseenValues, TheTruthIsInsideTheRangeNineTimesInTen) {
  const std::map<std::string, Traffic (*)(std::mt19937_64*)> shapes = {{"uniform", Uniform},
                                                                       {"geometric", Geometric},
                                                                       {"zipf", Zipf},
                                                                       {"power law", PowerLaw},
                                                                       {"identifiers", Identifiers}};
  std::mt19937_64 random(5);
  for (const auto& [name, make] : shapes) {
    Score score;
    for (int i = 0; i < kCurvesOfShape; ++i) Grow(make(&random), &random, &score);
    std::cout << name << ": inside by abundance " << score.abundance_inside << ", by snapshots "
              << score.snapshots_inside << " of " << score.curves << "; high / low, median "
              << Median(score.abundance_width) << " and " << Median(score.snapshots_width) << "\n";
    EXPECT_GE(score.abundance_inside, score.curves * 9 / 10) << name;
    EXPECT_GE(score.snapshots_inside, score.curves * 9 / 10) << name;
  }
}

TEST(UnseenValues, AClosedSetIsSaturated) {
  Abundance abundance;
  abundance.seen = 5;
  abundance.events = 10'000;
  const UnseenEstimate estimate = EstimateFromAbundance(abundance, 2);
  EXPECT_EQ(estimate.low, 5u);
  EXPECT_EQ(estimate.middle, 5u);
  EXPECT_EQ(estimate.growth, Growth::kSaturated);
  EXPECT_GT(estimate.high, 5u) << "that nothing came only once proves little";
  EXPECT_EQ(EstimateFromSnapshots({5, 0, 0, 0, 0, 0, 0}, 10).growth, Growth::kSaturated);
}

TEST(UnseenValues, OneIdentifierAnEventGrowsWithTheEvents) {
  Abundance abundance;
  abundance.seen = abundance.once = 10'000;
  abundance.events = 10'000;
  const UnseenEstimate estimate = EstimateFromAbundance(abundance, 10);
  EXPECT_EQ(estimate.growth, Growth::kGrowing);
  EXPECT_EQ(estimate.middle, 100'000u);
  EXPECT_GT(estimate.low, 90'000u);
  EXPECT_LT(estimate.high, 110'000u);
  const UnseenEstimate by_snapshots = EstimateFromSnapshots(std::vector<uint64_t>(11, 1'000), 10);
  EXPECT_EQ(by_snapshots.growth, Growth::kGrowing);
  EXPECT_EQ(by_snapshots.middle, 11'000u + 9 * 10'000u);
}

TEST(UnseenValues, WithoutEvidenceNothingIsSaid) {
  Abundance gauge;
  gauge.seen = 7;
  for (const UnseenEstimate& estimate : {EstimateFromAbundance(gauge, 10), EstimateFromSnapshots({4, 2, 1}, 10)}) {
    EXPECT_EQ(estimate.growth, Growth::kUnknown);
    EXPECT_EQ(estimate.seen, 7u);
    EXPECT_EQ(estimate.low, 7u);
    EXPECT_EQ(estimate.high, 7u);
  }
}

TEST(UnseenValues, StaysFiniteAtTheEndsOfItsArguments) {
  Abundance abundance;
  abundance.seen = abundance.once = uint64_t{1} << 50;
  abundance.twice = 1;
  abundance.thrice = uint64_t{1} << 40;
  abundance.events = 1e300;
  for (const double horizon : {1.0, 1e6, 1e12}) {
    const UnseenEstimate estimate = EstimateFromAbundance(abundance, horizon);
    EXPECT_LE(estimate.low, estimate.high);
    EXPECT_GE(estimate.low, estimate.seen);
  }
  EXPECT_EQ(EstimateFromSnapshots({3, 3, 3, 3, 3}, 1).middle, 15u);
}

}  // namespace
}  // namespace seriesguard
