// SPDX-License-Identifier: Apache-2.0
//
// guarded_collector_test.cc: what collectors tell is held inside the budget, its sums never go back, and a collector that
// throws, blocks, or talks nonsense costs its own families only.
#include "lib/collectors/guarded_collector.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <future>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

using std::chrono::milliseconds;

constexpr char kPolicy[] =
    "version: 1\n"
    "defaults: {series_limit: 1000, value_limit: 3}\n"
    "metrics:\n"
    "  - match: jobs_total\n"
    "    series_limit: 100\n"
    "    labels: {queue: {value_limit: 2, admit: busiest}}\n"
    "  - match: depth\n"
    "    series_limit: 100\n"
    "    fold: max\n"
    "    labels: {queue: {allow: [mail, web]}}\n"
    "  - match: seconds\n"
    "    series_limit: 100\n"
    "    labels: {queue: {allow: [mail]}}\n";

GuardedCollector::Owner AnyFamily() {
  GuardedCollector::Owner owner;
  owner.check = [](const ToldFamily&) { return absl::OkStatus(); };
  owner.release = [](const ToldFamily&) {};
  owner.cost = [](const ToldFamily& told) { return told.boundaries().empty() ? 1 : told.boundaries().size() + 3; };
  return owner;
}

class TestCollector {
 public:
  explicit TestCollector(Collector collector, CollectorOptions options = {}, std::string policy = kPolicy)
      : guard(Guard::FromText(policy).value()), guarded(guard, "test", std::move(collector), options, AnyFamily()) {}

  absl::StatusOr<GuardedCollector::Runner::Shared> Ask() { return guarded.Await(guarded.Start()); }
  // Series as name{label="value"} to what they show.
  std::map<std::string, double> Shown() {
    const auto families = Ask();
    EXPECT_TRUE(families.ok()) << families.status().message();
    std::map<std::string, double> shown;
    if (!families.ok()) return shown;
    for (const ShownFamily& family : **families) {
      for (const auto& [labels, point] : family.series) {
        std::string key = family.name + "{";
        for (const auto& [name, value] : labels) key += name + "=" + value + ",";
        key += "}";
        EXPECT_EQ(shown.count(key), 0u) << key << " twice";
        shown[key] = point.value;
        for (size_t i = 0; i < point.buckets.size(); ++i) shown[key + std::to_string(i)] = point.buckets[i];
      }
    }
    return shown;
  }

  Guard guard;
  GuardedCollector guarded;
};

using Values = std::map<std::string, double>;

// Families ---------------------------------------------------------------------------------------------------------------

TEST(GuardedCollector, FoldsWhatHasNoPlace) {
  Values told = {{"a", 1}, {"b", 2}, {"c", 4}, {"d", 8}};
  TestCollector collector([&told](CollectorOutput& out) {
    ToldFamily& jobs = out.AddCounter("jobs_total", "Jobs.", {"queue"});
    for (const auto& [queue, count] : told) jobs.Add({queue}, count);
    return absl::OkStatus();
  });
  EXPECT_EQ(collector.Shown(),
            (Values{{"jobs_total{queue=a,}", 1}, {"jobs_total{queue=b,}", 2}, {"jobs_total{queue=other,}", 12}}));
  // Whoever came first keeps its place, though the policy says `busiest`; a series that is not told is not shown.
  told = {{"a", 1}, {"c", 1000}, {"d", 2000}};
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(collector.Shown(), (Values{{"jobs_total{queue=a,}", 1}, {"jobs_total{queue=other,}", 3000}}));
  }
  told["b"] = 3;
  EXPECT_EQ(collector.Shown()["jobs_total{queue=b,}"], 3) << "its place waited for it";
}

