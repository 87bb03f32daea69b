// SPDX-License-Identifier: Apache-2.0
//
// make_forecast_test.cc: churn held against sets of strings on generated snapshots; restarts, ignored labels and evidence
// on small ones.
#include "analyzer/forecast/make_forecast.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/family_resolution.h"
#include "analyzer/forecast/forecast.h"
#include "analyzer/forecast/sample_values.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_dumps.h"
#include "analyzer/reading/read_options.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

Forecast ForecastOf(const std::vector<std::string>& texts, const ForecastOptions& options) {
  SampleValues values;
  ReadOptions reading;
  reading.watcher = &values;
  std::vector<std::string> paths;
  for (size_t i = 0; i < texts.size(); ++i) {
    paths.push_back("snapshot" + std::to_string(i));
    reading.texts[i] = texts[i];
  }
  Progress silent{ProgressOptions{}};
  const absl::StatusOr<ReadResult> read = ReadDumps(paths, reading, &silent);
  EXPECT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->errors.empty());
  ResolveFamilies(read->data.get());
  return MakeForecast(*read->data, values, options);
}

const MetricForecast& Metric(const Forecast& forecast, const std::string& name) {
  for (const MetricForecast& metric : forecast.metrics) {
    if (metric.name == name) return metric;
  }
  ADD_FAILURE() << "no metric " << name;
  return forecast.metrics.front();
}

bool operator==(const Comings& a, const Comings& b) {
  return a.born == b.born && a.returned == b.returned && a.died == b.died;
}

std::string Text(const Comings& comings) {
  return std::to_string(comings.born) + "+" + std::to_string(comings.returned) + "-" + std::to_string(comings.died);
}

// A line of a gauge with a pod that is to be ignored.
std::string Line(int x, int pod) {
  return "m{x=\"" + std::to_string(x) + "\",pod=\"" + std::to_string(pod) + "\"} 1\n";
}

TEST(MakeForecast, ChurnAgreesWithSetsOfStrings) {
  std::mt19937 random(17);
  uint64_t replaced = 0, returned = 0;
  for (int round = 0; round < 300; ++round) {
    const size_t inputs = 2 + random() % 6;
    std::vector<std::string> texts;
    std::vector<std::set<std::pair<int, int>>> series(inputs);
    std::vector<bool> restarts(inputs, false);
    int start = 1;
    for (size_t input = 0; input < inputs; ++input) {
      restarts[input] = input > 0 && random() % 3 == 0;
      start += restarts[input];
      std::string text = "process_start_time_seconds " + std::to_string(start) + "\n";
      const uint32_t lines = 1 + random() % 12;
      for (uint32_t i = 0; i < lines; ++i) {
        const std::pair<int, int> one(static_cast<int>(random() % 8), static_cast<int>(random() % 3));
        if (series[input].insert(one).second) text += Line(one.first, one.second);
      }
      texts.push_back(text);
    }
    Churn wanted;
    std::set<std::pair<int, int>> ever;
    for (size_t input = 0; input < inputs; ++input) {
      Comings& comings = restarts[input] ? wanted.at_restarts : wanted.between;
      for (const auto& one : series[input]) {
        const bool is_known = !ever.insert(one).second;
        if (input == 0 || series[input - 1].count(one) > 0) continue;
        (is_known ? comings.returned : comings.born) += 1;
        const auto& before = series[input - 1];
        wanted.replaced += !is_known && std::any_of(before.begin(), before.end(),
                                                    [&one](const auto& other) { return other.first == one.first; });
      }
      if (input == 0) continue;
      for (const auto& one : series[input - 1]) comings.died += series[input].count(one) == 0;
    }
    ForecastOptions options;
    options.ignored_labels = {"pod"};
    const Forecast forecast = ForecastOf(texts, options);
    const MetricForecast& metric = Metric(forecast, "m");
    ASSERT_TRUE(metric.churn);
    EXPECT_TRUE(metric.churn->between == wanted.between) << Text(metric.churn->between) << " " << Text(wanted.between);
    EXPECT_TRUE(metric.churn->at_restarts == wanted.at_restarts)
        << Text(metric.churn->at_restarts) << " " << Text(wanted.at_restarts);
    EXPECT_EQ(metric.churn->replaced, wanted.replaced);
    EXPECT_EQ(metric.series_now, series.back().size());
    for (size_t input = 0; input < inputs; ++input) {
      EXPECT_EQ(forecast.inputs[input].after_restart, restarts[input]);
      EXPECT_EQ(forecast.inputs[input].series, series[input].size() + 1);
    }
    replaced += wanted.replaced;
    returned += wanted.between.returned + wanted.at_restarts.returned;
  }
  EXPECT_GT(replaced, 0u);
  EXPECT_GT(returned, 0u);
}

