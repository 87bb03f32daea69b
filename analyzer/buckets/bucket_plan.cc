// SPDX-License-Identifier: Apache-2.0
//
// bucket_plan.cc: the inner loop walks down from a boundary and stops where no wider bucket can be allowed.
#include "analyzer/buckets/bucket_plan.h"

#include <algorithm>

namespace seriesguard {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr size_t kNone = std::numeric_limits<size_t>::max();

// The best choice whose last boundary is known; places are 1 more than positions, 0 stands for no boundary yet.
struct Best {
  size_t count = kNone;  // kNone: nothing is allowed
  double error = 0;
  size_t before = 0;  // the place of the boundary before
};

}  // namespace

double BucketWidth(const std::vector<double>& boundaries, size_t from, size_t to) {
  if (to == boundaries.size()) return kInfinity;
  if (from > 0) return boundaries[to] - boundaries[from - 1];
  return boundaries.front() < 0 ? kInfinity : boundaries[to];
}

std::vector<size_t> CheapestBoundaries(const std::vector<double>& boundaries, const std::vector<BucketDemand>& demands,
                                       const std::vector<bool>& must_keep) {
  const size_t n = boundaries.size();
  std::vector<Best> best(n + 2);
  best[0].count = 0;
  for (size_t to = 0; to <= n; ++to) {
    double widest = kInfinity, weight = 0;
    bool has_staying = false;
    // The bucket that begins behind place `from` and ends at boundary `to`: those numbered from ... to.
    for (size_t from = to + 1; from-- > 0;) {
      const BucketDemand& demand = demands[from];
      widest = std::min(widest, demand.widest);
      weight += demand.weight;
      has_staying |= demand.stays;
      if (has_staying && from < to) break;
      const double width = BucketWidth(boundaries, from, to);
      if (width > widest) break;  // the next one is wider still, and may be no wider
      if (best[from].count != kNone) {
        const double error = best[from].error + (weight > 0 && width < kInfinity ? weight * width : 0);
        Best& here = best[to + 1];
        if (best[from].count + 1 < here.count || (best[from].count + 1 == here.count && error < here.error)) {
          here = {best[from].count + 1, error, from};
        }
      }
      if (from > 0 && must_keep[from - 1]) break;
    }
  }
  std::vector<size_t> kept;
  for (size_t place = best[n + 1].before; place > 0; place = best[place].before) kept.push_back(place - 1);
  std::reverse(kept.begin(), kept.end());
  return kept;
}

}  // namespace seriesguard
