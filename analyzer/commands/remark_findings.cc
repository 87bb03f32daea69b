// SPDX-License-Identifier: Apache-2.0
//
// remark_findings.cc: one sentence for each kind of remark.
#include "analyzer/commands/remark_findings.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/worker_folders.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kRemarksOfAKind = 10;

std::string Word(MetricType type) { return std::string(MetricTypeName(type)); }

Finding FindingOf(const DumpRemark& remark, const Census& census) {
  Finding finding;
  finding.severity = Severity::kWarning;
  finding.rule = FindingRule::kOpenMetricsSyntax;
  finding.metric = remark.name;
  if (remark.input != kAllInputs) finding.input = census.inputs()[remark.input].path;
  const std::string name = absl::StrCat("\"", SafeText(remark.name), "\"");
  switch (remark.kind) {
    case DumpRemark::Kind::kTypeConflict:
      finding.rule = FindingRule::kTypeConflict;
      finding.message =
          absl::StrCat("metric ", name, " is declared ", Word(remark.type), " and ", Word(remark.other_type));
      finding.remedy = "give one name one type; the first TYPE line decided here";
      break;
    case DumpRemark::Kind::kRepeatedType:
      finding.message = absl::StrCat("metric ", name, " has two TYPE lines");
      finding.remedy = "write the TYPE line once, before the first sample";
      break;
    case DumpRemark::Kind::kSuffixNotOfType:
      finding.message =
          absl::StrCat("sample ", name, " lacks the suffix that its type ", Word(remark.type), " demands");
      finding.remedy = remark.type == MetricType::kCounter ? "a counter's sample ends in _total" : "";
      break;
    case DumpRemark::Kind::kInterleaved:
      finding.message = absl::StrCat("lines of \"", SafeText(remark.other), "\" stand between those of ", name);
      finding.remedy = "write all lines of a metric together";
      break;
    case DumpRemark::Kind::kBucketWithoutLe:
      finding.message = absl::StrCat("samples of ", name, " have no label le");
      break;
  }
  return finding;
}

bool HasCreated(const FamilyInfo& family) {
  return std::any_of(family.parts.begin(), family.parts.end(), [](std::string_view part) {
    constexpr std::string_view kSuffix = "_created";
    return part.size() > kSuffix.size() && part.substr(part.size() - kSuffix.size()) == kSuffix;
  });
}

// How many `_created` series the same families would have in OpenMetrics: one a label set.
uint64_t NegotiableCreated(const Census& census) {
  const std::vector<InputCount>& inputs = census.inputs();
  // A client with many workers writes no `_created` in any format; who was asked as a server asks gave what he has.
  const bool any_text = std::any_of(inputs.begin(), inputs.end(), [](const InputCount& input) {
    return input.format != "openmetrics-1.0" && input.format != kWorkerFilesFormat && !input.is_negotiated;
  });
  if (!any_text) return 0;
  uint64_t series = 0;
  for (size_t f = 0; f < census.family_count(); ++f) {
    const FamilyInfo& family = census.family(f);
    if (family.type != MetricType::kCounter && family.type != MetricType::kHistogram &&
        family.type != MetricType::kSummary) {
      continue;
    }
    CountOptions options;
    options.top_values = 0;
    if (!HasCreated(family)) series += census.Count(f, options).label_sets;
  }
  return series;
}

// What the quantiles of one metric cost.
struct QuantileCost {
  size_t family = 0;
  uint64_t series = 0;
  bool is_estimate = false;
};

// The metrics with quantiles, the most expensive first. A summary without any (only _sum and _count) can be added up
// like a counter, and is none of them.
std::vector<QuantileCost> QuantileCosts(const Census& census) {
  std::vector<QuantileCost> costs;
  for (size_t f = 0; f < census.family_count(); ++f) {
    const FamilyCount& count = census.plain(f);
    for (const LabelCount& label : count.labels) {
      if (label.name != "quantile" || label.name != count.boundaries.label) continue;
      costs.push_back({f, label.series_with, count.relative_error > 0});
    }
  }
  std::stable_sort(costs.begin(), costs.end(),
                   [](const QuantileCost& a, const QuantileCost& b) { return a.series > b.series; });
  return costs;
}

// A note for each of the most expensive ones, and one for all the others.
void NoteQuantiles(const Census& census, std::vector<Finding>* findings) {
  constexpr std::string_view kWhy =
      " of quantiles, which cannot be added up over targets, nor over the processes of one";
  Finding note;
  note.rule = FindingRule::kSummaryQuantiles;
  note.severity = Severity::kNote;
  note.label = "quantile";
  note.remedy = "a histogram's buckets can be added up; few at the thresholds that matter are enough";
  const std::vector<QuantileCost> costs = QuantileCosts(census);
  uint64_t other_series = 0;
  for (size_t i = 0; i < costs.size(); ++i) {
    if (i >= kRemarksOfAKind) {
      other_series += costs[i].series;
      continue;
    }
    note.metric = census.family(costs[i].family).name;
    note.observed = costs[i].series;
    note.message =
        absl::StrCat(costs[i].is_estimate ? "about " : "", Quantity(costs[i].series, "series"), std::string(kWhy));
    findings->push_back(note);
  }
  if (costs.size() <= kRemarksOfAKind) return;
  note.metric.clear();
  note.observed = other_series;
  note.message = absl::StrCat(Quantity(costs.size() - kRemarksOfAKind, "metric"), " more with ",
                              Quantity(other_series, "series"), std::string(kWhy));
  findings->push_back(std::move(note));
}

}  // namespace

std::vector<Finding> RemarkFindings(const Census& census) {
  std::vector<Finding> findings;
  for (const DumpRemark& remark : census.Remarks(kRemarksOfAKind)) findings.push_back(FindingOf(remark, census));
  if (const uint64_t created = NegotiableCreated(census); created > 0) {
    Finding finding;
    finding.rule = FindingRule::kCreatedNegotiable;
    finding.severity = Severity::kNote;
    finding.observed = created;
    finding.message = absl::StrCat("a server that negotiates OpenMetrics may store up to ", WithThousands(created),
                                   " _created series more");
    finding.remedy = "scrape with Prometheus' own Accept header to see what it gets";
    findings.push_back(std::move(finding));
  }
  NoteQuantiles(census, &findings);
  return findings;
}

}  // namespace seriesguard
