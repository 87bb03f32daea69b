// SPDX-License-Identifier: Apache-2.0
//
// cause_text.cc: one phrase a cause and direction.
#include "analyzer/diff/cause_text.h"

#include <algorithm>
#include <cstddef>

#include "analyzer/census/boundary_label.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kLabelColumns = 32;
constexpr size_t kValueColumns = 32;
constexpr size_t kLabelsNamed = 3;
constexpr size_t kValuesShown = 3;

std::string LabelsText(const CauseCount& cause) {
  std::string text;
  const size_t named = std::min(kLabelsNamed, cause.labels.size());
  const bool all = named == cause.labels.size();
  for (size_t i = 0; i < named; ++i) {
    if (i > 0) text += all && i + 1 == named ? " and " : ", ";
    text += SafeTextTruncated(cause.labels[i], kLabelColumns);
  }
  if (!all) text += " and " + Quantity(cause.labels.size() - named, "other label");
  return text;
}

const LabelChange* FindLabel(const MetricChange& metric, const std::string& name) {
  for (const LabelChange& label : metric.labels) {
    if (label.name == name) return &label;
  }
  return nullptr;
}

// `"acme", "globex" and 12 more`; "absent" where that is what differs.
std::string ValuesText(const ValueChange& change) {
  std::string text;
  const size_t shown = std::min(kValuesShown, change.top.size());
  for (size_t i = 0; i < shown; ++i) {
    text += (i > 0 ? ", \"" : "\"") + SafeTextTruncated(change.top[i].value, kValueColumns) + "\"";
  }
  const uint64_t more = change.values - shown;
  if (more > 0) text += " and " + WithThousands(more) + " more";
  if (change.absent_series > 0) text += text.empty() ? "absent" : ", or absent";
  return text;
}

// "tenant has 1,204 values", of the label with the most.
std::string LargestLabel(const MetricChange& metric, bool is_added) {
  const LabelChange* largest = nullptr;
  const auto values_of = [is_added](const LabelChange& label) {
    return is_added ? label.values_after : label.values_before;
  };
  for (const LabelChange& label : metric.labels) {
    if (IsBoundaryName(label.name)) continue;
    if (largest == nullptr || values_of(label) > values_of(*largest)) largest = &label;
  }
  if (largest == nullptr || values_of(*largest) < 2) return "";
  return SafeTextTruncated(largest->name, kLabelColumns) + " has " + Quantity(values_of(*largest), "value");
}

}  // namespace

std::string CausePhrase(const CauseCount& cause, bool is_added) {
  const bool named = !cause.labels.empty();
  const std::string labels = LabelsText(cause);
  const auto phrase = [is_added](const std::string& what) { return is_added ? "new " + what : what + " gone"; };
  switch (cause.cause) {
    case ChangeCause::kTarget: return phrase("target");
    case ChangeCause::kMetric: return phrase("metric");
    case ChangeCause::kSampleName: return phrase("sample name");
    case ChangeCause::kLabel:
      return phrase(cause.labels.size() > 1 ? "labels " + labels : named ? "label " + labels : "label");
    case ChangeCause::kBucket: return phrase(named ? "bucket, " + labels : "bucket");
    case ChangeCause::kValue: return phrase("value of " + (named ? labels : std::string("one label")));
    case ChangeCause::kValues: return phrase("values of " + (named ? labels : std::string("several labels")));
    case ChangeCause::kCombination: break;
  }
  return is_added ? "new combination of known values" : "combination of values gone";
}

std::string CauseText(const MetricChange& metric, const CauseCount& cause, bool is_added) {
  std::string text = CausePhrase(cause, is_added);
  std::string more;
  if (cause.cause == ChangeCause::kMetric || cause.cause == ChangeCause::kTarget) {
    more = LargestLabel(metric, is_added);
    return more.empty() ? text : text + ", " + more;
  }
  for (size_t i = 0; i < std::min(kLabelsNamed, cause.labels.size()); ++i) {
    const LabelChange* const label = FindLabel(metric, cause.labels[i]);
    if (label == nullptr) continue;
    const std::string values = ValuesText(is_added ? label->added : label->gone);
    if (values.empty()) continue;
    if (!more.empty()) more += "; ";
    if (cause.labels.size() > 1) more += SafeTextTruncated(label->name, kLabelColumns) + " ";
    more += values;
  }
  return more.empty() ? text : text + ": " + more;
}

}  // namespace seriesguard
