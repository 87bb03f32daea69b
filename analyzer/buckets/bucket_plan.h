// SPDX-License-Identifier: Apache-2.0
//
// bucket_plan.h: the fewest boundaries of a histogram that keep certain buckets narrow enough.
//
// Use:      by AdviseBuckets, which says which buckets matter and how wide they may be.
// Threads:  pure functions.
// Cost:     n^2 / 2 steps for n boundaries: half a million for the thousand that a histogram may have.
//
// The numbering
//   n boundaries cut the line into n + 1 buckets: bucket k ends at boundary k, bucket n is the one up to +Inf. A subset
//   of the boundaries makes wider buckets, each of which is a row of neighbours of these n + 1.
//
// The width of a bucket
//   (lower, upper]: upper - lower. Values are taken to be at least 0 unless the first boundary is below 0, so the first
//   bucket begins at 0 (histogram_quantile takes it to); with a first boundary below 0 its width is infinite, and so is
//   always that of the last one.
//
// The search
//   Exact: best(i) = the best way to choose boundaries up to boundary i, itself the last one chosen, is the best over
//   all j < i for which the bucket (j, i] is allowed, of best(j) + 1. Better is fewer boundaries, then the smaller sum
//   of weight x width over the buckets that matter, then the later j. All boundaries together are always allowed.
#ifndef SERIESGUARD_ANALYZER_BUCKETS_BUCKET_PLAN_H_
#define SERIESGUARD_ANALYZER_BUCKETS_BUCKET_PLAN_H_

#include <cstddef>
#include <limits>
#include <vector>

namespace seriesguard {

// What is asked of the bucket of the subset that holds one of the n + 1 buckets.
struct BucketDemand {
  double widest = std::numeric_limits<double>::infinity();  // infinity: any, also one without a width
  bool stays = false;                                       // neither of its ends may go
  double weight = 0;                                        // of its width, between subsets of one size
};

// The width of the bucket from boundary `from` - 1 (0: from the lowest value) to boundary `to` (n: to +Inf).
//
// Requires:  `boundaries` ascend; from <= to <= n.
double BucketWidth(const std::vector<double>& boundaries, size_t from, size_t to);

// Returns which boundaries to keep, as ascending positions.
//
// Requires:  demands has n + 1 elements and must_keep n; a `widest` that is finite is at least the bucket's own width.
std::vector<size_t> CheapestBoundaries(const std::vector<double>& boundaries, const std::vector<BucketDemand>& demands,
                                       const std::vector<bool>& must_keep);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BUCKETS_BUCKET_PLAN_H_