TEST(GuardedCollector, SumOfFoldedCountersNeverGoesBack) {
  Values told = {{"a", 1}, {"b", 2}, {"c", 40}, {"d", 80}};
  TestCollector collector([&told](CollectorOutput& out) {
    ToldFamily& jobs = out.AddCounter("jobs_total", "Jobs.", {"queue"});
    for (const auto& [queue, count] : told) jobs.Add({queue}, count);
    return absl::OkStatus();
  });
  EXPECT_EQ(collector.Shown()["jobs_total{queue=other,}"], 120);
  told.erase("d");  // ended: the sum falls by 80
  EXPECT_EQ(collector.Shown()["jobs_total{queue=other,}"], 120);
  EXPECT_EQ(collector.guarded.counts().resets, 1u);
  told["c"] = 45;
  EXPECT_EQ(collector.Shown()["jobs_total{queue=other,}"], 125) << "counts on";
  told.erase("c");
  EXPECT_EQ(collector.Shown()["jobs_total{queue=other,}"], 125) << "stays, with nobody to feed it";
  EXPECT_EQ(collector.Shown()["jobs_total{queue=other,}"], 125);
  told["d"] = 5;
  EXPECT_EQ(collector.Shown()["jobs_total{queue=other,}"], 130);
  EXPECT_EQ(collector.guarded.counts().resets, 2u);
  told["a"] = 0;  // its own restart is its own
  EXPECT_EQ(collector.Shown()["jobs_total{queue=a,}"], 0);
  EXPECT_EQ(collector.guarded.counts().resets, 2u);
}

// Against the definition, kept in the simplest way: the shown sum rises by what the told sum rises, and never falls.
TEST(GuardedCollector, SumsAreTheDefinitionsOverRandomHistories) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int history = 0; history < 30; ++history) {
    std::map<std::string, uint64_t> told;
    TestCollector collector([&told](CollectorOutput& out) {
      ToldFamily& jobs = out.AddCounter("jobs_total", "Jobs.", {"queue"});
      for (const auto& [queue, count] : told) jobs.Add({queue}, static_cast<double>(count));
      return absl::OkStatus();
    });
    told = {{"a", 1}, {"b", 1}};
    (void)collector.Shown();
    double expected = 0, last = 0;
    bool seen = false;
    for (int step = 0; step < 100; ++step) {
      const std::string queue = "q" + std::to_string(random() % 6);
      switch (random() % 4) {
        case 0: told.erase(queue); break;
        case 1: told[queue] = random() % 10; break;
        default: told[queue] += random() % 10;
      }
      double sum = 0;
      for (const auto& [name, count] : told) {
        if (name[0] != 'q') continue;
        sum += static_cast<double>(count);
        seen = true;
      }
      expected += std::max(0.0, sum - last);
      last = sum;
      const Values shown = collector.Shown();
      const auto other = shown.find("jobs_total{queue=other,}");
      ASSERT_EQ(other != shown.end(), seen);
      if (seen) {
        ASSERT_EQ(other->second, expected) << "step " << step;
      }
    }
  }
}

TEST(GuardedCollector, JoinsGaugesAsThePolicyFolds) {
  Values told = {{"mail", 5}, {"x", 7}, {"y", 3}};
  TestCollector collector([&told](CollectorOutput& out) {
    ToldFamily& depth = out.AddGauge("depth", "Depth.", {"queue"});
    for (const auto& [queue, value] : told) depth.Add({queue}, value);
    return absl::OkStatus();
  });
  EXPECT_EQ(collector.Shown(), (Values{{"depth{queue=mail,}", 5}, {"depth{queue=other,}", 7}}));
  told.erase("x");
  EXPECT_EQ(collector.Shown(), (Values{{"depth{queue=mail,}", 5}, {"depth{queue=other,}", 3}}));
  told = {{"web", 1}};
  EXPECT_EQ(collector.Shown(), (Values{{"depth{queue=web,}", 1}})) << "a gauge that nobody tells is not there";
}

TEST(GuardedCollector, AddsHistogramsBucketByBucket) {
  uint64_t x = 4;
  TestCollector collector([&x](CollectorOutput& out) {
    ToldFamily& seconds = out.AddHistogram("seconds", "Time.", {"queue"}, {0.1, 1});
    seconds.AddHistogram({"mail"}, {1, 2, 3}, 6.5);
    seconds.AddHistogram({"x"}, {x, 0, 0}, 0.25);
    seconds.AddHistogram({"y"}, {0, 0, 1}, 9);
    return absl::OkStatus();
  });
  const Values shown = {{"seconds{queue=mail,}", 6.5}, {"seconds{queue=mail,}0", 1},    {"seconds{queue=mail,}1", 2},
                        {"seconds{queue=mail,}2", 3},  {"seconds{queue=other,}", 9.25}, {"seconds{queue=other,}0", 4},
                        {"seconds{queue=other,}1", 0}, {"seconds{queue=other,}2", 1}};
  EXPECT_EQ(collector.Shown(), shown);
  x = 0;
  EXPECT_EQ(collector.Shown(), shown) << "no bucket goes back";
  EXPECT_EQ(collector.guarded.counts().resets, 1u);
}

