// SPDX-License-Identifier: Apache-2.0
//
// sample_values.h: the values of all samples, in the order of the census' rows.
//
// Use:      given to ReadInputs as its watcher; then asked by the name of a table.
// Threads:  one.
// Memory:   8 bytes a sample.
//
// Invariants
//   1. The values of a sample name stand in the order of its samples over all inputs: that of the rows of its table.
#ifndef SERIESGUARD_ANALYZER_FORECAST_SAMPLE_VALUES_H_
#define SERIESGUARD_ANALYZER_FORECAST_SAMPLE_VALUES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/reading/sample_watcher.h"

namespace seriesguard {

class SampleValues : public SampleWatcher {
 public:
  void OnSample(size_t input, const SampleEvent& sample) override;

  // Returns the values of the samples of that name; null where there is none. A name with escapes has none.
  const std::vector<double>* Of(std::string_view name) const;

 private:
  absl::flat_hash_map<std::string, std::vector<double>> of_name_;
  std::vector<double>* latest_ = nullptr;  // of the sample before
  size_t latest_input_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_SAMPLE_VALUES_H_
