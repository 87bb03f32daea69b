// SPDX-License-Identifier: Apache-2.0
//
// count_diff.cc: DiffCounts of side_counts.h: name by name. Which series came and went cannot be known from counts.
#include <set>
#include <string>
#include <utility>

#include "analyzer/diff/side_counts.h"

namespace seriesguard {
namespace {

std::vector<LabelChange> ChangedLabels(const MetricCounts& before, const MetricCounts& after) {
  std::vector<LabelChange> changes;
  std::set<std::string> names;
  for (const auto& [name, values] : before.values_of_label) names.insert(name);
  for (const auto& [name, values] : after.values_of_label) names.insert(name);
  const auto values_of = [](const MetricCounts& counts, const std::string& name) {
    const auto found = counts.values_of_label.find(name);
    return found == counts.values_of_label.end() ? uint64_t{0} : found->second;
  };
  for (const std::string& name : names) {
    LabelChange change;
    change.name = name;
    change.values_before = values_of(before, name);
    change.values_after = values_of(after, name);
    if (change.values_before != change.values_after) changes.push_back(std::move(change));
  }
  return changes;
}

const MetricCounts* Find(const SideCounts& side, const std::string& name) {
  const auto found = side.metrics.find(name);
  return found == side.metrics.end() ? nullptr : &found->second;
}

}  // namespace

Diff DiffCounts(const SideCounts& before, const SideCounts& after) {
  Diff diff;
  diff.by_counts = true;
  diff.before = before.side;
  diff.after = after.side;
  MetricSums not_compared;
  not_compared.before = before.cut_series;
  not_compared.after = after.cut_series;
  std::set<std::string> names;
  for (const auto& [name, metric] : before.metrics) names.insert(name);
  for (const auto& [name, metric] : after.metrics) names.insert(name);
  const MetricCounts none;
  for (const std::string& name : names) {
    const MetricCounts* const old_counts = Find(before, name);
    const MetricCounts* const new_counts = Find(after, name);
    // What the other side lists may be among what this side cut.
    if ((old_counts == nullptr && before.cut_metrics > 0) || (new_counts == nullptr && after.cut_metrics > 0)) {
      ++not_compared.metrics;
      not_compared.before += old_counts == nullptr ? 0 : old_counts->series;
      not_compared.after += new_counts == nullptr ? 0 : new_counts->series;
      continue;
    }
    MetricChange change;
    change.name = name;
    change.is_before = old_counts != nullptr;
    change.is_after = new_counts != nullptr;
    const MetricCounts& from = old_counts == nullptr ? none : *old_counts;
    const MetricCounts& to = new_counts == nullptr ? none : *new_counts;
    change.type_before = from.type;
    change.type_after = to.type;
    change.before = from.series;
    change.after = to.series;
    change.labels = ChangedLabels(from, to);
    diff.metrics_on_both += change.is_before && change.is_after ? 1 : 0;
    if (change.is_changed() || change.is_retyped()) {
      diff.metrics.push_back(std::move(change));
      continue;
    }
    ++diff.unchanged.metrics;
    diff.unchanged.before += change.before;
    diff.unchanged.after += change.after;
  }
  if (before.cut_metrics + after.cut_metrics > 0) diff.not_compared = not_compared;
  SortChanges(&diff.metrics);
  return diff;
}

}  // namespace seriesguard
