// SPDX-License-Identifier: Apache-2.0
//
// change.cc: order, sums, cutting.
#include "analyzer/diff/change.h"

#include <algorithm>
#include <utility>

namespace seriesguard {
namespace {

uint64_t MovedSeries(const MetricChange& metric) {
  if (metric.added) return *metric.added + *metric.gone;
  return metric.after > metric.before ? metric.after - metric.before : metric.before - metric.after;
}

std::vector<CauseCount> Summed(const std::array<uint64_t, kChangeCauseNames.size()>& sums) {
  std::vector<CauseCount> causes;
  for (size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] > 0) causes.push_back({static_cast<ChangeCause>(i), {}, sums[i]});
  }
  return causes;
}

}  // namespace

void SortChanges(std::vector<MetricChange>* metrics) {
  std::stable_sort(metrics->begin(), metrics->end(), [](const MetricChange& a, const MetricChange& b) {
    const uint64_t moved_a = MovedSeries(a);
    const uint64_t moved_b = MovedSeries(b);
    return moved_a != moved_b ? moved_a > moved_b : a.name < b.name;
  });
}

void SumCauses(Diff* diff) {
  std::array<uint64_t, kChangeCauseNames.size()> added{};
  std::array<uint64_t, kChangeCauseNames.size()> gone{};
  for (const MetricChange& metric : diff->metrics) {
    for (const CauseCount& cause : metric.added_causes) {
      added[static_cast<size_t>(cause.cause)] += cause.series;
      const bool is_larger = !diff->culprit || cause.series > diff->culprit->cause.series;
      if (!cause.labels.empty() && is_larger) diff->culprit = DiffCulprit{metric.name, cause};
    }
    for (const CauseCount& cause : metric.gone_causes) gone[static_cast<size_t>(cause.cause)] += cause.series;
  }
  diff->added_causes = Summed(added);
  diff->gone_causes = Summed(gone);
}

void CutChanges(size_t limit, Diff* diff) {
  if (limit == 0 || diff->metrics.size() <= limit) return;
  MetricSums others;
  if (!diff->by_counts) others.added = others.gone = 0;
  for (size_t i = limit; i < diff->metrics.size(); ++i) {
    const MetricChange& metric = diff->metrics[i];
    ++others.metrics;
    others.before += metric.before;
    others.after += metric.after;
    if (others.added) *others.added += metric.added.value_or(0);
    if (others.gone) *others.gone += metric.gone.value_or(0);
  }
  diff->metrics.resize(limit);
  diff->others = others;
}

}  // namespace seriesguard
