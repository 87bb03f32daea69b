// SPDX-License-Identifier: Apache-2.0
//
// sampled_histogram.h: generated samples, the counts that a histogram makes of them, and the exact quantile.
//
// Use:      by the tests of the bucket advisor; the naive definitions of docs/buckets.md.
#ifndef SERIESGUARD_TESTS_ANALYZER_BUCKETS_SAMPLED_HISTOGRAM_H_
#define SERIESGUARD_TESTS_ANALYZER_BUCKETS_SAMPLED_HISTOGRAM_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "analyzer/buckets/bucket_counts.h"

namespace seriesguard {

// Durations as services have them, one of eight shapes with its own scale from a millisecond to seconds. Sorted.
inline std::vector<double> GeneratedDurations(std::mt19937_64* random) {
  const auto uniform = [random](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(*random);
  };
  const double scale = std::pow(10, uniform(-3, 0.5));
  const double spread = uniform(0.1, 1.2);
  const auto shape = static_cast<int>((*random)() % 8);
  const double share = uniform(0.02, 0.98);
  const double second = scale * std::pow(10, uniform(-2, 2));
  const size_t count = 200 + (*random)() % 1800;
  std::vector<double> samples;
  for (size_t i = 0; i < count; ++i) {
    const double lognormal = scale * std::exp(std::normal_distribution<double>(0, spread)(*random));
    double value = lognormal;
    if (shape == 1) value = std::exponential_distribution<double>(1 / scale)(*random);
    if (shape == 2) value = std::gamma_distribution<double>(1 + 4 * spread, scale / 3)(*random);
    if (shape == 3) value = uniform(0, 2 * scale);
    if (shape == 4) value = scale / std::pow(uniform(1e-9, 1), 1 / (1 + spread));  // a long tail
    if (shape == 5 && uniform(0, 1) > share) value = second * uniform(0.5, 1.5);   // a cache that misses
    if (shape == 6) value = uniform(0, 1) < share ? scale : second;                // two values only
    if (shape == 7) value = std::round(lognormal * 1000) / 1000;                   // whole milliseconds
    samples.push_back(value);
  }
  std::sort(samples.begin(), samples.end());
  return samples;
}

// The k-th smallest, k the least whole number that is at least q n.
inline double ExactQuantile(const std::vector<double>& sorted, double q) {
  const double rank = q * static_cast<double>(sorted.size());
  size_t k = 1;
  while (static_cast<double>(k) < rank) ++k;
  return sorted[k - 1];
}

inline std::vector<double> CumulativeCounts(const std::vector<double>& sorted, const std::vector<double>& boundaries) {
  std::vector<double> counts;
  for (const double boundary : boundaries) {
    counts.push_back(static_cast<double>(std::upper_bound(sorted.begin(), sorted.end(), boundary) - sorted.begin()));
  }
  return counts;
}

// The counts of one label set.
inline HistogramCounts CountsOf(const std::vector<double>& sorted, const std::vector<double>& boundaries) {
  HistogramCounts counts;
  counts.label_sets = 1;
  counts.observations = static_cast<double>(sorted.size());
  const std::vector<double> cumulative = CumulativeCounts(sorted, boundaries);
  for (size_t i = 0; i < boundaries.size(); ++i) counts.boundaries.push_back({boundaries[i], 1, true, cumulative[i]});
  return counts;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_BUCKETS_SAMPLED_HISTOGRAM_H_
