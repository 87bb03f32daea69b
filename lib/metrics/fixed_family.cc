// SPDX-License-Identifier: Apache-2.0
//
// fixed_family.cc: see the header.
#include "lib/metrics/fixed_family.h"

#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/metrics/state_set.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

// A status of the names alone, with the metric's in front.
absl::Status CheckLabels(std::string_view metric, const std::vector<std::string>& names) {
  const absl::Status status = CheckLabelNames(names);
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(metric), ": ", status.message()));
}

}  // namespace

absl::StatusOr<std::string> RenderFixedLabels(std::string_view metric,
                                              const std::vector<std::pair<std::string, std::string>>& labels) {
  std::vector<std::string> names;
  for (const auto& [name, value] : labels) names.push_back(name);
  if (const absl::Status status = CheckLabels(metric, names); !status.ok()) return status;
  std::string rendered;
  for (const auto& [name, value] : labels) {
    if (!value.empty()) AppendLabel(name, value, &rendered);
  }
  return rendered;
}

absl::StatusOr<std::vector<std::string>> RenderStates(std::string_view metric, const std::vector<std::string>& states) {
  const auto wrong = [&](const std::string& what) {
    return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(metric), ": ", what));
  };
  const std::string label(metric);
  if (const absl::Status status = CheckLabels(metric, {label}); !status.ok()) return status;
  if (states.empty()) return wrong("a state set without a state");
  if (states.size() > StateSet::kMostStates) {
    return wrong(absl::StrCat(states.size(), " states, at most ", StateSet::kMostStates, " can be"));
  }
  std::set<std::string> seen;
  std::vector<std::string> rendered;
  for (const std::string& state : states) {
    if (state.empty()) return wrong("a state without a name");
    if (!seen.insert(state).second) return wrong("the state \"" + SafeText(state) + "\" is given twice");
    rendered.push_back(RenderLabels({{label, state}}));
  }
  return rendered;
}

void AddCollectedSeries(std::string_view rendered_labels, uint64_t value, CollectedFamily* family) {
  CollectedSeries series;
  series.labels_begin = static_cast<uint32_t>(family->label_text.size());
  series.labels_size = static_cast<uint32_t>(rendered_labels.size());
  series.integer = value;
  family->label_text += rendered_labels;
  family->series.push_back(series);
}

}  // namespace seriesguard
