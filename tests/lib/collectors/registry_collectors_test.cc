// SPDX-License-Identifier: Apache-2.0
//
// registry_collectors_test.cc: collectors of our own registry, as a scrape sees them.
#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/collectors/collector_output.h"
#include "lib/metrics/registry.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = "version: 1\nbudget: {series_limit: 300}\ndefaults: {series_limit: 40, value_limit: 5}\n";

std::string Scrape(Registry& registry) { return registry.Expose("").body; }
bool Says(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(RegistryCollectors, AreAskedAtEachScrapeOnly) {
  Registry registry = Registry::FromText(kPolicy).value();
  std::atomic<int> asked{0};
  ASSERT_TRUE(registry
                  .AddCollector(
                      "queues",
                      [&asked](CollectorOutput& out) {
                        out.AddGauge("asked", "How \"often\".").Add(++asked);
                        ToldFamily& depth = out.AddGauge("depth", "Depth.", {"queue", "host"});
                        depth.Add({"ma\"il", "h1"}, 2.5);
                        depth.Add({"web", ""}, 1);
                        out.AddHistogram("wait_seconds", "Wait.", {}, {0.5}, "seconds").AddHistogram({}, {3, 1}, 1.25);
                        return absl::OkStatus();
                      })
                  .ok());
  EXPECT_EQ(asked.load(), 0);
  std::string text = Scrape(registry);
  EXPECT_TRUE(Says(text, "asked 1")) << text;
  EXPECT_TRUE(Says(text, "# HELP asked How \"often\".")) << text;
  EXPECT_TRUE(Says(text, "depth{queue=\"ma\\\"il\",host=\"h1\"} 2.5")) << text;
  EXPECT_TRUE(Says(text, "depth{queue=\"web\"} 1")) << text;
  EXPECT_TRUE(Says(text, "wait_seconds_bucket{le=\"0.5\"} 3")) << text;
  EXPECT_TRUE(Says(text, "wait_seconds_bucket{le=\"+Inf\"} 4")) << text;
  EXPECT_TRUE(Says(text, "wait_seconds_sum 1.25")) << text;
  EXPECT_TRUE(Says(text, "wait_seconds_count 4")) << text;
  EXPECT_TRUE(Says(text, "seriesguard_collector_failures_total{collector=\"queues\",reason=\"timeout\"} 0")) << text;
  EXPECT_TRUE(Says(text, "seriesguard_series{metric=\"depth\"} 2")) << text;
  text = Scrape(registry);
  EXPECT_TRUE(Says(text, "asked 2")) << text;
  EXPECT_EQ(registry.CollectorProblem("queues"), "");
}

TEST(RegistryCollectors, AreHeldInsideTheTotal) {
  Registry registry = Registry::FromText(kPolicy).value();
  for (int collector = 0; collector < 3; ++collector) {
    ASSERT_TRUE(registry
                    .AddCollector("c" + std::to_string(collector),
                                  [collector](CollectorOutput& out) {
                                    for (int family = 0; family < 3; ++family) {
                                      ToldFamily& told = out.AddGauge(
                                          "g" + std::to_string(collector) + "_" + std::to_string(family), "G.", {"x"});
                                      for (int i = 0; i < 1000; ++i) told.Add({std::to_string(i)}, i);
                                    }
                                    return absl::OkStatus();
                                  })
                    .ok());
  }
  for (int scrape = 0; scrape < 3; ++scrape) {
    const std::string text = Scrape(registry);
    size_t series = 0;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) series += text[at] != '#';
    EXPECT_LE(series, 300u) << text;
    EXPECT_GT(series, 100u) << text;
  }
}

TEST(RegistryCollectors, MayHaveNoNameOfAnotherFamily) {
  Registry registry = Registry::FromText(kPolicy).value();
  const auto jobs = registry.AddCounter({"jobs_total", "Jobs."}).value();
  jobs.With().Increment();
  const auto tell = [](const char* name) {
    return [name](CollectorOutput& out) {
      out.AddGauge(name, "It.").Add(7);
      return absl::OkStatus();
    };
  };
  ASSERT_TRUE(registry.AddCollector("a", tell("jobs_total")).ok());
  ASSERT_TRUE(registry.AddCollector("b", tell("level")).ok());
  ASSERT_TRUE(registry.AddCollector("c", tell("seriesguard_level")).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(registry.AddCollector("a", tell("other"))));
  EXPECT_TRUE(absl::IsInvalidArgument(registry.AddCollector("", tell("other"))));
  CollectorOptions no_time;
  no_time.timeout = std::chrono::milliseconds(0);
  EXPECT_TRUE(absl::IsInvalidArgument(registry.AddCollector("d", tell("other"), no_time)));
  const std::string text = Scrape(registry);
  EXPECT_TRUE(Says(text, "jobs_total 1")) << text;
  EXPECT_TRUE(Says(text, "level 7")) << text;
  EXPECT_EQ(registry.CollectorProblem("a"), "metric jobs_total: the name jobs_total belongs to the metric jobs_total");
  EXPECT_EQ(registry.CollectorProblem("b"), "");
  EXPECT_NE(registry.CollectorProblem("c"), "");
  // A name that a collector has, nobody else may have later.
  EXPECT_TRUE(absl::IsAlreadyExists(registry.AddGauge({"level", "Mine."}).status()));
}

