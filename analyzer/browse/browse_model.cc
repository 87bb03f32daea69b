// SPDX-License-Identifier: Apache-2.0
//
// browse_model.cc: one function a level; what a set of labels leaves is one recount without them, whose what-if answers
// for each of the other labels too.
#include "analyzer/browse/browse_model.h"

#include <algorithm>

#include "analyzer/census/count.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/report/culprit.h"
#include "analyzer/report/label_verdict.h"

namespace seriesguard {

BrowseModel::BrowseModel(const Census& census, BrowseFacts facts)
    : census_(census),
      facts_(std::move(facts)),
      total_series_(census.TotalSeries(CountOptions{})),
      findings_of_(census.family_count()) {
  for (const Finding& finding : facts_.report.findings) {
    const size_t family = census.FindFamily(finding.metric);
    if (family < findings_of_.size()) findings_of_[family].push_back(&finding);
  }
}

std::unique_ptr<const BrowseLevel> BrowseModel::Metrics() const {
  auto level = std::make_unique<BrowseLevel>();
  level->kind = LevelKind::kMetrics;
  level->total_series = total_series_;
  level->rows.reserve(census_.family_count());
  for (size_t family = 0; family < census_.family_count(); ++family) {
    level->rows.push_back(
        {census_.family(family).name, census_.plain(family).series, static_cast<uint32_t>(family), false});
  }
  return level;
}

std::unique_ptr<const BrowseLevel> BrowseModel::Labels(size_t family) {
  auto level = std::make_unique<BrowseLevel>();
  level->kind = LevelKind::kLabels;
  level->family = family;
  MetricRow metric;
  metric.name = census_.family(family).name;
  metric.type = census_.family(family).type;
  metric.count = CountWithout(family, {});
  level->total_series = metric.count.series;
  level->labels = metric.count.labels;
  const LabelCount* const culprit = FindCulprit(metric.count);
  for (size_t i = 0; i < level->labels.size(); ++i) {
    const LabelCount& label = level->labels[i];
    level->verdicts.push_back(VerdictOf(metric, label));
    if (culprit != nullptr && culprit->name == label.name) level->culprit = i;
    level->rows.push_back({label.name, label.series_with, static_cast<uint32_t>(i), false});
  }
  return level;
}

std::unique_ptr<const BrowseLevel> BrowseModel::Values(size_t family, const std::string& label) const {
  auto level = std::make_unique<BrowseLevel>();
  level->kind = LevelKind::kValues;
  level->family = family;
  level->label = label;
  level->total_series = census_.plain(family).series;
  uint64_t with = 0;
  census_.ForEachValue(family, label, kAllInputs, [&](std::string_view value, uint64_t series) {
    level->rows.push_back({value, series, static_cast<uint32_t>(level->rows.size()), false});
    with += series;
  });
  if (with < level->total_series && !census_.estimated()) {
    level->rows.push_back({{}, level->total_series - with, static_cast<uint32_t>(level->rows.size()), true});
  }
  return level;
}

std::unique_ptr<const BrowseLevel> BrowseModel::Series(size_t family, const std::string& label, std::string_view value,
                                                       uint64_t series) const {
  auto level = std::make_unique<BrowseLevel>();
  level->kind = LevelKind::kSeries;
  level->family = family;
  level->label = label;
  level->value = std::string(value);
  level->total_series = series;
  level->texts = census_.SeriesOfValue(family, label, value, kMostSeries);
  for (size_t i = 0; i < level->texts.size(); ++i) {
    level->rows.push_back({level->texts[i], 1, static_cast<uint32_t>(i), false});
  }
  return level;
}

const FamilyCount& BrowseModel::CountWithout(size_t family, const std::vector<std::string>& labels) {
  auto key = std::make_pair(family, labels);
  const auto kept = counts_without_.find(key);
  if (kept != counts_without_.end()) return kept->second;
  if (counts_without_.size() >= kKeptAnswers) counts_without_.clear();
  CountOptions options;
  options.top_values = 0;
  options.what_if = true;
  std::vector<LabelTransform> dropped;
  for (const std::string& label : labels) {
    LabelTransform drop;
    drop.label = label;
    drop.drop = true;
    dropped.push_back(std::move(drop));
  }
  FamilyCount count = census_.Recount(family, options, dropped);
  // A boundary's series have a cost of their own; a histogram "without le" is none.
  for (LabelCount& label : count.labels) {
    if (IsBoundaryLabel(count, label.name)) label.series_without.reset();
  }
  return counts_without_.emplace(std::move(key), std::move(count)).first->second;
}

std::optional<uint64_t> BrowseModel::LeftWithout(size_t family, const std::vector<std::string>& labels) {
  if (census_.estimated()) return std::nullopt;
  return labels.empty() ? census_.plain(family).series : CountWithout(family, labels).series;
}

std::optional<uint64_t> BrowseModel::LeftWithout(size_t family, const std::vector<std::string>& labels,
                                                 const std::string& label) {
  if (census_.estimated()) return std::nullopt;
  const FamilyCount& count = CountWithout(family, labels);
  if (std::find(labels.begin(), labels.end(), label) != labels.end()) return count.series;
  for (const LabelCount& each : count.labels) {
    if (each.name == label) return each.series_without;
  }
  return std::nullopt;
}

std::string BrowseModel::CulpritOf(size_t family) {
  const LabelCount* const culprit = FindCulprit(CountWithout(family, {}));
  return culprit == nullptr ? std::string() : culprit->name;
}

}  // namespace seriesguard
