// SPDX-License-Identifier: Apache-2.0
//
// registry_test.cc: families from their declaration to the text of a scrape; what they cost in the budget.
#include "lib/metrics/registry.h"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/gauge.h"
#include "lib/metrics/histogram.h"
#include "lib/metrics/state_set.h"
#include "tests/lib/metrics/registry_service.h"

namespace seriesguard {
namespace {

constexpr char kOpen[] = "version: 1\n";
using StatusCode = absl::StatusCode;

TEST(Registry, ShowsWhatEveryTypeOfFamilyCounts) {
  RegistryService service(kOpen);
  Registry& registry = service.registry();
  auto requests = registry.AddCounter({"http_requests_total", "Requests."}, {"method", "path"}).value();
  auto queue = registry.AddGauge({"queue_bytes", "Waiting.", "bytes"}, {"queue"}).value();
  auto latency = registry.AddHistogram({"latency_seconds", "Time.", "seconds"}, {"path"}, {0.1, 1}).value();
  requests.With({"GET", "/a"}).Increment();
  requests.With({"GET", "/a"}).Increment(2);
  requests.With({"GET", ""}).Increment(0.5);
  queue.With({"mail"}).Set(10);
  queue.With({"mail"}).Decrement(3);
  latency.With({"/a"}).Observe(0.5);
  latency.With({"/a"}).ObserveMultiple({1, 0, 2}, 8);
  EXPECT_EQ(service.Value("http_requests_total{method=\"GET\",path=\"/a\"}"), 3);
  EXPECT_EQ(service.Value("http_requests_total{method=\"GET\"}"), 0.5) << "an empty value is no label";
  EXPECT_EQ(service.Value("queue_bytes{queue=\"mail\"}"), 7);
  EXPECT_EQ(service.Value("latency_seconds_bucket{path=\"/a\",le=\"0.1\"}"), 1);
  EXPECT_EQ(service.Value("latency_seconds_bucket{path=\"/a\",le=\"1\"}"), 2);
  EXPECT_EQ(service.Value("latency_seconds_bucket{path=\"/a\",le=\"+Inf\"}"), 4);
  EXPECT_EQ(service.Value("latency_seconds_count{path=\"/a\"}"), 4);
  EXPECT_EQ(service.Value("latency_seconds_sum{path=\"/a\"}"), 8.5);
}

TEST(Registry, ShowsFamiliesWithoutLabelsFromTheStart) {
  RegistryService service(kOpen);
  auto starts = service.registry().AddCounter({"starts_total", "Starts."}).value();
  auto sizes = service.registry().AddHistogram({"sizes", "Sizes."}, {1, 2}).value();
  auto level = service.registry().AddGauge({"level", "Level."}).value();
  EXPECT_EQ(service.Value("starts_total"), 0);
  EXPECT_EQ(service.Value("sizes_count"), 0);
  EXPECT_EQ(service.Value("level"), std::nullopt) << "a gauge that nobody set has no value";
  starts.With().Increment();
  sizes.Bind().Observe(2);
  level.With().Set(-1);
  EXPECT_EQ(service.Value("starts_total"), 1);
  EXPECT_EQ(service.Value("sizes_bucket{le=\"2\"}"), 1);
  EXPECT_EQ(service.Value("level"), -1);
}

TEST(Registry, CollectsFamiliesInTheirOrderAndTheGuardsOwnBehindThem) {
  RegistryService service(kOpen);
  ASSERT_TRUE(service.registry().AddGauge({"z", ""}, {"a"}).ok());
  ASSERT_TRUE(service.registry().AddCounter({"a_total", ""}, {"a"}).ok());
  ASSERT_TRUE(service.registry().AddHistogram({"m", ""}, {"a"}, std::vector<double>{1, 2}).ok());
  const std::vector<CollectedFamily> families = service.registry().Collect();
  ASSERT_GT(families.size(), 5u);
  EXPECT_EQ(families[0].name, "z");
  EXPECT_EQ(families[1].name, "a_total");
  EXPECT_EQ(families[2].name, "m");
  EXPECT_EQ(families[2].boundaries, (std::vector<double>{1, 2}));
  EXPECT_EQ(families[3].name, "seriesguard_series");
  EXPECT_EQ(families.back().name, "seriesguard_policy_info");
  EXPECT_EQ(service.Value("seriesguard_series{metric=\"z\"}"), 0);
  EXPECT_EQ(service.Value("seriesguard_series_limit{metric=\"z\"}"), std::nullopt) << "the policy has none";
}

TEST(Registry, NegotiatesTheFormat) {
  RegistryService service(kOpen);
  auto requests = service.registry().AddCounter({"http_requests_total", "Requests."}, {"path"}).value();
  requests.With({"/"}).Increment();
  const Exposition text = service.registry().Expose("");
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(text.body.find("# TYPE http_requests_total counter\nhttp_requests_total{path=\"/\"} 1\n"),
            std::string::npos)
      << text.body;
  EXPECT_EQ(text.body.find("_created"), std::string::npos);
  const Exposition open = service.registry().Expose(kOpenMetricsAccept);
  EXPECT_NE(open.content_type.find("application/openmetrics-text"), std::string::npos);
  EXPECT_NE(open.body.find("# TYPE http_requests counter\n"), std::string::npos) << open.body;
  EXPECT_NE(open.body.find("http_requests_created{path=\"/\"} 1000"), std::string::npos) << open.body;
  EXPECT_EQ(open.body.substr(open.body.size() - 6), "# EOF\n");
}

TEST(Registry, RefusesNamesThatCannotBe) {
  RegistryService service(kOpen);
  Registry& registry = service.registry();
  const auto code = [](const auto& made) { return made.ok() ? StatusCode::kOk : made.status().code(); };
  EXPECT_EQ(code(registry.AddCounter({"requests", ""}, {"a"})), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(registry.AddGauge({"size", "", "bytes"}, {"a"})), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(registry.AddGauge({"seriesguard_series", ""}, {"a"})), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(registry.AddHistogram({"h", ""}, {"le"}, {1})), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(registry.AddHistogram({"h", ""}, {"a"}, {2, 1})), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(registry.AddGauge({"g", ""}, {"a", "a"})), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(registry.AddGauge({"g", ""}, {"__name__"})), StatusCode::kInvalidArgument);
  EXPECT_EQ(registry.Collect()[0].name, "seriesguard_policy_info") << "nothing was left behind";
}

TEST(Registry, RefusesFamiliesWhoseSamplesWouldMeet) {
  RegistryService service(kOpen);
  Registry& registry = service.registry();
  ASSERT_TRUE(registry.AddHistogram({"latency", ""}, {"a"}, {1}).ok());
  ASSERT_TRUE(registry.AddCounter({"jobs_total", ""}, {"a"}).ok());
  for (const char* name : {"latency", "latency_count", "latency_bucket", "jobs", "jobs_total", "jobs_created"}) {
    const absl::Status status = registry.AddGauge({name, ""}, {"a"}).status();
    EXPECT_EQ(status.code(), StatusCode::kAlreadyExists) << name;
    EXPECT_NE(status.message().find("belongs to the metric "), std::string::npos) << status.message();
  }
  EXPECT_EQ(registry.AddCounter({"jobs_total", ""}, {"a"}).status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(registry.AddCounter({"latency_total", ""}, {"a"}).status().code(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(registry.AddGauge({"latency_total", ""}, {"a"}).ok()) << "no sample is called that";
}

TEST(Registry, RefusesAPolicyAndStripesThatCannotBe) {
  EXPECT_EQ(Registry::FromText("version: 7\n").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Registry::FromFile("/nowhere/policy.yaml").status().code(), StatusCode::kNotFound);
  for (const int stripes : {-1, 3, 16}) {
    RegistryOptions options;
    options.stripes = stripes;
    EXPECT_EQ(Registry::FromText(kOpen, options).status().code(), StatusCode::kInvalidArgument) << stripes;
  }
  for (const int stripes : {1, 8}) {
    RegistryOptions options;
    options.stripes = stripes;
    auto registry = Registry::FromText(kOpen, options).value();
    auto counter = registry.AddCounter({"a_total", ""}).value();
    counter.With().Increment(3);
    EXPECT_EQ(registry.Collect()[0].series.at(0).integer, 3u);
  }
}

constexpr char kThreePaths[] = "version: 1\nmetrics:\n- name: h_total\n  labels: {path: {value_limit: 3}}\n";

TEST(Registry, FoldsWhatThePolicyDoesNotName) {
  RegistryService service(kThreePaths);
  auto requests = service.registry().AddCounter({"h_total", ""}, {"path"}).value();
  for (int i = 0; i < 10; ++i) requests.With({"/" + std::to_string(i)}).Increment();
  EXPECT_EQ(service.Value("h_total{path=\"other\"}"), 7);
  EXPECT_EQ(service.Value("seriesguard_folded_total{label=\"path\",metric=\"h_total\",reason=\"value_limit\"}"), 7);
  EXPECT_EQ(service.SeriesOf("h", ""), 4u);
}

// The budget is of what a server stores that negotiates OpenMetrics.
TEST(Registry, CountsTheCreatedSeriesInTheCost) {
  for (const bool with_created : {true, false}) {
    const char kPolicy[] =
        "version: 1\nmetrics:\n- name: c_total\n  series_limit: 10\n- name: h\n  series_limit: 24\n- name: g\n"
        "  series_limit: 4\n";
    RegistryService service(kPolicy, with_created);
    auto counter = service.registry().AddCounter({"c_total", ""}, {"path"}).value();
    auto histogram = service.registry().AddHistogram({"h", ""}, {"path"}, {1, 2}).value();
    auto gauge = service.registry().AddGauge({"g", ""}, {"path"}).value();
    for (int i = 0; i < 30; ++i) {
      const std::string path = "/" + std::to_string(i);
      counter.With({path}).Increment();
      histogram.With({path}).Observe(1);
      gauge.With({path}).Set(1);
    }
    EXPECT_EQ(service.SeriesOf("c", kOpenMetricsAccept), 10u);
    EXPECT_EQ(service.SeriesOf("h", kOpenMetricsAccept), with_created ? 24u : 20u);
    EXPECT_EQ(service.SeriesOf("g", kOpenMetricsAccept), 4u);
    EXPECT_EQ(service.Report("c_total").series, service.SeriesOf("c", kOpenMetricsAccept));
    EXPECT_EQ(service.Report("h").series, service.SeriesOf("h", kOpenMetricsAccept));
    EXPECT_EQ(service.SeriesOf("c", ""), with_created ? 5u : 10u) << "of a server that asks for text";
  }
}

TEST(Registry, SaysWhatTheCreatedSeriesCostWhereAReserveDoesNotFit) {
  const char kPolicy[] =
      "version: 1\nmetrics:\n- name: c_total\n  series_limit: 5\n  labels: {code: {allow: [a, b, c, d]}}\n";
  RegistryService service(kPolicy);
  const absl::Status status = service.registry().AddCounter({"c_total", ""}, {"code"}).status();
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_NE(status.message().find("2 x 5 (code) = 10"), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("created_series = false"), std::string::npos) << status.message();
  RegistryService without(kPolicy, /*created_series=*/false);
  EXPECT_TRUE(without.registry().AddCounter({"c_total", ""}, {"code"}).ok());
}

// A series that was retired and comes back begins when its total began.
TEST(Registry, KeepsTheFirstCreationTimeOfASeriesThatGoesOn) {
  const auto policy = [](int limit) {
    return "version: 1\nmetrics:\n- name: c_total\n  capacity: 100\n  series_limit: " + std::to_string(limit) + "\n";
  };
  RegistryService service(policy(20), /*created_series=*/true);
  auto counter = service.registry().AddCounter({"c_total", ""}, {"path"}).value();
  counter.With({"/first"}).Increment();
  service.Advance(1);
  counter.With({"/second"}).Increment(5);
  ASSERT_EQ(service.Value("c_created{path=\"/second\"}", kOpenMetricsAccept), 1001);
  ASSERT_TRUE(service.guard().ReloadFromText(policy(4)).ok());
  EXPECT_EQ(service.Value("c_total{path=\"/second\"}"), 5) << "frozen";
  service.AdvancePastFreeze();
  EXPECT_EQ(service.Value("c_total{path=\"/second\"}"), std::nullopt);
  ASSERT_TRUE(service.guard().ReloadFromText(policy(20)).ok());
  counter.With({"/second"}).Increment();
  counter.With({"/third"}).Increment();
  EXPECT_EQ(service.Value("c_total{path=\"/second\"}"), 6);
  EXPECT_EQ(service.Value("c_created{path=\"/second\"}", kOpenMetricsAccept), 1001);
  EXPECT_EQ(service.Value("c_created{path=\"/third\"}", kOpenMetricsAccept), 1302);
}

TEST(Registry, JoinsGaugesAsThePolicySays) {
  RegistryService service(
      "version: 1\nmetrics:\n- name: g\n  fold: sum\n  labels: {shard: {drop: true}}\n- name: m\n  fold: max\n"
      "  labels: {shard: {drop: true}}\n");
  auto sum = service.registry().AddGauge({"g", ""}, {"shard"}).value();
  auto most = service.registry().AddGauge({"m", ""}, {"shard"}).value();
  auto first = sum.Bind({"a"});
  auto second = sum.Bind({"b"});
  first.Set(3);
  second.Increment(4);
  EXPECT_EQ(service.Value("g"), 7);
  { auto gone = std::move(first); }
  EXPECT_EQ(service.Value("g"), 4);
  most.With({"a"}).Set(9);
  most.With({"b"}).Set(2);
  EXPECT_EQ(service.Value("m"), 9);
}

TEST(Registry, SetsAGaugeToTheTime) {
  RegistryService service(kOpen);
  auto gauge = service.registry().AddGauge({"last_run_timestamp_seconds", ""}).value();
  gauge.With().SetToCurrentTime();
  EXPECT_GT(service.Value("last_run_timestamp_seconds").value(), 1.6e9);
}

TEST(Registry, SaysSomethingByTheLabelsOfAnInfo) {
  RegistryService service(kOpen);
  Registry& registry = service.registry();
  ASSERT_TRUE(registry.AddInfo({"build_info", "Build."}, {{"version", "1.2"}, {"commit", "a\"b"}, {"tag", ""}}).ok());
  EXPECT_EQ(service.Value("build_info{version=\"1.2\",commit=\"a\\\"b\"}"), 1);
  EXPECT_EQ(service.Report("build_info").series, 1u);
  EXPECT_NE(registry.Expose(kOpenMetricsAccept).body.find("# TYPE build info\n"), std::string::npos);
  EXPECT_EQ(registry.AddInfo({"build", ""}, {}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(registry.AddInfo({"x_info", ""}, {{"a", "1"}, {"a", "2"}}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(registry.AddInfo({"x_info", ""}, {{"__a", "1"}}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(registry.AddInfo({"build_info", ""}, {}).code(), StatusCode::kAlreadyExists);
}

TEST(Registry, ShowsInWhichStatesSomethingIs) {
  RegistryService service(kOpen);
  StateSet phase = service.registry().AddStateSet({"phase", ""}, {"starting", "up", "down"}).value();
  EXPECT_EQ(service.Value("phase{phase=\"up\"}"), 0);
  EXPECT_EQ(service.Report("phase").series, 3u);
  phase.SetOnly(1);
  StateSet copy = phase;
  copy.Set(2, true);
  copy.Set(3, true);  // beyond the last: nothing
  copy.SetOnly(64);
  EXPECT_EQ(service.Value("phase{phase=\"starting\"}"), 0);
  EXPECT_EQ(service.Value("phase{phase=\"up\"}"), 1);
  EXPECT_EQ(service.Value("phase{phase=\"down\"}"), 1);
  copy.Set(2, false);
  EXPECT_EQ(service.Value("phase{phase=\"down\"}"), 0);
  const auto code = [&](const std::vector<std::string>& states) {
    return service.registry().AddStateSet({"other", ""}, states).status().code();
  };
  EXPECT_EQ(code({}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({"a", ""}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({"a", "a"}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(std::vector<std::string>(65, "x")), StatusCode::kInvalidArgument);
}

TEST(Registry, CountsFixedFamiliesInTheBudgetThroughReloads) {
  const char kPolicy[] = "version: 1\nbudget: {series_limit: 30}\n";
  RegistryService service(kPolicy);
  ASSERT_TRUE(service.registry().AddStateSet({"phase", ""}, {"a", "b", "c"}).ok());
  const uint64_t taken = service.guard().Report().total_taken;
  EXPECT_GE(taken, 3u);
  ASSERT_TRUE(service.guard().ReloadFromText(kPolicy).ok());
  service.AdvancePastFreeze();
  EXPECT_EQ(service.guard().Report().total_taken, taken);
  EXPECT_EQ(service.Report("phase").series, 3u);
  const absl::Status status =
      service.registry()
          .AddStateSet({"wide", ""},
                       std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                                "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"})
          .status();
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status;
}

TEST(Registry, LetsHandlesAndFamiliesOutliveIt) {
  std::optional<BoundMetric<Counter>> handle;
  std::optional<GuardedFamily<Histogram, 1>> family;
  std::optional<StateSet> states;
  {
    auto registry = Registry::FromText(kOpen).value();
    auto counter = registry.AddCounter({"c_total", ""}, {"a"}).value();
    handle.emplace(counter.Bind({"x"}));
    family.emplace(registry.AddHistogram({"h", ""}, {"a"}, {1}).value());
    states.emplace(registry.AddStateSet({"s", ""}, {"a"}).value());
  }
  handle->Increment();
  family->With({"y"}).Observe(1);
  states->SetOnly(0);
}

TEST(Registry, KeepsEverySeriesInShadowMode) {
  RegistryService service("version: 1\nmode: shadow\nmetrics:\n- name: c_total\n  labels: {path: {value_limit: 3}}\n");
  auto counter = service.registry().AddCounter({"c_total", ""}, {"path"}).value();
  for (int i = 0; i < 5000; ++i) counter.With({std::to_string(i)}).Increment();
  EXPECT_EQ(service.Family("c_total").series.size(), 5000u);
  EXPECT_EQ(service.Value("c_total{path=\"4999\"}"), 1);
}

}  // namespace
}  // namespace seriesguard
