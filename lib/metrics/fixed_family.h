// SPDX-License-Identifier: Apache-2.0
//
// fixed_family.h: families whose series are all known when they are declared (info, state set): their labels, and the place
// that they take in the budget.
//
// Use:      by registry.cc. To the guard such a family is one without labels whose only label set costs all its series.
// Threads:  pure functions; the backend as every SeriesBackend.
#ifndef SERIESGUARD_LIB_METRICS_FIXED_FAMILY_H_
#define SERIESGUARD_LIB_METRICS_FIXED_FAMILY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/guard/series_backend.h"
#include "lib/metrics/collected_family.h"

namespace seriesguard {

// Holds nothing: the guard counts the series, the registry writes them.
class FixedBackend : public SeriesBackend {
 public:
  bool Has(const LabelPairs&) const override { return false; }
  void* Create(const LabelPairs&) override { return this; }
  void Remove(void*) override {}
  std::optional<SeriesTotal> Total(const void*) const override { return std::nullopt; }
  void Resume(void*, const SeriesTotal&) override {}
};

// Renders the labels of an info, without those that have no value.
// Errors: InvalidArgument: a label name that cannot be, or one twice.
absl::StatusOr<std::string> RenderFixedLabels(std::string_view metric,
                                              const std::vector<std::pair<std::string, std::string>>& labels);

// Renders the label of each state of a state set: it is called as the metric.
// Errors: InvalidArgument: no state, too many, an empty one, one twice, or a name that no label can have.
absl::StatusOr<std::vector<std::string>> RenderStates(std::string_view metric, const std::vector<std::string>& states);

// Adds a series with a whole value to what is collected of a family.
void AddCollectedSeries(std::string_view rendered_labels, uint64_t value, CollectedFamily* family);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_FIXED_FAMILY_H_
