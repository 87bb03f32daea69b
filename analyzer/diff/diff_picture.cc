// SPDX-License-Identifier: Apache-2.0
//
// diff_picture.cc: metrics first, then the causes of as many of them as there is room for.
#include "analyzer/diff/diff_picture.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "analyzer/diff/cause_text.h"

namespace seriesguard {
namespace {

uint64_t SeriesOfBoth(uint64_t before, uint64_t after, const std::optional<uint64_t>& added) {
  return added ? before + *added : std::max(before, after);
}

PictureNode Part(std::string_view kind, std::string_view name, uint64_t series) {
  PictureNode node;
  node.kind = kind;
  node.name = PictureName(name);
  node.series = series;
  return node;
}

PictureNode OthersNode(const MetricSums& sums, std::string_view name) {
  PictureNode node = Part("others", name, SeriesOfBoth(sums.before, sums.after, sums.added));
  node.count = sums.metrics;
  node.before = sums.before;
  node.after = sums.after;
  return node;
}

std::vector<PictureNode> PartsOf(const MetricChange& metric) {
  std::vector<PictureNode> parts;
  if (!metric.added) {
    const uint64_t kept = std::min(metric.before, metric.after);
    if (kept > 0) parts.push_back(Part("kept", "", kept));
    if (metric.after > kept) parts.push_back(Part("added", "more series", metric.after - kept));
    if (metric.before > kept) parts.push_back(Part("gone", "fewer series", metric.before - kept));
    return parts;
  }
  const uint64_t kept = metric.before - metric.gone.value_or(0);
  if (kept > 0) parts.push_back(Part("kept", "", kept));
  for (const CauseCount& cause : metric.added_causes) {
    parts.push_back(Part("added", CausePhrase(cause, /*is_added=*/true), cause.series));
  }
  for (const CauseCount& cause : metric.gone_causes) {
    parts.push_back(Part("gone", CausePhrase(cause, /*is_added=*/false), cause.series));
  }
  return parts;
}

}  // namespace

PictureNode MakeDiffPicture(const Diff& diff, size_t max_metrics) {
  constexpr size_t kKept = 8;  // the total and its sums
  PictureNode total = Part("total", "", 0);
  total.before = diff.before.series;
  total.after = diff.after.series;
  size_t nodes = kKept;
  size_t bytes = 0;
  for (PictureNode& child : total.children) bytes += PictureBytes(child);
  const auto fits = [&](const PictureNode& node) {
    if (nodes + 1 > kMostPictureNodes || bytes + PictureBytes(node) > kMostPictureBytes) return false;
    ++nodes;
    bytes += PictureBytes(node);
    return true;
  };
  MetricSums rest;
  rest.added = diff.by_counts ? std::nullopt : std::optional<uint64_t>(0);
  for (const MetricChange& metric : diff.metrics) {
    PictureNode node = Part("metric", metric.name, SeriesOfBoth(metric.before, metric.after, metric.added));
    node.type = MetricTypeName(metric.is_after ? metric.type_after : metric.type_before);
    node.before = metric.before;
    node.after = metric.after;
    if (rest.metrics == 0 && total.children.size() < max_metrics && fits(node)) {
      total.series += node.series;
      total.children.push_back(std::move(node));
      continue;
    }
    ++rest.metrics;
    rest.before += metric.before;
    rest.after += metric.after;
    if (rest.added) *rest.added += metric.added.value_or(0);
  }
  for (size_t i = 0; i < total.children.size(); ++i) {
    std::vector<PictureNode> parts = PartsOf(diff.metrics[i]);
    if (!std::all_of(parts.begin(), parts.end(), fits)) break;
    total.children[i].children = std::move(parts);
  }
  const auto add = [&total](const MetricSums& sums, std::string_view name) {
    if (sums.metrics == 0) return;
    total.children.push_back(OthersNode(sums, name));
    total.series += total.children.back().series;
  };
  add(rest, "");
  if (diff.others) add(*diff.others, "");
  add(diff.unchanged, "unchanged");
  if (diff.not_compared) add(*diff.not_compared, "not compared");
  return total;
}

}  // namespace seriesguard
