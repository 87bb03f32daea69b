// SPDX-License-Identifier: Apache-2.0
//
// forecast.h: what a few dumps say of what production will have, as plain data.
//
// Use:      made by MakeForecast; rendered by text_forecast and json_forecast.
// Threads:  plain data.
// Source:   docs/forecast.md: the document "seriesguard.forecast/1" mirrors this file field by field.
#ifndef SERIESGUARD_ANALYZER_FORECAST_FORECAST_H_
#define SERIESGUARD_ANALYZER_FORECAST_FORECAST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/metric_type.h"
#include "analyzer/forecast/unseen_values.h"

namespace seriesguard {

// What an estimate rests on.
enum class Evidence : uint8_t {
  kNone,       // gauges of one dump, sums of seconds or bytes: how often a value came is not known
  kEvents,     // how often each value was counted
  kSnapshots,  // in which snapshot each value came first
};

// "none", "events", "snapshots".
std::string_view EvidenceName(Evidence evidence);

struct LabelForecast {
  std::string name;
  Evidence evidence = Evidence::kNone;
  UnseenEstimate values;
};

// Series that came and went between one snapshot and the next.
struct Comings {
  uint64_t born = 0;      // never seen before
  uint64_t returned = 0;  // seen before, but not in the snapshot before
  uint64_t died = 0;      // not there any more; a series that returns and goes again dies again
};

struct Churn {
  Comings between;      // where the process went on
  Comings at_restarts;  // where it began anew in between
  // Of what was born: the same series but for the ignored labels was there in the snapshot before.
  uint64_t replaced = 0;
};

struct MetricForecast {
  std::string name;
  MetricType type = MetricType::kNone;
  uint64_t series_now = 0;   // of the last input
  uint64_t series_seen = 0;  // of all inputs together, without the ignored labels
  Evidence evidence = Evidence::kNone;
  UnseenEstimate series;  // of the union of all inputs, as a server has them that forgets none
  std::optional<Churn> churn;
  std::vector<LabelForecast> labels;  // by name; without le and quantile
};

struct ForecastTotal {
  uint64_t series_now = 0, series_seen = 0;
  uint64_t low = 0, middle = 0, high = 0;  // the middles' sum; the ends take the metrics' errors to be independent
  std::optional<Churn> churn;
};

struct ForecastInput {
  std::string path;
  uint64_t series = 0;
  bool after_restart = false;  // the process began anew since the input before
};

struct Forecast {
  std::string tool;
  std::string server;
  std::vector<ForecastInput> inputs;
  double horizon = 0;
  uint64_t replicas = 1;
  std::vector<std::string> ignored_labels;
  uint64_t skipped_lines = 0;
  ForecastTotal total;
  uint64_t without_evidence = 0;        // metrics whose growth nothing is known of
  std::vector<MetricForecast> metrics;  // most series in the middle first, then by name
  std::optional<ForecastTotal> others;  // of the metrics that --limit cut ...
  uint64_t other_metrics = 0;           // ... and how many they are
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_FORECAST_H_