TEST(GuardedCollector, SurvivesReloadsOfThePolicy) {
  TestCollector collector([](CollectorOutput& out) {
    ToldFamily& jobs = out.AddCounter("jobs_total", "Jobs.", {"queue"});
    for (int i = 0; i < 10; ++i) jobs.Add({"q" + std::to_string(i)}, 1);
    return absl::OkStatus();
  });
  const auto sum = [&collector] {
    double total = 0;
    for (const auto& [name, value] : collector.Shown()) total += value;
    return total;
  };
  EXPECT_EQ(sum(), 10);
  for (int i = 0; i < 20; ++i) {
    const std::string limit = std::to_string(2 + i % 5);
    ASSERT_TRUE(
        collector.guard
            .ReloadFromText("version: 1\nmetrics:\n  - match: jobs_total\n    series_limit: 100\n    labels: {queue: "
                            "{value_limit: " +
                            limit + "}}\n")
            .ok());
    // (What moved from one series to another may be in the other's offset as well: a sum never falls.)
    EXPECT_GE(sum(), 10);
    EXPECT_LE(collector.Shown().size(), 8u);
  }
}

TEST(GuardedCollector, KeepsAllInShadowMode) {
  TestCollector collector(
      [](CollectorOutput& out) {
        ToldFamily& jobs = out.AddCounter("jobs_total", "Jobs.", {"queue"});
        for (int i = 0; i < 10; ++i) jobs.Add({"q" + std::to_string(i)}, 1);
        return absl::OkStatus();
      },
      {}, "version: 1\nmode: shadow\ndefaults: {series_limit: 100, value_limit: 3}\n");
  EXPECT_EQ(collector.Shown().size(), 10u);
}

// Failures -----------------------------------------------------------------------------------------------------------------

TEST(GuardedCollector, FailsByWhatItTells) {
  struct Case {
    std::function<void(CollectorOutput&)> tell;
    std::string message;
  };
  const std::vector<Case> cases = {
      {[](CollectorOutput& out) {
         out.AddGauge("depth", "D.");
         out.AddGauge("depth", "D.");
       },
       "metric depth: the collector tells it twice in one run"},
      {[](CollectorOutput& out) {
         ToldFamily& depth = out.AddGauge("depth", "D.", {"queue"});
         depth.Add({"a"}, 1);
         depth.Add({"a"}, 2);
       },
       "metric depth: the label set {\"a\"} is told twice"},
      {[](CollectorOutput& out) {
         out.AddGauge("depth", "D.", {"queue"}).Add({"a", "b\n"}, 1);
       },
       "metric depth: 2 label values {\"a\", \"b\\n\"} for 1 label names"},
      {[](CollectorOutput& out) { out.AddCounter("jobs_total", "J.").Add(-1); },
       "metric jobs_total: the counter {} is -1"},
      {[](CollectorOutput& out) { out.AddCounter("jobs_total", "J.").Add(std::nan("")); },
       "metric jobs_total: the counter {} is nan"},
      {[](CollectorOutput& out) {
         out.AddHistogram("seconds", "S.", {}, {1, 2}).AddHistogram({}, {1, 2}, 3);
       },
       "metric seconds: 2 bucket counts for {}; the family has 3"},
      {[](CollectorOutput& out) {
         ToldFamily& depth = out.AddGauge("depth", "D.", {"queue"});
         for (int i = 0; i < 6; ++i) depth.Add({std::to_string(i)}, 1);
       },
       "metric depth: the run tells more than 5 label sets"},
  };
  for (const Case& one : cases) {
    CollectorOptions options;
    options.most_label_sets = 5;
    TestCollector collector(
        [&one](CollectorOutput& out) {
          one.tell(out);
          return absl::OkStatus();
        },
        options);
    EXPECT_EQ(collector.Ask().status().message(), one.message);
    EXPECT_EQ(collector.guarded.counts().errors, 1u);
    EXPECT_EQ(collector.guarded.counts().problem, one.message);
  }
}

TEST(GuardedCollector, LeavesOutAFamilyThatChanges) {
  int run = 0;
  TestCollector collector([&run](CollectorOutput& out) {
    out.AddGauge("steady", "S.").Add(1);
    if (++run == 1) {
      out.AddGauge("depth", "D.", {"queue"}).Add({"mail"}, 1);
    } else {
      out.AddGauge("depth", "D.", {"queue", "host"}).Add({"mail", "h"}, 1);
    }
    return absl::OkStatus();
  });
  EXPECT_EQ(collector.Shown(), (Values{{"depth{queue=mail,}", 1}, {"steady{}", 1}}));
  EXPECT_EQ(collector.Shown(), (Values{{"steady{}", 1}}));
  EXPECT_EQ(collector.guarded.counts().problem,
            "metric depth: the collector told the labels {queue} before, and tells {queue, host}");
}

