// SPDX-License-Identifier: Apache-2.0
//
// guard_sample.h: a sample of the guard's own metrics with its value, the only values that a census keeps.
//
// Use:      kept by CensusBuilder, read by the verdict (the findings `folded` and `policy_drift`).
// Memory:   at most kMaxGuardSamples of them in a run; a guarded service has a handful a label.
// Source:   docs/guard.md, "What it says of itself": the analyzer reads them back.
#ifndef SERIESGUARD_ANALYZER_CENSUS_GUARD_SAMPLE_H_
#define SERIESGUARD_ANALYZER_CENSUS_GUARD_SAMPLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

inline constexpr size_t kMaxGuardSamples = 100'000;
inline constexpr size_t kMaxGuardSampleBytes = 4096;  // a longer line is left out and counted

inline constexpr std::string_view kPolicyInfoMetric = "seriesguard_policy_info";
inline constexpr std::string_view kFoldedMetric = "seriesguard_folded_total";
inline constexpr std::string_view kLabelDemandMetric = "seriesguard_label_demand";
inline constexpr std::string_view kLabelValuesMetric = "seriesguard_label_values";
inline constexpr std::string_view kLabelLimitMetric = "seriesguard_label_values_limit";
inline constexpr std::string_view kGuardedSeriesMetric = "seriesguard_series";
inline constexpr std::string_view kSeriesLimitMetric = "seriesguard_series_limit";

// Says whether samples of this name are kept with their values.
inline bool IsKeptGuardMetric(std::string_view name) {
  if (name.substr(0, 12) != "seriesguard_") return false;
  for (const std::string_view kept : {kPolicyInfoMetric, kFoldedMetric, kLabelDemandMetric, kLabelValuesMetric,
                                      kLabelLimitMetric, kGuardedSeriesMetric, kSeriesLimitMetric}) {
    if (name == kept) return true;
  }
  return false;
}

// One sample of one of the metrics above. Of the folded ones only those above 0 are kept.
struct GuardSample {
  size_t input = 0;
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  // unescaped, raw bytes, in the order of the line
  double value = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_GUARD_SAMPLE_H_
