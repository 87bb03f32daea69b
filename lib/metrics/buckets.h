// SPDX-License-Identifier: Apache-2.0
//
// buckets.h: boundaries for a histogram, what they cost, and how far a quantile read from them may be off.
//
// Use:      auto seconds = registry.AddHistogram({"http_request_duration_seconds", "Time.", "seconds"}, {"path"},
//                                                SlaBuckets(0.3).value());
//           guard.Wrap(family, {"path"}, SlaBuckets(0.3).value());  // of prometheus-cpp: BucketBoundaries is the type
//           FactsOfThreshold(boundaries, 0.3)                       // the error at 300 ms, the series a label set
// Threads:  pure functions.
// Errors:   InvalidArgument that names the boundary, its place (the first is 1) and its value, or the argument.
// Source:   histogram_quantile of Prometheus (promql/quantile.go); docs/metrics.md, "Buckets".
//
// The error of histogram_quantile
//   Let n values have been observed, all of them at least 0, and 0 < q <= 1. The exact quantile is the k-th smallest, k
//   the least whole number that is at least q n. The server looks for the first bucket up to which at least q n were
//   counted: that is the bucket (lower, upper] that holds the k-th smallest. It answers lower + (upper - lower) x
//   share, share above 0 and at most 1; `lower` of the first bucket is 0. So answer and exact quantile are in (lower,
//   upper], and
//     1. the error is at most upper - lower; values that all sit at one end of the bucket come as near to that as one
//        likes;
//     2. where the threshold T is a boundary, the answer is above T if and only if the exact quantile is: an alert on
//        the answer is never wrong (but for the rounding of the interpolation, about 1 part in 10^15), and the share of
//        observations up to T is exact;
//     3. above the last boundary the server answers the last boundary: the error has no bound.
//   The same holds for sums over label sets and replicas with equal boundaries, and for rate() where each counter is
//   scaled alike.
#ifndef SERIESGUARD_LIB_METRICS_BUCKETS_H_
#define SERIESGUARD_LIB_METRICS_BUCKETS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace seriesguard {

// A histogram of more costs over a thousand series a label set.
inline constexpr size_t kMostHistogramBoundaries = 1000;

// Says what is wrong with the finite boundaries of a histogram: "boundary 3 of the histogram is 2, which is not above 3
// before it"; empty: nothing. No boundary at all is legal here.
std::string BoundaryProblem(const std::vector<double>& boundaries);

// Returns `boundaries` as any histogram takes them, ours or prometheus-cpp's: a last +Inf taken off, which both add.
// Errors:  one is not finite, or not above the one before; none is left; more than kMostHistogramBoundaries.
absl::StatusOr<std::vector<double>> CheckBuckets(std::vector<double> boundaries);

// Returns `count` boundaries, the first `start`, each `factor` times the one before: 0.001, 0.002, 0.004.
//
// Each is computed from `start`, not from the one before, and takes the decimal of 12 digits that it is a rounding
// error away from: 0.1, 0.2, 0.3 rather than 0.30000000000000004, which nobody finds by le="0.3".
// Errors:  `start` is not above 0, `factor` not above 1, `count` below 1 or above kMostHistogramBoundaries, a boundary
//          overflows.
absl::StatusOr<std::vector<double>> ExponentialBuckets(double start, double factor, int count);

// Returns `count` boundaries, the first `start`, each `width` above the one before, as exact as above.
// Errors:  `start` is not finite, `width` not above 0 or too small beside `start`, `count` as above, a boundary
//          overflows.
absl::StatusOr<std::vector<double>> LinearBuckets(double start, double width, int count);

struct SlaOptions {
  // How far histogram_quantile may be off near the threshold, as a share of it: the widths of the two buckets beside
  // it.
  double relative_error = 0.05;
  // How much wider each bucket is than its neighbour on the side of the threshold; 1: all alike.
  double growth = 2;
  double lowest = 0;   // the first boundary; 0: a tenth of the threshold
  double highest = 0;  // the last one; 0: ten times the threshold
};

// Returns boundaries that are dense around `threshold`, itself one of them bit for bit, and wider away from it. The
// others are rounded towards the threshold, to decimals that are short in `le`.
//
// Errors:  threshold is not above 0 or not finite, relative_error is not in [1e-9, 1), growth is below 1, lowest or
//          highest is not on its side of the threshold, more than kMostHistogramBoundaries would be needed.
absl::StatusOr<std::vector<double>> SlaBuckets(double threshold, const SlaOptions& options = {});

// What a set of boundaries promises at one value, by the rules above.
struct ThresholdFacts {
  // The threshold is a boundary: no answer is on the wrong side of it.
  bool is_boundary = false;
  // |histogram_quantile - exact| is at most this where the exact quantile is the threshold.
  double error_at = 0;
  // The same where the exact quantile lies anywhere in the bucket that holds the threshold, or, of a boundary, in the
  // next one: the width of the wider one. Infinite where that is the bucket +Inf, or reaches below 0.
  double error_near = 0;
  double relative_error = 0;  // error_near as a share of the threshold
  // What a server stores of each label set: the boundaries, +Inf, _sum and _count. One more where `_created` is sent.
  uint64_t series_per_label_set = 0;
};

// Requires:  `boundaries` came out of CheckBuckets or one of the functions above; `threshold` is finite.
ThresholdFacts FactsOfThreshold(const std::vector<double>& boundaries, double threshold);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_BUCKETS_H_
