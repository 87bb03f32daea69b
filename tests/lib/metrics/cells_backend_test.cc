// SPDX-License-Identifier: Apache-2.0
//
// cells_backend_test.cc: what the guard is told of a series, and how one goes on from a total.
#include "lib/metrics/cells_backend.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/series_backend.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"

namespace seriesguard {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

struct Clock {
  int64_t now_ns = 100 * kSecond;
  std::function<int64_t()> Ask() {
    return [this] { return now_ns; };
  }
};

CollectedFamily Collected(const CellsBackendBase& backend, CollectedType type) {
  CollectedFamily family;
  family.type = type;
  backend.Collect(/*with_created=*/true, &family);
  return family;
}

TEST(CellsBackend, RendersTheLabelsOfASeriesOnceAndForAll) {
  Clock clock;
  CellsBackend<Counter> backend({}, 2, clock.Ask());
  const LabelPairs labels = {{"path", "/a \"b\"\n"}, {"code", "200"}};
  EXPECT_FALSE(backend.Has(labels));
  backend.Create(labels);
  EXPECT_FALSE(backend.Has(labels)) << "never somebody else's";
  const CollectedFamily family = Collected(backend, CollectedType::kCounter);
  EXPECT_EQ(family.label_text, "path=\"/a \\\"b\\\"\\n\",code=\"200\"");
}

TEST(CellsBackend, GoesOnFromACountersTotalWithoutLosingItsFraction) {
  Clock clock;
  CellsBackend<Counter> backend({}, 2, clock.Ask());
  auto* counter = static_cast<Counter*>(backend.Create({{"a", "b"}}));
  counter->Increment(uint64_t{1} << 40);
  counter->Increment(0.25);
  const std::optional<SeriesTotal> total = backend.Total(counter);
  ASSERT_TRUE(total.has_value());
  EXPECT_EQ(total->value, 1099511627776.25);
  EXPECT_EQ(total->created_ns, 100 * kSecond);
  backend.Remove(counter);
  EXPECT_TRUE(Collected(backend, CollectedType::kCounter).series.empty());

  clock.now_ns = 500 * kSecond;
  counter = static_cast<Counter*>(backend.Create({{"a", "b"}}));
  backend.Resume(counter, *total);
  counter->Increment(2);
  const CollectedSeries one = Collected(backend, CollectedType::kCounter).series.at(0);
  EXPECT_EQ(one.integer, (uint64_t{1} << 40) + 2);
  EXPECT_EQ(one.value, 0.25);
  EXPECT_EQ(one.created_s, 100) << "its total began then";
}

TEST(CellsBackend, BeginsAnewWithoutATotal) {
  Clock clock;
  CellsBackend<Counter> backend({}, 1, clock.Ask());
  void* const first = backend.Create({});
  static_cast<Counter*>(first)->Increment(9);
  backend.Remove(first);
  clock.now_ns = 500 * kSecond;
  backend.Create({});
  const CollectedSeries one = Collected(backend, CollectedType::kCounter).series.at(0);
  EXPECT_EQ(one.integer, 0u);
  EXPECT_EQ(one.created_s, 500);
}

TEST(CellsBackend, GoesOnFromTotalsThatAreNoWholeNumber) {
  for (const double value : {1e300, std::numeric_limits<double>::infinity(), 9007199254740992.0, 0.5}) {
    CellsBackend<Counter> backend({}, 1, [] { return int64_t{1}; });
    void* const counter = backend.Create({});
    backend.Resume(counter, SeriesTotal{value, {}});
    EXPECT_EQ(backend.Total(counter)->value, value);
  }
}

TEST(CellsBackend, GoesOnFromAHistogramsBucketsAndSum) {
  Clock clock;
  CellsBackend<Histogram> backend({0.5, 1}, 2, clock.Ask());
  auto* histogram = static_cast<Histogram*>(backend.Create({}));
  for (const double value : {0.25, 0.75, 0.75, 5.0}) histogram->Observe(value);
  const std::optional<SeriesTotal> total = backend.Total(histogram);
  ASSERT_TRUE(total.has_value());
  EXPECT_EQ(total->buckets, (std::vector<double>{1, 2, 1}));
  EXPECT_EQ(total->value, 6.75);
  backend.Remove(histogram);
  clock.now_ns = 500 * kSecond;
  histogram = static_cast<Histogram*>(backend.Create({}));
  backend.Resume(histogram, *total);
  histogram->Observe(0.25);
  const CollectedFamily family = Collected(backend, CollectedType::kHistogram);
  EXPECT_EQ(family.bucket_counts, (std::vector<uint64_t>{2, 2, 1}));
  EXPECT_EQ(family.series.at(0).value, 7);
  EXPECT_EQ(family.series.at(0).created_s, 100);
}

TEST(CellsBackend, CountsWithoutBoundariesInOneBucket) {
  CellsBackend<Histogram> backend({}, 2, [] { return int64_t{1}; });
  auto* const histogram = static_cast<Histogram*>(backend.Create({}));
  histogram->Observe(3);
  EXPECT_EQ(backend.Total(histogram)->buckets, std::vector<double>{1});
}

TEST(CellsBackend, TellsAGaugesValueAndHasNoTotalOfIt) {
  CellsBackend<Gauge> backend({}, 8, [] { return int64_t{1}; });
  auto* const gauge = static_cast<Gauge*>(backend.Create({}));
  gauge->Set(4);
  EXPECT_EQ(backend.GaugeValue(gauge), 4);
  backend.SetGauge(gauge, 5);
  EXPECT_EQ(gauge->value(), 5);
  EXPECT_FALSE(backend.Total(gauge).has_value());
  backend.Remove(gauge);
  EXPECT_EQ(backend.GaugeValue(backend.Create({})), 0) << "the slot's next series";
}

// Under AddressSanitizer: what the guard never removed ends with the backend.
TEST(CellsBackend, EndsWithTheSeriesThatItStillHas) {
  for (int round = 0; round < 3; ++round) {
    CellsBackend<Counter> backend({}, 1, [] { return int64_t{1}; });
    for (int i = 0; i < 100; ++i) backend.Create({{"i", std::to_string(i)}});
    EXPECT_EQ(Collected(backend, CollectedType::kCounter).series.size(), 100u);
  }
}

}  // namespace
}  // namespace seriesguard
