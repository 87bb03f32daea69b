// SPDX-License-Identifier: Apache-2.0
//
// bucket_advice.cc: targets become demands on buckets, bucket_plan.h does the rest.
#include "analyzer/buckets/bucket_advice.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzer/buckets/bucket_plan.h"
#include "lib/metrics/buckets.h"

namespace seriesguard {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kDefaultQuantiles[] = {0.5, 0.9, 0.99};

// The common boundaries and what is asked of them.
struct Plan {
  std::vector<double> boundaries;
  std::vector<double> cumulative;
  std::vector<BucketDemand> demands;  // one more than boundaries
  std::vector<bool> must_keep;

  // The number of the bucket that holds `value`.
  size_t BucketOf(double value) const {
    const auto found = std::lower_bound(boundaries.begin(), boundaries.end(), value);
    return static_cast<size_t>(found - boundaries.begin());
  }
};

// Demands that the bucket around bucket `k` is at most `wanted` wide, or as wide as it is.
void Demand(size_t k, const BucketTarget& target, Plan* plan) {
  BucketDemand& demand = plan->demands[k];
  const double now = BucketWidth(plan->boundaries, k, k);
  if (now == kInfinity) demand.stays = true;
  demand.widest = std::min(demand.widest, std::max(target.wanted, now));
  if (target.value > 0) demand.weight += 1 / target.value;
}

// The width of the bucket of `boundaries` that ends at or behind `upper`, and begins at or before where it did.
double WidthAround(const std::vector<double>& boundaries, double upper) {
  const auto found = std::lower_bound(boundaries.begin(), boundaries.end(), upper);
  const auto at = static_cast<size_t>(found - boundaries.begin());
  return BucketWidth(boundaries, at, at);
}

}  // namespace

QuantileAnswer AnswerOfServer(const std::vector<double>& boundaries, const std::vector<double>& cumulative,
                              double total, double q) {
  double rank = q * total;
  const auto found = std::lower_bound(cumulative.begin(), cumulative.end(), rank);
  const auto at = static_cast<size_t>(found - cumulative.begin());
  if (at == boundaries.size()) return {boundaries.back(), at};
  if (at == 0 && boundaries[0] <= 0) return {boundaries[0], at};
  const double lower = at == 0 ? 0 : boundaries[at - 1];
  const double before = at == 0 ? 0 : cumulative[at - 1];
  return {lower + (boundaries[at] - lower) * ((rank - before) / (cumulative[at] - before)), at};
}

BucketAdvice AdviseBuckets(const HistogramCounts& counts, const BucketQuestion& question) {
  BucketAdvice advice;
  advice.label_sets = counts.label_sets;
  advice.observations = counts.observations;
  advice.raised = counts.raised;
  advice.max_error = question.max_error;
  Plan plan;
  double before = 0;
  for (const HistogramCounts::Boundary& from : counts.boundaries) {
    advice.rows.push_back({from.boundary, from.series, from.is_common, 0, false});
    advice.series_now += from.series;
    if (!from.is_common) continue;
    advice.rows.back().observations = from.cumulative - before;
    before = from.cumulative;
    plan.boundaries.push_back(from.boundary);
    plan.cumulative.push_back(from.cumulative);
  }
  advice.observations_above = counts.observations - before;
  plan.demands.resize(plan.boundaries.size() + 1);
  plan.must_keep.resize(plan.boundaries.size());

  std::vector<size_t> buckets;  // of each target
  for (const double threshold : question.thresholds) {
    BucketTarget target;
    target.value = threshold;
    target.wanted = question.max_error * threshold;
    target.error_now = FactsOfThreshold(plan.boundaries, threshold).error_near;
    const size_t bucket = plan.BucketOf(threshold);
    Demand(bucket, target, &plan);
    if (bucket < plan.boundaries.size() && plan.boundaries[bucket] == threshold) {
      plan.must_keep[bucket] = true;
      Demand(bucket + 1, target, &plan);
    }
    buckets.push_back(bucket);
    advice.targets.push_back(target);
  }
  if (question.thresholds.empty()) {
    for (const double quantile : kDefaultQuantiles) {
      const QuantileAnswer answer = AnswerOfServer(plan.boundaries, plan.cumulative, counts.observations, quantile);
      BucketTarget target;
      target.quantile = quantile;
      target.value = answer.value;
      target.wanted = question.max_error * std::fabs(answer.value);
      target.error_now = BucketWidth(plan.boundaries, answer.bucket, answer.bucket);
      Demand(answer.bucket, target, &plan);
      buckets.push_back(answer.bucket);
      advice.targets.push_back(target);
    }
  }

  for (const size_t kept : CheapestBoundaries(plan.boundaries, plan.demands, plan.must_keep)) {
    advice.advised.push_back(plan.boundaries[kept]);
  }
  for (BucketRow& row : advice.rows) {
    row.is_advised = std::binary_search(advice.advised.begin(), advice.advised.end(), row.boundary);
    if (row.is_advised) advice.series_advised += row.series;
  }
  for (size_t i = 0; i < advice.targets.size(); ++i) {
    BucketTarget& target = advice.targets[i];
    if (!target.quantile) {
      target.error_advised = FactsOfThreshold(advice.advised, target.value).error_near;
    } else {
      const size_t bucket = buckets[i];
      target.error_advised =
          WidthAround(advice.advised, bucket < plan.boundaries.size() ? plan.boundaries[bucket] : kInfinity);
    }
  }
  return advice;
}

}  // namespace seriesguard
