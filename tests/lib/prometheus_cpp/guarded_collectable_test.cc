// SPDX-License-Identifier: Apache-2.0
//
// guarded_collectable_test.cc: Collectables of prometheus-cpp, a whole registry among them, held inside the budget.
#include "lib/prometheus_cpp/guarded_collectable.h"

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/prometheus_cpp/guard_collectable.h"

namespace seriesguard {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr char kPolicy[] =
    "version: 1\n"
    "defaults: {series_limit: 200, value_limit: 2}\n"
    "metrics:\n"
    "  - match: depth\n"
    "    series_limit: 100\n"
    "    fold: sum\n"
    "    labels: {queue: {allow: [mail]}}\n";

class Told : public prometheus::Collectable {
 public:
  explicit Told(std::function<std::vector<MetricFamily>()> tell) : tell_(std::move(tell)) {}
  std::vector<MetricFamily> Collect() const override { return tell_(); }

 private:
  const std::function<std::vector<MetricFamily>()> tell_;
};

MetricFamily Gauges(const std::string& name, const std::vector<std::pair<std::string, double>>& values) {
  MetricFamily family;
  family.name = name;
  family.help = "G.";
  family.type = MetricType::Gauge;
  for (const auto& [queue, value] : values) {
    ClientMetric metric;
    metric.label.push_back({"queue", queue});
    metric.gauge.value = value;
    family.metric.push_back(metric);
  }
  return family;
}

std::string TextOf(const std::vector<MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}
bool Says(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(GuardedCollectable, HoldsARegistryInsideTheBudget) {
  auto registry = std::make_shared<prometheus::Registry>();
  auto& jobs = prometheus::BuildCounter().Name("jobs_total").Help("Jobs.").Register(*registry);
  auto& depth = prometheus::BuildGauge().Name("depth").Help("Depth.").Register(*registry);
  auto& seconds = prometheus::BuildHistogram().Name("seconds").Help("Time.").Register(*registry);
  auto& size = prometheus::BuildSummary().Name("size").Help("Size.").Register(*registry);
  const prometheus::Histogram::BucketBoundaries boundaries = {0.1, 1};
  const prometheus::Summary::Quantiles quantiles = {{0.5, 0.01}};
  for (int i = 0; i < 10; ++i) {
    const std::string queue = "q" + std::to_string(i);
    jobs.Add({{"queue", queue}}).Increment(1);
    depth.Add({{"queue", queue}}).Set(3);
    seconds.Add({{"queue", queue}}, boundaries).Observe(0.5);
    size.Add({{"queue", queue}}, quantiles).Observe(7);
  }
  const Guard guard = Guard::FromText(kPolicy).value();
  const auto guarded = GuardedCollectable::Make(guard, "pool", registry).value();
  const auto own = Collectable(guard);
  for (int scrape = 0; scrape < 3; ++scrape) {
    const std::vector<MetricFamily> families = guarded->Collect();
    EXPECT_EQ(guarded->problem(), "");
    ASSERT_EQ(families.size(), 4u);
    double total = 0;
    uint64_t observed = 0, in_first = 0, sized = 0;
    for (const MetricFamily& family : families) {
      EXPECT_EQ(family.metric.size(), family.name == "depth" ? 1u : 3u) << family.name;
      for (const ClientMetric& metric : family.metric) {
        if (family.name == "jobs_total") total += metric.counter.value;
        if (family.name == "depth") {
          EXPECT_EQ(metric.gauge.value, 30);
        }
        if (family.name == "seconds") {
          EXPECT_EQ(family.type, MetricType::Histogram);
          observed += metric.histogram.sample_count;
          in_first += metric.histogram.bucket[0].cumulative_count;
          ASSERT_EQ(metric.histogram.bucket.size(), 3u);
          EXPECT_EQ(metric.histogram.bucket[1].cumulative_count, metric.histogram.sample_count);
        }
        if (family.name == "size") {
          sized += metric.summary.sample_count;
          const bool is_other = metric.label[0].value == "other";
          EXPECT_EQ(metric.summary.quantile.size(), is_other ? 0u : 1u) << "quantiles do not add up";
        }
      }
    }
    EXPECT_EQ(total, 10);
    EXPECT_EQ(observed, 10u);
    EXPECT_EQ(in_first, 0u);
    EXPECT_EQ(sized, 10u);
    const std::string text = TextOf(own->Collect());
    EXPECT_TRUE(Says(text, "seriesguard_collector_failures_total{collector=\"pool\",reason=\"error\"} 0")) << text;
    EXPECT_TRUE(Says(text, "seriesguard_series{metric=\"jobs_total\"} 3")) << text;
  }
}

TEST(GuardedCollectable, TellsOfAllCollectorsInOneFamily) {
  const Guard guard = Guard::FromText(kPolicy).value();
  const auto own = Collectable(guard);
  const auto a = GuardedCollectable::Make(guard, "a", std::make_shared<Told>([] {
                                            return std::vector<MetricFamily>{Gauges("a", {{"x", 1}})};
                                          }))
                     .value();
  {
    const auto b =
        GuardedCollectable::Make(
            guard, "b", std::make_shared<Told>([]() -> std::vector<MetricFamily> { throw std::runtime_error("no"); }))
            .value();
    (void)a->Collect();
    EXPECT_TRUE(b->Collect().empty());
    EXPECT_EQ(b->problem(), "the collector threw: no");
    const std::string text = TextOf(own->Collect());
    const size_t first = text.find("# TYPE seriesguard_collector_failures_total");
    ASSERT_NE(first, std::string::npos) << text;
    EXPECT_EQ(text.find("# TYPE seriesguard_collector_failures_total", first + 1), std::string::npos) << text;
    EXPECT_TRUE(Says(text, "seriesguard_collector_failures_total{collector=\"b\",reason=\"exception\"} 1")) << text;
  }
  EXPECT_EQ(TextOf(own->Collect()).find("collector=\"b\""), std::string::npos) << "it is gone";
}

TEST(GuardedCollectable, RefusesWhatCannotBe) {
  const Guard guard = Guard::FromText(kPolicy).value();
  const auto problem_of = [&guard](std::vector<MetricFamily> families) {
    const auto guarded =
        GuardedCollectable::Make(guard, "c", std::make_shared<Told>([families] { return families; })).value();
    EXPECT_TRUE(guarded->Collect().empty());
    return guarded->problem();
  };
  EXPECT_EQ(problem_of({Gauges("g", {{"a", 1}}), Gauges("g", {{"b", 1}})}),
            "metric g: the collector tells it twice in one run");
  EXPECT_EQ(problem_of({Gauges("g", {{"a", 1}, {"a", 2}})}), "metric g: the label set {\"a\"} is told twice");
  MetricFamily twice = Gauges("g", {{"a", 1}});
  twice.metric[0].label.push_back({"queue", "b"});
  EXPECT_EQ(problem_of({twice}), "the collector failed: metric g: the label queue is given twice");
  MetricFamily buckets;
  buckets.name = "h";
  buckets.type = MetricType::Histogram;
  buckets.metric.resize(2);
  buckets.metric[0].label.push_back({"queue", "a"});
  buckets.metric[0].histogram.bucket.push_back({1, 0.5});
  EXPECT_EQ(problem_of({buckets}),
            "the collector failed: metric h: its label sets have different buckets or quantiles");
  EXPECT_FALSE(
      GuardedCollectable::Make(guard, "", std::make_shared<Told>([] { return std::vector<MetricFamily>(); })).ok());
  EXPECT_FALSE(GuardedCollectable::Make(guard, "x", nullptr).ok());
}

TEST(GuardedCollectable, TakesLabelSetsOfDifferentNames) {
  const Guard guard = Guard::FromText(kPolicy).value();
  const auto guarded = GuardedCollectable::Make(guard, "c", std::make_shared<Told>([] {
                                                  MetricFamily family = Gauges("g", {{"a", 1}});
                                                  ClientMetric other;
                                                  other.label.push_back({"host", "h"});
                                                  other.gauge.value = 2;
                                                  family.metric.push_back(other);
                                                  return std::vector<MetricFamily>{family};
                                                }))
                           .value();
  const std::string text = TextOf(guarded->Collect());
  EXPECT_TRUE(Says(text, "g{queue=\"a\"} 1")) << text;
  EXPECT_TRUE(Says(text, "g{host=\"h\"} 2")) << text;
}

}  // namespace
}  // namespace seriesguard
