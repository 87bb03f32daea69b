// SPDX-License-Identifier: Apache-2.0
//
// make_forecast.h: from the rows of all inputs to what production will have.
//
// Use:      once a run; the inputs were read into one census, with SampleValues as the watcher.
// Threads:  one.
// Cost:     a few passes over the rows of each family, and one a label.
// Source:   docs/forecast.md.
#ifndef SERIESGUARD_ANALYZER_FORECAST_MAKE_FORECAST_H_
#define SERIESGUARD_ANALYZER_FORECAST_MAKE_FORECAST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/forecast/forecast.h"
#include "analyzer/forecast/sample_values.h"

namespace seriesguard {

struct ForecastOptions {
  double horizon = 10;  // how many times what the inputs cover; at least 1
  uint64_t replicas = 1;
  std::vector<std::string> ignored_labels;
  size_t limit = 0;  // metrics in the list, 0 = all
};

// Makes the forecast of one target: the inputs are its snapshots, equally far apart, or one dump. Fills everything of
// the result but `tool`, `server` and `skipped_lines`.
//
// Requires:  `data` is sealed, resolved (family_resolution.h), not sketched, and has at least one input.
Forecast MakeForecast(const CensusData& data, const SampleValues& values, const ForecastOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_MAKE_FORECAST_H_