TEST(GuardedCollector, ThrowsForItselfAlone) {
  int run = 0;
  TestCollector collector([&run](CollectorOutput& out) -> absl::Status {
    out.AddGauge("level", "L.").Add(1);
    switch (run++) {
      case 0: throw std::runtime_error("no\nconnection");
      case 1: throw 5;
      case 2: return absl::UnknownError("it says so");
      default: return absl::OkStatus();
    }
  });
  EXPECT_EQ(collector.Ask().status().message(), "the collector threw: no\\nconnection");
  EXPECT_EQ(collector.Ask().status().message(), "the collector threw something that is no std::exception");
  EXPECT_EQ(collector.guarded.counts().exceptions, 2u);
  EXPECT_EQ(collector.Ask().status().message(), "the collector failed: it says so");
  EXPECT_EQ(collector.guarded.counts().errors, 1u);
  EXPECT_EQ(collector.Shown(), (Values{{"level{}", 1}}));
  EXPECT_EQ(collector.guarded.counts().problem, "");
}

TEST(GuardedCollector, GivesNoLateAnswerForANewOne) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future();
  std::atomic<int> runs{0};
  CollectorOptions options;
  options.timeout = milliseconds(50);
  TestCollector collector(
      [&](CollectorOutput& out) {
        const int run = ++runs;
        if (run == 1) released.wait();
        out.AddGauge("run", "Which run.").Add(run);
        return absl::OkStatus();
      },
      options);
  EXPECT_EQ(collector.Ask().status().message(), "no answer within 50 ms");
  EXPECT_TRUE(absl::IsDeadlineExceeded(collector.Ask().status())) << "the first run is not over";
  EXPECT_EQ(runs.load(), 1) << "no second one beside it";
  EXPECT_EQ(collector.guarded.counts().timeouts, 2u);
  release.set_value();
  // The first answer is late; whoever asks now is told by the second run.
  Values shown;
  for (int i = 0; i < 1000 && shown.empty(); ++i) {
    const auto families = collector.Ask();
    if (families.ok()) shown["run"] = (**families)[0].series[0].second.value;
  }
  EXPECT_GE(shown["run"], 2);
}

TEST(GuardedCollector, RunsOnceHoweverManyAsk) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future();
  std::atomic<int> runs{0};
  TestCollector collector([&](CollectorOutput& out) {
    ++runs;
    released.wait();
    out.AddGauge("level", "L.").Add(1);
    return absl::OkStatus();
  });
  std::vector<GuardedCollector::Runner::Ticket> tickets;
  for (int i = 0; i < 16; ++i) tickets.push_back(collector.guarded.Start());
  std::vector<std::thread> threads;
  std::atomic<int> answers{0};
  for (auto& ticket : tickets) {
    threads.emplace_back([&collector, &answers, ticket] { answers += collector.guarded.Await(ticket).ok() ? 1 : 0; });
  }
  release.set_value();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers.load(), 16);
  EXPECT_EQ(runs.load(), 1);
}

TEST(GuardedCollector, WaitsForItsRunWhereItEnds) {
  std::atomic<bool> is_over{false};
  {
    CollectorOptions options;
    options.timeout = milliseconds(1);
    TestCollector collector(
        [&is_over](CollectorOutput&) {
          std::this_thread::sleep_for(milliseconds(200));
          is_over = true;
          return absl::OkStatus();
        },
        options);
    EXPECT_FALSE(collector.Ask().ok());
  }
  EXPECT_TRUE(is_over.load());
}

TEST(GuardedCollector, TellsOfItselfAsMetrics) {
  CollectorCounts counts;
  counts.timeouts = 3;
  counts.resets = 2;
  const std::vector<GuardMetric> metrics = CollectorMetrics({{"a", counts}});
  ASSERT_EQ(metrics.size(), 2u);
  uint64_t series = 0;
  for (const GuardMetric& metric : metrics) series += metric.samples.size();
  EXPECT_EQ(series, kCollectorSeries);
  EXPECT_TRUE(CollectorMetrics({}).empty());
}

}  // namespace
}  // namespace seriesguard
