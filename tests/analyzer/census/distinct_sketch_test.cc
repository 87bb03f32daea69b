// SPDX-License-Identifier: Apache-2.0
//
// distinct_sketch_test.cc: exact while small, within its stated error beyond, and blind to order and to repeats.
#include "analyzer/census/distinct_sketch.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

std::vector<uint64_t> Hashes(size_t count, uint64_t entropy) {
  const HashKey key(entropy);
  std::vector<uint64_t> hashes;
  for (size_t i = 0; i < count; ++i) hashes.push_back(key("series-" + std::to_string(i)));
  return hashes;
}

DistinctSketch SketchOf(const std::vector<uint64_t>& hashes) {
  DistinctSketch sketch;
  for (const uint64_t hash : hashes) sketch.Add(hash);
  return sketch;
}

TEST(DistinctSketch, IsExactUpToItsLimit) {
  const std::vector<uint64_t> hashes = Hashes(257, 1);
  DistinctSketch sketch;
  EXPECT_EQ(sketch.Count(), 0u);
  for (size_t i = 0; i < 256; ++i) {
    sketch.Add(hashes[i]);
    sketch.Add(hashes[i / 2]);  // known already
    EXPECT_EQ(sketch.Count(), i + 1);
    EXPECT_TRUE(sketch.is_exact());
  }
  sketch.Add(hashes[256]);
  EXPECT_FALSE(sketch.is_exact());
  EXPECT_NEAR(static_cast<double>(sketch.Count()), 257, 5 * 257 * DistinctSketch::kRelativeError);
}

TEST(DistinctSketch, TakesTheExtremesOfAHash) {
  DistinctSketch sketch;
  for (const uint64_t hash : {uint64_t{0}, UINT64_MAX, uint64_t{1}, uint64_t{1} << 63}) sketch.Add(hash);
  EXPECT_EQ(sketch.Count(), 4u);
  for (const uint64_t hash : Hashes(5000, 2)) sketch.Add(hash);
  for (const uint64_t hash : {uint64_t{0}, UINT64_MAX, uint64_t{1}, uint64_t{1} << 63}) sketch.Add(hash);
  EXPECT_NEAR(static_cast<double>(sketch.Count()), 5004, 5 * 5004 * DistinctSketch::kRelativeError);
}

TEST(DistinctSketch, StaysWithinFiveStandardErrors) {
  for (const size_t count : {300, 1000, 3000, 10'000, 30'000, 100'000, 1'000'000}) {
    double sum_of_squares = 0;
    const int rounds = count >= 100'000 ? 4 : 20;
    for (int round = 0; round < rounds; ++round) {
      const DistinctSketch sketch = SketchOf(Hashes(count, count + static_cast<uint64_t>(round)));
      const double error = static_cast<double>(sketch.Count()) / static_cast<double>(count) - 1;
      EXPECT_LT(std::abs(error), 5 * DistinctSketch::kRelativeError) << count;
      sum_of_squares += error * error;
      EXPECT_LE(sketch.bytes(), 4096u);
    }
    EXPECT_LT(std::sqrt(sum_of_squares / rounds), 2 * DistinctSketch::kRelativeError) << count;
  }
}

TEST(DistinctSketch, DoesNotSeeOrderOrRepeats) {
  for (const size_t count : {100, 256, 257, 20'000}) {
    std::vector<uint64_t> hashes = Hashes(count, 9);
    const uint64_t expected = SketchOf(hashes).Count();
    std::mt19937 random(4);
    std::shuffle(hashes.begin(), hashes.end(), random);
    hashes.insert(hashes.end(), hashes.begin(), hashes.begin() + static_cast<ptrdiff_t>(count / 2));
    EXPECT_EQ(SketchOf(hashes).Count(), expected) << count;
  }
}

TEST(DistinctSketch, MergeIsTheUnionInEitherOrder) {
  const std::vector<uint64_t> all = Hashes(30'000, 11);
  for (const size_t first_size : {0, 100, 256, 5000}) {
    for (const size_t second_size : {0, 100, 256, 5000, 20'000}) {
      // The two overlap by half of the first.
      const auto at = [&all](size_t i) { return all.begin() + static_cast<ptrdiff_t>(i); };
      const std::vector<uint64_t> first(at(0), at(first_size));
      const std::vector<uint64_t> second(at(first_size / 2), at(first_size / 2 + second_size));
      std::vector<uint64_t> both = first;
      both.insert(both.end(), second.begin(), second.end());
      DistinctSketch a = SketchOf(first), b = SketchOf(second);
      a.Merge(SketchOf(second));
      b.Merge(SketchOf(first));
      EXPECT_EQ(a.Count(), SketchOf(both).Count()) << first_size << " " << second_size;
      EXPECT_EQ(b.Count(), a.Count()) << first_size << " " << second_size;
      EXPECT_EQ(a.is_exact(), SketchOf(both).is_exact() && SketchOf(first).is_exact() && SketchOf(second).is_exact());
    }
  }
}

}  // namespace
}  // namespace seriesguard
