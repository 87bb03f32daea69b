// SPDX-License-Identifier: Apache-2.0
//
// simulate_policy_test.cc: small dumps of which everybody can say what a guard makes of them.
#include "analyzer/simulation/simulate_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/simulation/json_simulation.h"
#include "analyzer/simulation/simulation_schema.h"
#include "analyzer/simulation/text_simulation.h"
#include "tests/analyzer/report/schema_check.h"
#include "tests/analyzer/simulation/simulated_dump.h"

namespace seriesguard {
namespace {

constexpr char kTwoPlaces[] =
    "version: 1\nmetrics:\n- {name: c_total, series_limit: 100, labels: {a: {value_limit: 2}}}\n";
constexpr char kFour[] =
    "# TYPE c_total counter\nc_total{a=\"w\"} 1\nc_total{a=\"x\"} 20\nc_total{a=\"y\"} 3\nc_total{a=\"z\"} 40\n";

std::string Written(const std::string& yaml, const std::string& text, ArrivalOrder order = ArrivalOrder::kFile) {
  std::string document;
  SimulationOptions options;
  options.order = order;
  options.exposition = &document;
  const Simulation simulation = Simulate(yaml, text, options);
  EXPECT_TRUE(simulation.IsConserved());
  return document;
}

const SimulatedMetric& Only(const Simulation& simulation) { return simulation.inputs[0].metrics[0]; }

TEST(SimulatePolicy, NamesWhoComesFirst) {
  EXPECT_EQ(Written(kTwoPlaces, kFour),
            "# TYPE c_total counter\nc_total{a=\"w\"} 1\nc_total{a=\"x\"} 20\nc_total{a=\"other\"} 43\n");
  EXPECT_EQ(Written(kTwoPlaces, kFour, ArrivalOrder::kBusiest),
            "# TYPE c_total counter\nc_total{a=\"z\"} 40\nc_total{a=\"x\"} 20\nc_total{a=\"other\"} 4\n");
  EXPECT_EQ(Written(kTwoPlaces, kFour, ArrivalOrder::kAdversarial),
            "# TYPE c_total counter\nc_total{a=\"w\"} 1\nc_total{a=\"y\"} 3\nc_total{a=\"other\"} 60\n");
}

TEST(SimulatePolicy, TellsWhatFolds) {
  const Simulation simulation = Simulate(kTwoPlaces, kFour);
  const SimulatedMetric& metric = Only(simulation);
  EXPECT_EQ(metric.series_before, 4u);
  EXPECT_EQ(metric.series_after, 3u);
  EXPECT_TRUE(metric.range.IsExact());  // whoever comes first: two names and the rest
  EXPECT_TRUE(metric.limit_bit);
  ASSERT_EQ(metric.folds.size(), 1u);
  const FoldRow& row = metric.folds[0];
  EXPECT_EQ(row.label, "a");
  EXPECT_EQ(row.reason, "value_limit");
  EXPECT_EQ(row.into, "other");
  EXPECT_EQ(row.values, 2u);
  EXPECT_EQ(row.label_sets, 2u);
  EXPECT_EQ(row.count, 43);
  EXPECT_EQ(row.examples, (std::vector<std::string>{"y", "z"}));
  ASSERT_EQ(metric.totals.size(), 1u);
  EXPECT_EQ(metric.totals[0].before, 64);
  EXPECT_EQ(metric.totals[0].after, 64);
  EXPECT_EQ(metric.totals[0].verdict, TotalRow::Verdict::kExact);
}

TEST(SimulatePolicy, LetsTheBusiestHaveThePlacesTheyWouldGet) {
  const std::string yaml =
      "version: 1\nmetrics:\n- {name: c_total, series_limit: 100, labels: {a: {value_limit: 2, admit: busiest}}}\n";
  EXPECT_EQ(Written(yaml, kFour),
            "# TYPE c_total counter\nc_total{a=\"z\"} 40\nc_total{a=\"x\"} 20\nc_total{a=\"other\"} 4\n");
}

TEST(SimulatePolicy, ChangesNothingInShadow) {
  const std::string shadow = "version: 1\nmode: shadow\n" + std::string(kTwoPlaces).substr(11);
  EXPECT_EQ(Written(shadow, kFour), kFour);
  const Simulation simulation = Simulate(shadow, kFour);
  EXPECT_TRUE(simulation.is_shadow);
  EXPECT_EQ(Only(simulation).series_after, 3u);  // what it would do
}

TEST(SimulatePolicy, SumsHistogramsBucketByBucket) {
  const std::string yaml = "version: 1\nmetrics:\n- {name: h, series_limit: 100, labels: {a: {drop: true}}}\n";
  EXPECT_EQ(
      Written(yaml,
              "# TYPE h histogram\nh_bucket{a=\"x\",le=\"1\"} 1\nh_bucket{a=\"x\",le=\"+Inf\"} 2\nh_sum{a=\"x\"} 0.1\n"
              "h_count{a=\"x\"} 2\nh_bucket{a=\"y\",le=\"1.0\"} 5\nh_bucket{a=\"y\",le=\"2\"} 6\n"
              "h_bucket{a=\"y\",le=\"+Inf\"} 7\nh_sum{a=\"y\"} 0.2\nh_count{a=\"y\"} 7\n"),
      "# TYPE h histogram\nh_bucket{le=\"1\"} 6\nh_bucket{le=\"+Inf\"} 9\nh_sum 0.30000000000000004\nh_count 9\n");
}

TEST(SimulatePolicy, SaysWhichBoundaryIsLost) {
  const Simulation simulation =
      Simulate("version: 1\nmetrics:\n- {name: h, series_limit: 100, labels: {a: {drop: true}}}\n",
               "# TYPE h histogram\nh_bucket{a=\"x\",le=\"+Inf\"} 2\nh_count{a=\"x\"} 2\n"
               "h_bucket{a=\"y\",le=\"2\"} 6\nh_bucket{a=\"y\",le=\"+Inf\"} 7\nh_count{a=\"y\"} 7\n");
  const SimulatedMetric& metric = Only(simulation);
  ASSERT_EQ(metric.totals.size(), 3u);
  EXPECT_EQ(metric.totals[0].boundary, "2");
  EXPECT_EQ(metric.totals[0].before, 6);
  EXPECT_EQ(metric.totals[0].lost, 6);
  EXPECT_EQ(metric.totals[0].after, 0);
  EXPECT_EQ(metric.totals[0].verdict, TotalRow::Verdict::kExact);
}

TEST(SimulatePolicy, JoinsGaugesAsTheRuleSays) {
  const auto folded = [](const std::string& fold) {
    return Written(
        "version: 1\nmetrics:\n- {name: g, series_limit: 100, fold: " + fold + ", labels: {a: {drop: true}}}\n",
        "# TYPE g gauge\ng{a=\"x\"} 5\ng{a=\"y\"} -2\ng{a=\"z\"} NaN\ng{a=\"w\"} 3\n");
  };
  EXPECT_EQ(folded("sum"), "# TYPE g gauge\ng 6\n");
  EXPECT_EQ(folded("max"), "# TYPE g gauge\ng 5\n");
  EXPECT_EQ(folded("min"), "# TYPE g gauge\ng -2\n");
  EXPECT_EQ(folded("last"), "# TYPE g gauge\ng 3\n");
}

TEST(SimulatePolicy, RefusesToFoldQuantiles) {
  const std::string text = "# TYPE s summary\ns{a=\"x\",quantile=\"0.5\"} 5\ns_sum{a=\"x\"} 7\ns_count{a=\"x\"} 2\n";
  const std::string yaml = "version: 1\nmetrics:\n- {name: s, series_limit: 100, labels: {a: {drop: true}}}\n";
  EXPECT_EQ(Written(yaml, text), text);
  const Simulation simulation = Simulate(yaml, text);
  EXPECT_EQ(Only(simulation).treatment, SimulatedMetric::Treatment::kRefused);
  EXPECT_NE(Only(simulation).why.find("quantiles"), std::string::npos);
}

TEST(SimulatePolicy, PassesWhatTheGuardRefuses) {
  // A service could not wrap it either.
  const Simulation simulation =
      Simulate("version: 1\nmetrics:\n- {match: \"g.*\", series_limit: 9, labels: {a: {allow: [x, y, z]}}}\n",
               "# TYPE gauge_one gauge\ngauge_one{a=\"x\"} 5\n");
  EXPECT_EQ(Only(simulation).treatment, SimulatedMetric::Treatment::kRefused);
  EXPECT_NE(Only(simulation).why.find("fold"), std::string::npos);
}

TEST(SimulatePolicy, KeepsTimestampsOfWhatDoesNotFold) {
  EXPECT_EQ(
      Written("version: 1\nmetrics:\n- {name: c_total, series_limit: 100, labels: {a: {value_limit: 1}}}\n",
              "# TYPE c_total counter\nc_total{a=\"x\"} 1 1000\nc_total{a=\"x\"} 2 2000\nc_total{a=\"y\"} 3 1000\n"
              "c_total{a=\"z\"} 3 1000\n"),
      "# TYPE c_total counter\nc_total{a=\"x\"} 2 2000\nc_total{a=\"other\"} 6\n");
}

TEST(SimulatePolicy, KeepsTheEarliestStart) {
  EXPECT_EQ(Written("version: 1\nmetrics:\n- {name: c_total, series_limit: 100, labels: {a: {drop: true}}}\n",
                    "# TYPE c_total counter\nc_total{a=\"x\"} 1\nc_created{a=\"x\"} 2000\nc_total{a=\"y\"} 3\n"
                    "c_created{a=\"y\"} 1000\n"),
            "# TYPE c_total counter\nc_total 4\nc_created 1000\n");
}

TEST(SimulatePolicy, ShowsClosedSetsAtZero) {
  const Simulation simulation =
      Simulate("version: 1\nmetrics:\n- {name: c_total, series_limit: 100, labels: {a: {allow: [x, y]}}}\n",
               "# TYPE c_total counter\nc_total{a=\"x\"} 1\n");
  EXPECT_EQ(Only(simulation).series_after, 2u);
  EXPECT_EQ(Only(simulation).series_at_zero, 1u);
}

TEST(SimulatePolicy, JudgesEachInputAlone) {
  const SimulatedDump dump = ReadDumpTexts({kFour, kFour});
  const auto simulation = SimulatePolicy(PolicyOf(kTwoPlaces), *dump.census, *dump.tables, {});
  ASSERT_TRUE(simulation.ok());
  ASSERT_EQ(simulation->inputs.size(), 2u);
  for (const SimulatedInput& input : simulation->inputs) {
    EXPECT_EQ(input.series_before, 4u);
    EXPECT_EQ(input.series_after, 3u);
  }
}

TEST(SimulatePolicy, IsShownAsTextAndAsTheSchemaSays) {
  const Simulation simulation = Simulate(
      "version: 1\nmetrics:\n- {name: c_total, series_limit: 3, labels: {a: {value_limit: 2}}}\n- {name: s, "
      "series_limit: 9}\n",
      "# TYPE c_total counter\nc_total{a=\"w\",b=\"1\"} 1\nc_total{a=\"x\"} 0.1\nc_total{a=\"y\"} "
      "NaN\nc_total{a=\"\xc3\xa4\"} 40\n"
      "# TYPE s summary\ns{quantile=\"0.5\"} 1\n# TYPE free gauge\nfree 1\n");
  const std::string json = RenderJsonSimulation(simulation);
  EXPECT_EQ(SchemaViolations(SimulationSchema(), json), std::vector<std::string>()) << json;
  const std::string text = RenderTextSimulation(simulation, {});
  EXPECT_NE(text.find("ANY ORDER"), std::string::npos) << text;
  EXPECT_NE(text.find("passes as it is"), std::string::npos) << text;
  EXPECT_NE(text.find("1 metric without a rule"), std::string::npos) << text;
}

}  // namespace
}  // namespace seriesguard
