// SPDX-License-Identifier: Apache-2.0
//
// Boundaries: of thousands of random parameters, and what they promise against exact quantiles of random samples.
#include "lib/metrics/buckets.h"

#include <prometheus/histogram.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/metrics/registry.h"

namespace seriesguard {
namespace {

using Bounds = std::vector<double>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// What is returned goes into both libraries as it is.
static_assert(std::is_same_v<prometheus::Histogram::BucketBoundaries, Bounds>);
static_assert(std::is_convertible_v<Bounds, HistogramBoundaries>);

std::string ErrorOf(const absl::StatusOr<Bounds>& bounds) {
  if (bounds.ok()) return "no error";
  EXPECT_EQ(bounds.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(bounds.status().message());
}

// histogram_quantile over cumulated counts as the server does it (promql/quantile.go), for finite `bounds` and the
// bucket +Inf behind them.
double HistogramQuantile(double q, const Bounds& bounds, const std::vector<double>& cumulated) {
  if (bounds.empty() || cumulated.back() == 0) return kNan;
  double rank = q * cumulated.back();
  size_t b = 0;
  while (b < bounds.size() && cumulated[b] < rank) ++b;
  if (b == bounds.size()) return bounds.back();
  if (b == 0 && bounds[0] <= 0) return bounds[0];
  const double start = b == 0 ? 0 : bounds[b - 1];
  const double before = b == 0 ? 0 : cumulated[b - 1];
  return start + (bounds[b] - start) * ((rank - before) / (cumulated[b] - before));
}

double ExactQuantile(double q, const std::vector<double>& sorted) {
  const double rank = q * static_cast<double>(sorted.size());
  size_t k = 1;
  while (static_cast<double>(k) < rank) ++k;
  return sorted[k - 1];
}

std::vector<double> Cumulate(const Bounds& bounds, const std::vector<double>& values) {
  std::vector<double> counts(bounds.size() + 1, 0);
  for (const double value : values) {
    for (size_t i = 0; i < counts.size(); ++i) counts[i] += i == bounds.size() || value <= bounds[i];
  }
  return counts;
}

void ExpectStrictlyAscending(const Bounds& bounds) {
  ASSERT_FALSE(bounds.empty());
  for (size_t i = 0; i < bounds.size(); ++i) {
    ASSERT_TRUE(std::isfinite(bounds[i]));
    if (i > 0) {
      ASSERT_LT(bounds[i - 1], bounds[i]) << "at " << i;
    }
  }
}

TEST(Buckets, AreTheDecimalsThatAPersonMeans) {
  EXPECT_EQ(LinearBuckets(0.1, 0.1, 10).value(), (Bounds{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}));
  EXPECT_EQ(LinearBuckets(-0.3, 0.1, 7).value(), (Bounds{-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3}));
  EXPECT_EQ(LinearBuckets(5, 1, 1).value(), Bounds{5});
  EXPECT_EQ(ExponentialBuckets(0.001, 10, 7).value(), (Bounds{0.001, 0.01, 0.1, 1, 10, 100, 1000}));
  EXPECT_EQ(ExponentialBuckets(0.005, 2, 5).value(), (Bounds{0.005, 0.01, 0.02, 0.04, 0.08}));
  EXPECT_EQ(ExponentialBuckets(1, 1.1, 4).value(), (Bounds{1, 1.1, 1.21, 1.331}));
  EXPECT_EQ(ExponentialBuckets(1.0 / 3, 2, 2).value(), (Bounds{1.0 / 3, 2.0 / 3})) << "what is no short decimal stays";
}

TEST(Buckets, OfAnSlaAreShortDecimals) {
  EXPECT_EQ(SlaBuckets(0.3).value(),
            (Bounds{0.03, 0.195, 0.255, 0.285, 0.3, 0.315, 0.345, 0.405, 0.525, 0.765, 1.245, 2.205, 3}));
  EXPECT_EQ(SlaBuckets(0.3, {0.1, 1, 0.2, 0.4}).value(), (Bounds{0.2, 0.24, 0.27, 0.3, 0.33, 0.36, 0.4}));
}

TEST(Buckets, RefuseWhatCannotBe) {
  EXPECT_EQ(ErrorOf(ExponentialBuckets(0, 2, 3)), "the first of exponential boundaries is above 0, not 0");
  EXPECT_EQ(ErrorOf(ExponentialBuckets(kNan, 2, 3)), "the first of exponential boundaries is above 0, not NaN");
  EXPECT_EQ(ErrorOf(ExponentialBuckets(1, 1, 3)), "the factor of exponential boundaries is above 1, not 1");
  EXPECT_EQ(ErrorOf(ExponentialBuckets(1, kInfinity, 3)), "the factor of exponential boundaries is above 1, not +Inf");
  EXPECT_EQ(ErrorOf(ExponentialBuckets(1, 2, 0)), "a histogram has 1 to 1000 boundaries, not 0");
  EXPECT_EQ(ErrorOf(ExponentialBuckets(1, 2, 1001)), "a histogram has 1 to 1000 boundaries, not 1001");
  EXPECT_EQ(ErrorOf(ExponentialBuckets(1e300, 1e10, 2)), "boundary 2 of the histogram is +Inf, which is not finite");
  EXPECT_EQ(ErrorOf(LinearBuckets(-kInfinity, 2, 3)), "the first of linear boundaries is finite, not -Inf");
  EXPECT_EQ(ErrorOf(LinearBuckets(1, 0, 3)), "the width of linear boundaries is above 0, not 0");
  EXPECT_EQ(ErrorOf(LinearBuckets(1e17, 1, 3)), "boundary 2 of the histogram is 1e+17, and so is the one before it");
  EXPECT_EQ(ErrorOf(SlaBuckets(0)), "the threshold is finite and above 0, not 0");
  EXPECT_EQ(ErrorOf(SlaBuckets(kNan)), "the threshold is finite and above 0, not NaN");
  EXPECT_EQ(ErrorOf(SlaBuckets(1, {0})), "relative_error is at least 1e-9 and below 1, not 0");
  EXPECT_EQ(ErrorOf(SlaBuckets(1, {0.1, 0.5})), "growth is at least 1, not 0.5");
  EXPECT_EQ(ErrorOf(SlaBuckets(1, {0.1, 2, 1})), "lowest is above 0 and below the threshold 1, not 1");
  EXPECT_EQ(ErrorOf(SlaBuckets(1, {0.1, 2, 0.1, 0.5})), "highest is finite and above the threshold 1, not 0.5");
  EXPECT_EQ(ErrorOf(SlaBuckets(1e308)), "highest is finite and above the threshold 1e+308, not +Inf");
  EXPECT_EQ(ErrorOf(SlaBuckets(1, {1e-4, 1})),
            "more than 1000 boundaries between 0.1 and 10: raise relative_error or growth");
}

TEST(CheckBuckets, NamesPlaceAndValues) {
  EXPECT_EQ(CheckBuckets({-1, 0.5, kInfinity}).value(), (Bounds{-1, 0.5}));
  const std::string none = "the histogram has no finite boundary: histogram_quantile could answer nothing";
  EXPECT_EQ(ErrorOf(CheckBuckets({})), none);
  EXPECT_EQ(ErrorOf(CheckBuckets({kInfinity})), none);
  EXPECT_EQ(ErrorOf(CheckBuckets({1, 3, 2})), "boundary 3 of the histogram is 2, which is not above 3 before it");
  EXPECT_EQ(ErrorOf(CheckBuckets({0.1, 0.30000000000000004, 0.3})),
            "boundary 3 of the histogram is 0.3, which is not above 0.30000000000000004 before it");
  EXPECT_EQ(ErrorOf(CheckBuckets({1, 1})), "boundary 2 of the histogram is 1, and so is the one before it");
  EXPECT_EQ(ErrorOf(CheckBuckets({1, kNan, 2})), "boundary 2 of the histogram is NaN, which is not finite");
  EXPECT_EQ(ErrorOf(CheckBuckets({-kInfinity, 2})), "boundary 1 of the histogram is -Inf, which is not finite");
  EXPECT_EQ(ErrorOf(CheckBuckets({1, kInfinity, 2})), "boundary 2 of the histogram is +Inf, which is not finite");
  EXPECT_EQ(ErrorOf(CheckBuckets({1, kInfinity, kInfinity})),
            "boundary 2 of the histogram is +Inf, which is not finite");
  Bounds many(1001);
  for (size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i);
  EXPECT_EQ(ErrorOf(CheckBuckets(many)), "the histogram has 1001 boundaries, at most 1000 are taken");
  many.pop_back();
  EXPECT_TRUE(CheckBuckets(many).ok());
}

TEST(Buckets, GoIntoAFamilyAndAreRefusedByItWithTheMetricsName) {
  Registry registry = Registry::FromText("version: 1\ndefaults: {series_limit: 100}\n").value();
  EXPECT_TRUE(registry.AddHistogram({"a", "A."}, SlaBuckets(0.3).value()).ok());
  EXPECT_EQ(registry.AddHistogram({"b", "B."}, Bounds{1, 1}).status().message(),
            "metric b: boundary 2 of the histogram is 1, and so is the one before it");
  EXPECT_EQ(registry.AddHistogram({"c", "C."}, Bounds(1001, 1.0)).status().message(),
            "metric c: the histogram has 1001 boundaries, at most 1000 are taken");
  EXPECT_TRUE(registry.AddHistogram({"d", "D."}, Bounds{}).ok()) << "one bucket is legal in a registry";
}

TEST(BucketsRandom, AscendWhateverTheParameters) {
  std::mt19937_64 random(20260101);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int round = 0; round < 5000; ++round) {
    const int count = std::uniform_int_distribution<int>(1, 60)(random);
    const double start = std::pow(10, uniform(-9, 9));
    const double factor = 1 + std::pow(10, uniform(-6, 1));
    const absl::StatusOr<Bounds> exponential = ExponentialBuckets(start, factor, count);
    ASSERT_TRUE(exponential.ok()) << exponential.status();
    ASSERT_NO_FATAL_FAILURE(ExpectStrictlyAscending(*exponential));
    ASSERT_EQ(exponential->size(), static_cast<size_t>(count));
    ASSERT_EQ(exponential->front(), start);
    for (size_t i = 1; i < exponential->size(); ++i) {
      ASSERT_NEAR((*exponential)[i] / (*exponential)[i - 1], factor, factor * 1e-13);
    }
    const double first = uniform(-1, 1) * std::pow(10, uniform(-3, 6));
    const double width = std::pow(10, uniform(-5, 6));
    const absl::StatusOr<Bounds> linear = LinearBuckets(first, width, count);
    ASSERT_TRUE(linear.ok()) << linear.status();
    ASSERT_NO_FATAL_FAILURE(ExpectStrictlyAscending(*linear));
    ASSERT_EQ(linear->front(), first);
    ASSERT_NEAR(linear->back(), first + (count - 1) * width, 1e-13 * (std::fabs(first) + count * width));
  }
}

TEST(BucketsRandom, OfAnSlaHoldTheThresholdAndItsWidths) {
  std::mt19937_64 random(20260102);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  int built = 0;
  for (int round = 0; round < 20000; ++round) {
    double threshold = std::pow(10, uniform(-12, 12));
    if (round % 2 == 0) threshold = std::strtod(std::to_string(threshold).c_str(), nullptr);  // a decimal
    if (!(threshold > 0)) continue;
    SlaOptions options;
    options.relative_error = std::pow(10, uniform(-6, -0.01));
    options.growth = round % 5 == 0 ? 1 : uniform(1, 4);
    if (round % 3 == 0) options.lowest = threshold * uniform(0.001, 0.9999);
    if (round % 4 == 0) options.highest = threshold * uniform(1.0001, 1000);
    const absl::StatusOr<Bounds> bounds = SlaBuckets(threshold, options);
    if (!bounds.ok()) {
      ASSERT_NE(bounds.status().message().find("more than 1000 boundaries"), std::string::npos) << bounds.status();
      continue;
    }
    ++built;
    ASSERT_NO_FATAL_FAILURE(ExpectStrictlyAscending(*bounds));
    ASSERT_LE(bounds->size(), kMostHistogramBoundaries);
    ASSERT_EQ(std::count(bounds->begin(), bounds->end(), threshold), 1) << "bit for bit";
    if (options.lowest != 0) {
      ASSERT_EQ(bounds->front(), options.lowest);
    }
    if (options.highest != 0) {
      ASSERT_EQ(bounds->back(), options.highest);
    }
    const ThresholdFacts facts = FactsOfThreshold(*bounds, threshold);
    ASSERT_TRUE(facts.is_boundary);
    ASSERT_LE(facts.relative_error, options.relative_error * (1 + 1e-6)) << threshold;
    ASSERT_LE(facts.error_at, facts.error_near);
    ASSERT_EQ(facts.series_per_label_set, bounds->size() + 3);
    // Away from the threshold each bucket is at most `growth` wider than the one nearer to it, the last one 1.5 times
    // that.
    const size_t at = static_cast<size_t>(std::find(bounds->begin(), bounds->end(), threshold) - bounds->begin());
    double width = options.relative_error * threshold * 1.000001;
    for (size_t i = at + 1; i < bounds->size(); ++i, width *= options.growth) {
      ASSERT_LE((*bounds)[i] - (*bounds)[i - 1], width * (i + 1 == bounds->size() ? 1.5 : 1));
    }
    width = options.relative_error * threshold * 1.000001;
    for (size_t i = at; i > 0; --i, width *= options.growth) {
      ASSERT_LE((*bounds)[i] - (*bounds)[i - 1], width * (i == 1 ? 1.5 : 1));
    }
  }
  EXPECT_GT(built, 10000);
}

// One way to draw a sample: uniform, exponential, lognormal, or all values at the edges of buckets, where errors are
// worst.
std::vector<double> DrawSample(const Bounds& bounds, std::mt19937_64* random) {
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(*random);
  };
  std::vector<double> values(std::uniform_int_distribution<size_t>(1, 400)(*random));
  const int kind = std::uniform_int_distribution<int>(0, 3)(*random);
  const double scale = bounds[std::uniform_int_distribution<size_t>(0, bounds.size() - 1)(*random)];
  std::lognormal_distribution<double> lognormal(std::log(scale), uniform(0.05, 2));
  std::exponential_distribution<double> exponential(1 / scale);
  for (double& value : values) {
    if (kind == 0) value = uniform(0, 2 * scale);
    if (kind == 1) value = exponential(*random);
    if (kind == 2) value = lognormal(*random);
    if (kind == 3) {
      value = bounds[std::uniform_int_distribution<size_t>(0, bounds.size() - 1)(*random)];
      if (uniform(0, 1) < 0.5) value = std::nextafter(value, kInfinity);
    }
  }
  return values;
}

// How near the server's answer must come to the exact quantile, said by the facts of the exact quantile itself and by
// those of the threshold where the quantile is at it or beside it.
TEST(BucketsRandom, KeepTheirErrorAgainstExactQuantiles) {
  std::mt19937_64 random(20260103);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  int beside = 0, crossings = 0;
  double worst_share = 0;
  for (int round = 0; round < 4000; ++round) {
    const double threshold = std::pow(10, uniform(-3, 3));
    SlaOptions options;
    options.relative_error = uniform(0.01, 0.5);
    options.growth = uniform(1, 3);
    const Bounds bounds = round % 3 == 0   ? ExponentialBuckets(threshold / 8, uniform(1.1, 3), 12).value()
                          : round % 3 == 1 ? LinearBuckets(threshold / 5, threshold / 5, 10).value()
                                           : SlaBuckets(threshold, options).value();
    const ThresholdFacts facts = FactsOfThreshold(bounds, threshold);
    std::vector<double> values = DrawSample(bounds, &random);
    const std::vector<double> cumulated = Cumulate(bounds, values);
    std::sort(values.begin(), values.end());
    for (const double q : {0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0, uniform(1e-6, 1)}) {
      const double exact = ExactQuantile(q, values);
      const double answer = HistogramQuantile(q, bounds, cumulated);
      const double rounding = 4e-15 * std::fabs(answer);
      const double error = std::fabs(answer - exact);
      ASSERT_LE(error, FactsOfThreshold(bounds, exact).error_near + rounding) << "round " << round << ", q " << q;
      if (exact == threshold) {
        ASSERT_LE(error, facts.error_at + rounding);
      }
      if (!facts.is_boundary) continue;
      if (answer > threshold + rounding) {
        ASSERT_GT(exact, threshold) << "an alert that is wrong";
      }
      if (exact > threshold && exact <= bounds.back()) {
        ASSERT_GE(answer, threshold - rounding);
      }
      ++crossings;
      const size_t at = static_cast<size_t>(std::find(bounds.begin(), bounds.end(), threshold) - bounds.begin());
      const double from = at == 0 ? 0 : bounds[at - 1];
      const double to = at + 1 == bounds.size() ? kInfinity : bounds[at + 1];
      if (exact <= from || exact > to) continue;
      ++beside;
      ASSERT_LE(error, facts.error_near + rounding);
      if (std::isfinite(facts.error_near)) worst_share = std::max(worst_share, error / facts.error_near);
    }
  }
  EXPECT_GT(beside, 1000);
  EXPECT_GT(crossings, 10000);
  EXPECT_GT(worst_share, 0.99) << "the bound is not generous: samples at the edges reach it";
}

TEST(ThresholdFacts, SayWhatHasNoBound) {
  const Bounds bounds = {0.1, 0.2, 0.5};
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.2).error_at, 0.1);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.2).error_near, 0.3);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.2).relative_error, 1.5);
  EXPECT_EQ(FactsOfThreshold(bounds, 0.2).series_per_label_set, 6u);
  EXPECT_FALSE(FactsOfThreshold(bounds, 0.3).is_boundary);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.3).error_at, 0.2);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.3).error_near, 0.3);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.05).error_at, 0.05);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.05).error_near, 0.1);
  EXPECT_EQ(FactsOfThreshold(bounds, 0.5).error_near, kInfinity) << "above the last boundary";
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.5).error_at, 0.3);
  EXPECT_DOUBLE_EQ(FactsOfThreshold(bounds, 0.7).error_at, 0.7 - 0.5);
  EXPECT_EQ(FactsOfThreshold(bounds, 0.7).error_near, kInfinity);
  EXPECT_EQ(FactsOfThreshold(bounds, -1).error_near, kInfinity) << "below 0 the server interpolates from 0";
  EXPECT_EQ(FactsOfThreshold({-2, 5}, -3).error_at, 1) << "it answers the end of a first bucket below 0";
  EXPECT_EQ(FactsOfThreshold({-2, 5}, -2).error_at, 0);
  EXPECT_EQ(FactsOfThreshold({-2, 5}, -2).error_near, kInfinity);
  EXPECT_EQ(FactsOfThreshold({-2, 5}, 1).error_near, 7);
}

}  // namespace
}  // namespace seriesguard
