// SPDX-License-Identifier: Apache-2.0
//
// generated_advice_test.cc: a thousand distributions. The stated error holds against the exact quantile of the samples
// every time, and the advice costs at most half of Prometheus' default boundaries in at least half of them.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/buckets/bucket_advice.h"
#include "lib/metrics/buckets.h"
#include "tests/analyzer/buckets/sampled_histogram.h"

namespace seriesguard {
namespace {

constexpr int kDistributions = 1000;
constexpr uint64_t kSeed = 20261122;
// What the interpolation may lose by rounding; a boundary is below 10^3 here.
constexpr double kRounding = 1e-12;

const std::vector<double>& DefaultBoundaries() {
  static const auto* const kDefault = new std::vector<double>{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return *kDefault;
}

// Boundaries of several kinds, from coarse to as fine as a service would ever have them.
std::vector<double> SomeBoundaries(std::mt19937_64* random) {
  switch ((*random)() % 5) {
    case 0: return DefaultBoundaries();
    case 1: return ExponentialBuckets(0.0005, 1.05, 260).value();
    case 2: return ExponentialBuckets(0.001, 2, 16).value();
    case 3: return LinearBuckets(0, 0.02, 200).value();
    default: return SlaBuckets(std::pow(10, -2 + static_cast<double>((*random)() % 300) / 100)).value();
  }
}

double AnswerWith(const std::vector<double>& sorted, const std::vector<double>& boundaries, double q) {
  return AnswerOfServer(boundaries, CumulativeCounts(sorted, boundaries), static_cast<double>(sorted.size()), q).value;
}

TEST(GeneratedAdvice, HoldsItsErrorAtTheQuantiles) {
  std::mt19937_64 random(kSeed);
  int bounded = 0, within = 0;
  for (int i = 0; i < kDistributions; ++i) {
    const std::vector<double> sorted = GeneratedDurations(&random);
    BucketQuestion question;
    question.max_error = 0.02 + static_cast<double>(random() % 30) / 100;
    const BucketAdvice advice = AdviseBuckets(CountsOf(sorted, SomeBoundaries(&random)), question);
    ASSERT_EQ(advice.targets.size(), 3u);
    for (const BucketTarget& target : advice.targets) {
      ASSERT_LE(target.error_advised, std::max(target.error_now, target.wanted)) << "distribution " << i;
      if (target.error_advised <= target.wanted) ++within;
      if (std::isinf(target.error_advised)) {
        // No bound, but no worse than before either: the same boundary is answered.
        ASSERT_EQ(AnswerWith(sorted, advice.advised, *target.quantile), target.value) << "distribution " << i;
        continue;
      }
      ++bounded;
      const double error =
          std::fabs(AnswerWith(sorted, advice.advised, *target.quantile) - ExactQuantile(sorted, *target.quantile));
      ASSERT_LE(error, target.error_advised + kRounding) << "distribution " << i << " quantile " << *target.quantile;
    }
  }
  // The test would be idle if nothing were bounded, or nothing could be asked for.
  EXPECT_GT(bounded, kDistributions * 2);
  EXPECT_GT(within, kDistributions / 2);
}

TEST(GeneratedAdvice, HoldsItsErrorNearTheThresholds) {
  std::mt19937_64 random(kSeed + 1);
  int judged = 0, crossings = 0;
  for (int i = 0; i < kDistributions; ++i) {
    const std::vector<double> sorted = GeneratedDurations(&random);
    const std::vector<double> present = SomeBoundaries(&random);
    BucketQuestion question;
    question.max_error = 0.02 + static_cast<double>(random() % 30) / 100;
    for (int t = 0; t < 2; ++t) {
      // A boundary, or any value where the samples are.
      const double threshold =
          random() % 2 == 0 ? present[random() % present.size()] : sorted[random() % sorted.size()];
      if (threshold > 0) question.thresholds.push_back(threshold);
    }
    if (question.thresholds.empty()) continue;
    const BucketAdvice advice = AdviseBuckets(CountsOf(sorted, present), question);
    for (const BucketTarget& target : advice.targets) {
      ASSERT_LE(target.error_advised, std::max(target.error_now, target.wanted)) << "distribution " << i;
      ASSERT_EQ(target.error_advised, FactsOfThreshold(advice.advised, target.value).error_near);
      const bool is_boundary = std::binary_search(present.begin(), present.end(), target.value);
      ASSERT_EQ(std::binary_search(advice.advised.begin(), advice.advised.end(), target.value), is_boundary);
      const auto bucket_of = [&advice](double value) {
        return std::lower_bound(advice.advised.begin(), advice.advised.end(), value) - advice.advised.begin();
      };
      const auto held = bucket_of(target.value);
      for (double q = 0.005; q < 1; q += 0.005) {
        const double exact = ExactQuantile(sorted, q);
        const double answer = AnswerWith(sorted, advice.advised, q);
        if (is_boundary && std::fabs(answer - target.value) > kRounding) {
          ASSERT_EQ(answer > target.value, exact > target.value) << "distribution " << i << " quantile " << q;
          crossings += exact > target.value ? 1 : 0;
        }
        const auto bucket = bucket_of(exact);
        if (bucket != held && !(is_boundary && bucket == held + 1)) continue;
        if (std::isinf(target.error_advised)) continue;
        ASSERT_LE(std::fabs(answer - exact), target.error_advised + kRounding)
            << "distribution " << i << " quantile " << q;
        ++judged;
      }
    }
  }
  EXPECT_GT(judged, kDistributions * 10);
  EXPECT_GT(crossings, kDistributions * 10);
}

// Equal error: the same stated bounds, and bit for bit the same answers for the three quantiles.
TEST(GeneratedAdvice, CostsAtMostHalfOfTheDefaultForHalfOfTheDistributions) {
  std::mt19937_64 random(kSeed + 2);
  int at_most_half = 0;
  double boundaries = 0;
  for (int i = 0; i < kDistributions; ++i) {
    const std::vector<double> sorted = GeneratedDurations(&random);
    const BucketAdvice advice = AdviseBuckets(CountsOf(sorted, DefaultBoundaries()), BucketQuestion{});
    for (const BucketTarget& target : advice.targets) {
      ASSERT_EQ(target.error_advised, target.error_now) << "distribution " << i;
      ASSERT_EQ(AnswerWith(sorted, advice.advised, *target.quantile),
                AnswerWith(sorted, DefaultBoundaries(), *target.quantile))
          << "distribution " << i;
    }
    boundaries += static_cast<double>(advice.advised.size());
    if (2 * advice.advised.size() <= DefaultBoundaries().size()) ++at_most_half;
  }
  std::cout << "at most half of the 11 default boundaries: " << at_most_half << " of " << kDistributions
            << ", in the mean " << boundaries / kDistributions << "\n";
  RecordProperty("at_most_half", at_most_half);
  EXPECT_GE(at_most_half, kDistributions / 2);
}

}  // namespace
}  // namespace seriesguard
