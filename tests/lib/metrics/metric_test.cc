// SPDX-License-Identifier: Apache-2.0
//
// metric_test.cc: counter, gauge and histogram over cells: what each operation leaves in which word.
#include <cmath>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/metrics/bucket_bounds.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/family_cells.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"
#include "tests/lib/metrics/cell_memory.h"

namespace seriesguard {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Runs `work` in four threads at once.
template <typename Work>
void InThreads(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

TEST(Counter, CountsWholeAmountsInItsWholeNumber) {
  CellMemory memory(CellLayout::Counter(), 3, 2);
  Counter counter(memory.cells, 1);
  counter.Increment();
  counter.Increment(2);
  counter.Increment(uint64_t{1} << 60);
  counter.Increment(4.0);  // a double that is whole
  counter.Increment(5.0f);
  counter.Increment(int8_t{6});
  counter.Increment(true);
  EXPECT_EQ(memory.Ints(1)[0], (uint64_t{1} << 60) + 19);
  EXPECT_EQ(memory.Double(1), 0);
  EXPECT_EQ(memory.Ints(0)[0] + memory.Ints(2)[0], 0u) << "a neighbour";
}

TEST(Counter, CountsFractionsAndHugeAmountsBesideIt) {
  CellMemory memory(CellLayout::Counter(), 1, 2);
  Counter counter(memory.cells, 0);
  counter.Increment(0.25);
  counter.Increment(1.5);
  counter.Increment(1e300);
  EXPECT_EQ(memory.Ints(0)[0], 0u);
  EXPECT_EQ(memory.Double(0), 1e300);
  counter.Increment(kInfinity);
  EXPECT_EQ(memory.Double(0), kInfinity);
}

TEST(Counter, CountsNothingBelowZeroAndNoNan) {
  CellMemory memory(CellLayout::Counter(), 1, 2);
  Counter counter(memory.cells, 0);
  counter.Increment(-1);
  counter.Increment(std::numeric_limits<int64_t>::min());
  counter.Increment(-0.5);
  counter.Increment(-1e300);
  counter.Increment(-kInfinity);
  counter.Increment(kNan);
  counter.Increment(0);
  counter.Increment(-0.0);
  EXPECT_EQ(memory.Ints(0)[0], 0u);
  EXPECT_EQ(memory.Double(0), 0);
}

TEST(Counter, LosesNothingAmongThreads) {
  for (const size_t stripes : {size_t{1}, size_t{2}, size_t{8}}) {
    CellMemory memory(CellLayout::Counter(), 1, stripes);
    InThreads([&memory] {
      Counter counter(memory.cells, 0);
      for (int i = 0; i < 20'000; ++i) {
        counter.Increment();
        counter.Increment(0.5);
      }
    });
    EXPECT_EQ(memory.Ints(0)[0], 80'000u);
    EXPECT_EQ(memory.Double(0), 40'000);
  }
}

TEST(Gauge, ShowsWhatWasSetAndMovesFromThere) {
  CellMemory memory(CellLayout::Gauge(), 2, 8);
  Gauge gauge(memory.cells, 1);
  gauge.Set(-2.5);
  gauge.Increment();
  gauge.Decrement(0.5);
  gauge.Increment(10);
  EXPECT_EQ(gauge.value(), 8);
  EXPECT_EQ(memory.Double(1), 8);
  EXPECT_EQ(memory.Double(0), 0);
  gauge.Set(kNan);
  EXPECT_TRUE(std::isnan(gauge.value()));
}

TEST(Gauge, NotesWhenItWasSetOnlyWhereThatIsWanted) {
  CellMemory memory(CellLayout::Gauge(), 1, 1);
  Gauge plain(memory.cells, 0);
  plain.Set(1);
  EXPECT_EQ(plain.set_ns(), 0u);
  EXPECT_EQ(memory.Ints(0)[0], 0u);
  Gauge noting(memory.cells, 0, /*notes_time=*/true);
  noting.Set(1);
  const uint64_t first = noting.set_ns();
  EXPECT_GT(first, 0u);
  noting.Increment();
  EXPECT_EQ(noting.set_ns(), first) << "not a Set";
  while (noting.set_ns() == first) noting.Set(2);
  EXPECT_GT(noting.set_ns(), first);
  EXPECT_EQ(memory.Ints(0)[0], noting.set_ns());
}

TEST(Gauge, LosesNoIncrementAmongThreads) {
  CellMemory memory(CellLayout::Gauge(), 1, 1);
  InThreads([&memory] {
    Gauge gauge(memory.cells, 0);
    for (int i = 0; i < 20'000; ++i) gauge.Increment(i % 2 == 0 ? 3 : -1);
  });
  EXPECT_EQ(memory.Double(0), 80'000);
}

TEST(BucketBounds, PutsAValueBelowTheFirstBoundaryThatIsNotBelowIt) {
  const BucketBounds bounds({-1, 0, 2.5});
  EXPECT_EQ(bounds.size(), 3u);
  EXPECT_EQ(bounds.boundaries(), (std::vector<double>{-1, 0, 2.5}));
  EXPECT_EQ(bounds.BucketOf(-kInfinity), 0u);
  EXPECT_EQ(bounds.BucketOf(-1), 0u) << "a boundary is inclusive";
  EXPECT_EQ(bounds.BucketOf(-0.5), 1u);
  EXPECT_EQ(bounds.BucketOf(-0.0), 1u);
  EXPECT_EQ(bounds.BucketOf(0), 1u);
  EXPECT_EQ(bounds.BucketOf(2.5), 2u);
  EXPECT_EQ(bounds.BucketOf(std::nextafter(2.5, 3)), 3u);
  EXPECT_EQ(bounds.BucketOf(kInfinity), 3u);
  EXPECT_EQ(bounds.BucketOf(kNan), 3u);
}

TEST(BucketBounds, HasOneBucketWithoutBoundaries) {
  const BucketBounds bounds({});
  for (const double value : {-1.0, 0.0, kInfinity, kNan}) EXPECT_EQ(bounds.BucketOf(value), 0u);
}

// Every number of boundaries on both ways of searching, at, below and above each boundary.
TEST(BucketBounds, FindsWhatALinearSearchFinds) {
  for (size_t count = 0; count <= 70; ++count) {
    std::vector<double> boundaries;
    for (size_t i = 0; i < count; ++i) boundaries.push_back(static_cast<double>(i) * 3 - 20);
    const BucketBounds bounds(boundaries);
    std::vector<double> values = {-kInfinity, kInfinity, kNan, -1e300, 1e300};
    for (const double boundary : boundaries) {
      values.insert(values.end(), {boundary, std::nextafter(boundary, -1e9), std::nextafter(boundary, 1e9)});
    }
    for (const double value : values) {
      size_t wanted = 0;
      while (wanted < count && !(value <= boundaries[wanted])) ++wanted;
      EXPECT_EQ(bounds.BucketOf(value), wanted) << value << " among " << count;
    }
  }
}

TEST(Histogram, CountsEachObservationInOneBucketAndInTheSum) {
  const BucketBounds bounds({0.1, 1});
  CellMemory memory(CellLayout::Histogram(2), 3, 2);
  Histogram histogram(memory.cells, 1, &bounds);
  for (const double value : {0.05, 0.1, 0.5, 2.0, -1.0}) histogram.Observe(value);
  EXPECT_EQ(memory.Ints(1), (std::vector<uint64_t>{3, 1, 1}));
  EXPECT_DOUBLE_EQ(memory.Double(1), 1.65);
  EXPECT_EQ(memory.Ints(0), std::vector<uint64_t>(3, 0)) << "a neighbour";
  EXPECT_EQ(memory.Ints(2), std::vector<uint64_t>(3, 0)) << "a neighbour";
}

TEST(Histogram, CountsNanInTheLastBucket) {
  const BucketBounds bounds({0.1, 1});
  CellMemory memory(CellLayout::Histogram(2), 1, 2);
  Histogram histogram(memory.cells, 0, &bounds);
  histogram.Observe(kNan);
  EXPECT_EQ(memory.Ints(0), (std::vector<uint64_t>{0, 0, 1}));
  EXPECT_TRUE(std::isnan(memory.Double(0)));
}

TEST(Histogram, AddsManyObservationsAtOnce) {
  const BucketBounds bounds({0.1, 1});
  CellMemory memory(CellLayout::Histogram(2), 1, 2);
  Histogram histogram(memory.cells, 0, &bounds);
  histogram.ObserveMultiple({1, 0, 4}, 9.5);
  histogram.ObserveMultiple({1, 1}, 100);        // another histogram's
  histogram.ObserveMultiple({1, 1, 1, 1}, 100);  // the same
  EXPECT_EQ(memory.Ints(0), (std::vector<uint64_t>{1, 0, 4}));
  EXPECT_EQ(memory.Double(0), 9.5);
}

TEST(Histogram, LosesNothingAmongThreads) {
  const BucketBounds bounds({0, 1, 2});
  CellMemory memory(CellLayout::Histogram(3), 1, 2);
  InThreads([&] {
    Histogram histogram(memory.cells, 0, &bounds);
    for (int i = 0; i < 20'000; ++i) histogram.Observe(i % 4);
  });
  EXPECT_EQ(memory.Ints(0), std::vector<uint64_t>(4, 20'000));
  EXPECT_EQ(memory.Double(0), 120'000);
}

}  // namespace
}  // namespace seriesguard
