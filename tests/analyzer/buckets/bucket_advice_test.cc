// SPDX-License-Identifier: Apache-2.0
#include "analyzer/buckets/bucket_advice.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/analyzer/buckets/sampled_histogram.h"

namespace seriesguard {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Boundaries = std::vector<double>;

BucketAdvice Advise(const std::vector<double>& sorted, const Boundaries& boundaries, const BucketQuestion& question) {
  return AdviseBuckets(CountsOf(sorted, boundaries), question);
}

// Expected by hand from Prometheus' rule: rank 0.5 x 4 = 2 is reached in (1, 2], whose second of two values it is.
TEST(BucketAdvice, AnswersAsTheServerDoes) {
  EXPECT_EQ(AnswerOfServer({1, 2, 4}, {0, 2, 4}, 4, 0.5).value, 2);
  EXPECT_EQ(AnswerOfServer({1, 2, 4}, {0, 2, 4}, 4, 0.25).value, 1.5);
  EXPECT_EQ(AnswerOfServer({1, 2, 4}, {4, 4, 4}, 4, 0.5).value, 0.5);  // the first bucket begins at 0
  EXPECT_EQ(AnswerOfServer({1, 2, 4}, {0, 0, 1}, 4, 0.5).value, 4);    // above all
  EXPECT_EQ(AnswerOfServer({1, 2, 4}, {0, 0, 1}, 4, 0.5).bucket, 3u);
  EXPECT_EQ(AnswerOfServer({-2, 2, 4}, {3, 3, 4}, 4, 0.5).value, -2);  // nothing to interpolate from
}

TEST(BucketAdvice, KeepsTheEndsOfTheBucketsOfTheQuantiles) {
  const BucketAdvice advice = Advise({1.5, 1.5, 1.5, 1.5}, {1, 2, 3, 4, 5}, {});
  EXPECT_EQ(advice.advised, (Boundaries{1, 2}));
  EXPECT_EQ(advice.series_now, 5u);
  EXPECT_EQ(advice.series_advised, 2u);
  ASSERT_EQ(advice.targets.size(), 3u);
  EXPECT_EQ(advice.targets[0].quantile, 0.5);
  EXPECT_EQ(advice.targets[0].value, 1.5);
  EXPECT_EQ(advice.targets[0].error_now, 1);
  EXPECT_EQ(advice.targets[0].error_advised, 1);
}

TEST(BucketAdvice, WidensUpToTheErrorAsked) {
  BucketQuestion question;
  question.thresholds = {10};
  question.max_error = 0.2;
  const BucketAdvice advice = Advise({9, 11}, {7, 8, 9, 10, 11, 12, 13}, question);
  EXPECT_EQ(advice.targets[0].wanted, 2);
  EXPECT_EQ(advice.advised.size(), 3u);           // one on each side and the threshold itself
  EXPECT_EQ(advice.targets[0].error_advised, 1);  // of sets of three the narrowest
  // Between two boundaries the threshold needs no boundary of its own, and one bucket does.
  question.thresholds = {9.5};
  EXPECT_EQ(Advise({9, 11}, {7, 8, 9, 10, 11, 12, 13}, question).advised, (Boundaries{9, 10}));
}

TEST(BucketAdvice, KeepsAThresholdThatIsABoundary) {
  BucketQuestion question;
  question.thresholds = {3};
  question.max_error = 1;
  const BucketAdvice advice = Advise({2.5}, {1, 2, 3, 4, 5}, question);
  // (0, 3] and (3, 4] are wide enough; the first bucket begins at 0.
  EXPECT_EQ(advice.advised, (Boundaries{3, 4}));
  EXPECT_EQ(advice.targets[0].error_advised, 3);
}

TEST(BucketAdvice, KeepsTheLastBoundaryWhereTheTargetIsAboveAll) {
  const BucketAdvice advice = Advise({7, 8, 9}, {1, 2, 3}, {});
  EXPECT_EQ(advice.advised, (Boundaries{3}));
  EXPECT_EQ(advice.targets[0].value, 3);
  EXPECT_EQ(advice.targets[0].error_now, kInfinity);
  EXPECT_EQ(advice.targets[0].error_advised, kInfinity);
  EXPECT_EQ(advice.observations_above, 3);
}

TEST(BucketAdvice, KeepsTheFirstBoundaryBelowZero) {
  const BucketAdvice advice = Advise({-7, -6, -5}, {-3, 2, 3}, {});
  EXPECT_EQ(advice.advised, (Boundaries{-3}));
  EXPECT_EQ(advice.targets[0].error_advised, kInfinity);
  // What is between boundaries has a bound, and must not lose its lower end.
  const BucketAdvice between = Advise({1, 1, 1}, {-3, 2, 3}, {});
  EXPECT_EQ(between.advised, (Boundaries{-3, 2}));
  EXPECT_EQ(between.targets[0].error_advised, 5);
}

TEST(BucketAdvice, TakesABoundaryAtZeroForTheLowestValue) {
  const BucketAdvice advice = Advise({0, 0, 0, 0}, {0, 5, 10}, {});
  EXPECT_EQ(advice.advised, (Boundaries{0}));
  EXPECT_EQ(advice.targets[0].error_advised, 0);
}

TEST(BucketAdvice, SaysWhichBucketsAreEmpty) {
  const BucketAdvice advice = Advise({1.5, 1.5, 3.5}, {1, 2, 3, 4}, {});
  ASSERT_EQ(advice.rows.size(), 4u);
  EXPECT_EQ(advice.rows[0].observations, 0);
  EXPECT_EQ(advice.rows[1].observations, 2);
  EXPECT_EQ(advice.rows[2].observations, 0);
  EXPECT_EQ(advice.rows[3].observations, 1);
}

TEST(BucketAdvice, LeavesOutWhatSomeLabelSetsLack) {
  HistogramCounts counts;
  counts.label_sets = 3;
  counts.observations = 10;
  counts.boundaries = {{1, 3, true, 4}, {2, 1, false, 0}, {3, 3, true, 10}, {5, 2, false, 0}};
  const BucketAdvice advice = AdviseBuckets(counts, {});
  EXPECT_EQ(advice.series_now, 9u);
  EXPECT_EQ(advice.advised, (Boundaries{1, 3}));
  EXPECT_EQ(advice.series_advised, 6u);
  EXPECT_FALSE(advice.rows[1].is_common);
  EXPECT_EQ(advice.rows[2].observations, 6);  // from 1 to 3: what lies at 2 is not known
}

TEST(BucketAdvice, CountsAThresholdTwiceAsOne) {
  BucketQuestion once, twice;
  once.thresholds = {2};
  twice.thresholds = {2, 2};
  EXPECT_EQ(Advise({1, 2, 3}, {1, 2, 3}, once).advised, Advise({1, 2, 3}, {1, 2, 3}, twice).advised);
}

}  // namespace
}  // namespace seriesguard
