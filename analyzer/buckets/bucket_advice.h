// SPDX-License-Identifier: Apache-2.0
//
// bucket_advice.h: which boundaries of a histogram are worth their series.
//
// Use:      AdviseBuckets(counts, {{0.25, 1}, 0.1}); `seriesguard explain --buckets` shows the result.
// Threads:  pure functions, plain data.
// Source:   lib/metrics/buckets.h, "The error of histogram_quantile": its rules are used here and not repeated.
//
// What is bounded
//   A target is a value: a threshold that was given (an SLA), or what histogram_quantile answers for 0.5, 0.9 and 0.99
//   today. Its error is how far histogram_quantile can be off, |answer - exact quantile|, as long as the exact quantile
//   is near the target:
//     threshold T   anywhere in the bucket that holds T and, where T is a boundary, in the next one as well: the width
//                   of the wider of them (FactsOfThreshold(...).error_near). It holds for every data.
//     quantile q    in the bucket in which q lies today: its width. It holds for the data of the dump, and for all that
//                   leaves q in that bucket.
//   The widths are those of bucket_plan.h. Both the answer and the exact quantile are in that bucket, (lower, upper],
//   so neither is further than its width from the other.
//
// What is sought
//   The subset of the present boundaries with the fewest series that keeps, for each target of value v,
//     1. the bucket or buckets above within max_error x v, or, where the present ones are wider already, as wide as they
//        are: no subset of the present boundaries is narrower;
//     2. a threshold that is a boundary a boundary: no answer is then on the wrong side of it, and the share of
//        observations up to it is exact;
//     3. the last boundary where the target is above it, the first one where that is below 0 and the target below it:
//        the error has no bound there, and must not become worse.
//   Of several such subsets it is the one with the smallest sum of error / v. Only boundaries that all label sets have
//   are used: what some lack cannot be added up. Every boundary that is used costs a series in each label set, so the
//   fewest boundaries are the fewest series.
#ifndef SERIESGUARD_ANALYZER_BUCKETS_BUCKET_ADVICE_H_
#define SERIESGUARD_ANALYZER_BUCKETS_BUCKET_ADVICE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/buckets/bucket_counts.h"

namespace seriesguard {

struct BucketQuestion {
  std::vector<double> thresholds;  // finite, above 0; none: the quantiles 0.5, 0.9 and 0.99
  double max_error = 0.1;          // as a share of the target
};

struct BucketRow {
  double boundary = 0;
  uint64_t series = 0;
  bool is_common = false;
  // Of a common one: observations in the bucket from the common boundary before to this one. 0 of them: nothing was
  // ever observed between the two, and the bucket could be merged with a neighbour without a change of any count.
  double observations = 0;
  bool is_advised = false;
};

struct BucketTarget {
  std::optional<double> quantile;  // empty: a threshold
  double value = 0;
  double wanted = 0;         // max_error x value
  double error_now = 0;      // infinite: no bound
  double error_advised = 0;  // at most the larger of the two before
};

struct BucketAdvice {
  std::vector<BucketRow> rows;
  uint64_t label_sets = 0;
  double observations = 0;
  double observations_above = 0;  // the last common boundary
  size_t raised = 0;              // see HistogramCounts
  double max_error = 0;
  std::vector<BucketTarget> targets;
  std::vector<double> advised;  // ascending, never empty
  uint64_t series_now = 0;      // what the finite boundaries cost
  uint64_t series_advised = 0;  // never more
};

// Requires:  `counts` came from BucketCounts::Sum.
BucketAdvice AdviseBuckets(const HistogramCounts& counts, const BucketQuestion& question);

// What histogram_quantile answers, and in which bucket (n = +Inf) the quantile lies.
struct QuantileAnswer {
  double value = 0;
  size_t bucket = 0;
};

// Requires:  boundaries ascend, none is missing; `cumulative[i]` belongs to boundary i and never falls; total > 0;
//            0 < q <= 1.
// Source:    bucketQuantile of Prometheus (promql/quantile.go).
QuantileAnswer AnswerOfServer(const std::vector<double>& boundaries, const std::vector<double>& cumulative,
                              double total, double q);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BUCKETS_BUCKET_ADVICE_H_