TEST(MakeForecast, ACounterThatFallsTellsOfARestartWhereNoStartTimeDoes) {
  const Forecast forecast =
      ForecastOf({"# TYPE a counter\na 5\n", "# TYPE a counter\na 7\n", "# TYPE a counter\na 1\n"}, {});
  EXPECT_FALSE(forecast.inputs[1].after_restart);
  EXPECT_TRUE(forecast.inputs[2].after_restart);
}

TEST(MakeForecast, CountsOfEventsAreEvidenceAndSumsOfUnitsAreNot) {
  const Forecast forecast = ForecastOf(
      {"# TYPE hits_total counter\nhits_total{x=\"1\"} 1\nhits_total{x=\"2\"} 1\nhits_total{x=\"3\"} 9\n"
       "# TYPE sent_bytes_total counter\nsent_bytes_total{x=\"1\"} 1\nsent_bytes_total{x=\"2\"} 1\n"
       "# TYPE part_total counter\npart_total{x=\"1\"} 0.5\n"
       "# TYPE took histogram\ntook_bucket{x=\"1\",le=\"+Inf\"} 1\ntook_sum{x=\"1\"} 0.5\ntook_count{x=\"1\"} 1\n"
       "# TYPE heat gauge\nheat{x=\"1\"} 1\n# TYPE alone gauge\nalone 1\n"},
      {});
  EXPECT_EQ(Metric(forecast, "hits_total").evidence, Evidence::kEvents);
  EXPECT_GT(Metric(forecast, "hits_total").series.high, 12u);
  EXPECT_EQ(Metric(forecast, "took").evidence, Evidence::kEvents);
  EXPECT_EQ(Metric(forecast, "took").series.seen, 3u);
  for (const char* name : {"sent_bytes_total", "part_total", "heat"}) {
    EXPECT_EQ(Metric(forecast, name).evidence, Evidence::kNone) << name;
    EXPECT_EQ(Metric(forecast, name).series.growth, Growth::kUnknown) << name;
  }
  EXPECT_EQ(forecast.without_evidence, 3u);
  EXPECT_EQ(Metric(forecast, "alone").series.growth, Growth::kSaturated) << "without a label nothing can come";
  EXPECT_EQ(Metric(forecast, "alone").series.high, 1u);
}

TEST(MakeForecast, FiveSnapshotsAreEvidenceForEveryType) {
  std::vector<std::string> texts;
  for (int snapshot = 0; snapshot < 8; ++snapshot) {
    std::string text;
    for (int x = 0; x < 20 * (snapshot + 1); ++x) text += Line(x, snapshot / 4);
    texts.push_back(text);
  }
  ForecastOptions options;
  options.ignored_labels = {"pod"};
  options.horizon = 3;
  const Forecast forecast = ForecastOf(texts, options);
  const MetricForecast& metric = Metric(forecast, "m");
  EXPECT_EQ(metric.evidence, Evidence::kSnapshots);
  EXPECT_EQ(metric.series_seen, 160u) << "the pod is left out";
  EXPECT_EQ(metric.series.growth, Growth::kGrowing);
  // 20 an interval, for 14 intervals more.
  EXPECT_EQ(metric.series.middle, 160u + 280u);
  ASSERT_EQ(metric.labels.size(), 1u);
  EXPECT_EQ(metric.labels[0].name, "x");
}

TEST(MakeForecast, RowsThatAreCutAddUp) {
  ForecastOptions options;
  options.limit = 1;
  const std::string text =
      "# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 2\n# TYPE b_total counter\nb_total{x=\"1\"} 1\n"
      "# TYPE c_total counter\nc_total{x=\"1\"} 1\n";
  const Forecast forecast = ForecastOf({text}, options);
  ASSERT_EQ(forecast.metrics.size(), 1u);
  ASSERT_TRUE(forecast.others);
  EXPECT_EQ(forecast.other_metrics, 2u);
  EXPECT_EQ(forecast.metrics[0].series.middle + forecast.others->middle, forecast.total.middle);
  EXPECT_EQ(forecast.metrics[0].series_now + forecast.others->series_now, forecast.total.series_now);
  EXPECT_LE(forecast.total.low, forecast.total.middle);
  EXPECT_LE(forecast.total.middle, forecast.total.high);
}

}  // namespace
}  // namespace seriesguard