// What the guard refuses keeps no name, so that a policy with more room lets it in.
TEST(RegistryCollectors, ShowAFamilyAsSoonAsItFits) {
  const auto policy = [](int limit) {
    return "version: 1\nmetrics: [{name: wait_seconds, series_limit: " + std::to_string(limit) + "}]\n";
  };
  Registry registry = Registry::FromText(policy(4)).value();
  ASSERT_TRUE(registry
                  .AddCollector(
                      "waits",
                      [](CollectorOutput& out) {
                        out.AddHistogram("wait_seconds", "Wait.", {}, {0.5, 1, 2}).AddHistogram({}, {3, 1, 0, 0}, 1.25);
                        return absl::OkStatus();
                      })
                  .ok());
  for (int scrape = 0; scrape < 2; ++scrape) {
    EXPECT_EQ(Scrape(registry).find("wait_seconds_count"), std::string::npos);
    EXPECT_NE(registry.CollectorProblem("waits").find("more than series_limit 4"), std::string::npos)
        << registry.CollectorProblem("waits");
  }
  ASSERT_TRUE(registry.guard().ReloadFromText(policy(50)).ok());
  EXPECT_TRUE(Says(Scrape(registry), "wait_seconds_count 4"));
  EXPECT_EQ(registry.CollectorProblem("waits"), "");
}

TEST(RegistryCollectors, ThatFailCostTheirOwnFamilies) {
  Registry registry = Registry::FromText(kPolicy).value();
  const auto jobs = registry.AddCounter({"jobs_total", "Jobs."}).value();
  std::promise<void> release;
  std::shared_future<void> released = release.get_future();
  CollectorOptions options;
  options.timeout = std::chrono::milliseconds(100);
  ASSERT_TRUE(registry
                  .AddCollector(
                      "blocks",
                      [released](CollectorOutput& out) {
                        released.wait();
                        out.AddGauge("late", "L.").Add(1);
                        return absl::OkStatus();
                      },
                      options)
                  .ok());
  ASSERT_TRUE(registry
                  .AddCollector("throws",
                                [](CollectorOutput& out) -> absl::Status {
                                  out.AddGauge("half", "H.").Add(1);
                                  throw std::runtime_error("gone");
                                })
                  .ok());
  ASSERT_TRUE(registry
                  .AddCollector("works",
                                [](CollectorOutput& out) {
                                  out.AddGauge("level", "L.").Add(1);
                                  return absl::OkStatus();
                                })
                  .ok());
  const std::string text = Scrape(registry);
  EXPECT_TRUE(Says(text, "level 1")) << text;
  EXPECT_EQ(text.find("\nhalf"), std::string::npos) << "nothing of it";
  EXPECT_EQ(text.find("\nlate"), std::string::npos);
  EXPECT_TRUE(Says(text, "seriesguard_collector_failures_total{collector=\"blocks\",reason=\"timeout\"} 1")) << text;
  EXPECT_TRUE(Says(text, "seriesguard_collector_failures_total{collector=\"throws\",reason=\"exception\"} 1")) << text;
  EXPECT_EQ(registry.CollectorProblem("throws"), "the collector threw: gone");
  release.set_value();
}

TEST(RegistryCollectors, ServeManyScrapesAndReloadsAtOnce) {
  Registry registry = Registry::FromText(kPolicy).value();
  std::atomic<int> inside{0};
  std::atomic<bool> was_alone{true};
  ASSERT_TRUE(registry
                  .AddCollector("jobs",
                                [&](CollectorOutput& out) {
                                  if (inside.fetch_add(1) != 0) was_alone = false;
                                  ToldFamily& told = out.AddCounter("jobs_total", "J.", {"queue"});
                                  for (int i = 0; i < 20; ++i) told.Add({"q" + std::to_string(i)}, 5);
                                  inside.fetch_sub(1);
                                  return absl::OkStatus();
                                })
                  .ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&registry, i] {
      for (int round = 0; round < 50; ++round) {
        if (i == 0) {
          const std::string limit = std::to_string(2 + round % 6);
          EXPECT_TRUE(registry.guard()
                          .ReloadFromText("version: 1\ndefaults: {series_limit: 40, value_limit: " + limit + "}\n")
                          .ok());
        } else {
          EXPECT_NE(Scrape(registry).find("jobs_total{"), std::string::npos);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(was_alone.load());
}

}  // namespace
}  // namespace seriesguard
