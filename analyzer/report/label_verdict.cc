// SPDX-License-Identifier: Apache-2.0
//
// label_verdict.cc: what a label means comes before what it costs.
#include "analyzer/report/label_verdict.h"

#include "analyzer/census/metric_type.h"
#include "analyzer/report/culprit.h"

namespace seriesguard {
namespace {

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The text format 0.0.4 has no info type: there the name says it.
bool IsInfo(const MetricRow& metric) { return metric.type == MetricType::kInfo || EndsWith(metric.name, "_info"); }

}  // namespace

LabelVerdict VerdictOf(const MetricRow& metric, const LabelCount& label) {
  if (IsBoundaryLabel(metric.count, label.name)) return LabelVerdict::kEssential;
  if (!label.series_without) return LabelVerdict::kUnknown;
  if (IsInfo(metric)) return LabelVerdict::kEssential;
  if (metric.type == MetricType::kStateset && label.name == metric.name) return LabelVerdict::kEssential;
  return *label.series_without >= metric.count.series ? LabelVerdict::kRedundant : LabelVerdict::kAggregate;
}

std::string_view LabelVerdictName(LabelVerdict verdict) {
  switch (verdict) {
    case LabelVerdict::kUnknown: break;
    case LabelVerdict::kRedundant: return "redundant";
    case LabelVerdict::kAggregate: return "aggregate";
    case LabelVerdict::kEssential: return "essential";
  }
  return "-";
}

std::vector<std::string> DeterminantsOf(const MetricRow& metric, std::string_view label) {
  std::vector<std::string> determinants;
  for (const Dependency& dependency : metric.dependencies) {
    if (dependency.exceptions == 0 && dependency.dependent == label) determinants.push_back(dependency.determinant);
  }
  return determinants;
}

}  // namespace seriesguard
