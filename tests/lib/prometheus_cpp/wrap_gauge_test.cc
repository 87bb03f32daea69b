// SPDX-License-Identifier: Apache-2.0
//
// wrap_gauge_test.cc: gauges that stay alone, and gauges that several label sets share.
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/fold_reason.h"
#include "lib/prometheus_cpp/wrap.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

// `queue` names one tenant; of a gauge's `pod` nothing is shown.
std::string Policy(const std::string& fold, const std::string& rules = "tenant: {value_limit: 1}") {
  return "version: 1\nscrape_interval: 60s\nmetrics:\n- name: queue\n  series_limit: 20\n  fold: " + fold +
         "\n  labels: {" + rules + "}\n";
}
const char kNamed[] = "queue{tenant=\"a\"}";
const char kOther[] = "queue{tenant=\"other\"}";

TEST(WrapGauge, DoesWhatAGaugeDoes) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(5);
  queue.With({"a"}).Increment();
  queue.With({"a"}).Increment(2);
  queue.With({"a"}).Decrement();
  queue.With({"a"}).Decrement(0.5);
  EXPECT_EQ(service.Value(kNamed), 6.5);
  EXPECT_FALSE(service.Value(kOther));
  queue.With({"a"}).SetToCurrentTime();
  EXPECT_NEAR(*service.Value(kNamed), static_cast<double>(std::time(nullptr)), 2);
}

TEST(WrapGauge, ThatDoesNotFoldIsThePlainGaugeWhateverTheJoin) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  auto one = queue.Bind({"a"});
  auto two = queue.Bind({"a"});
  one.Set(3);
  two.Set(4);
  EXPECT_EQ(service.Value(kNamed), 4);  // the same label set: the last word, as without a guard
  family.Add({{"tenant", "a"}}).Set(9);
  two.Increment();
  EXPECT_EQ(service.Value(kNamed), 10);
}

TEST(WrapGauge, SumKeepsEachHandlesOwnPart) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto b = queue.Bind({"b"});
  {
    auto c = queue.Bind({"c"});
    b.Set(10);
    c.Set(5);
    EXPECT_EQ(service.Value(kOther), 15);
    b.Set(2);
    EXPECT_EQ(service.Value(kOther), 7);
    c.Increment();
    c.Decrement(3);
    EXPECT_EQ(service.Value(kOther), 5);
  }
  EXPECT_EQ(service.Value(kOther), 2);  // what c told is taken back
  EXPECT_EQ(service.Value(kNamed), 1);
  EXPECT_EQ(service.Folds("queue", 0, FoldReason::kSetOnShared), 0u);
}

TEST(WrapGauge, SumOfIncrementsWithoutHandlesIsExact) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  for (int i = 0; i < 100; ++i) queue.With({"t" + std::to_string(i)}).Increment(2);
  for (int i = 0; i < 100; ++i) queue.With({"t" + std::to_string(i)}).Decrement();
  EXPECT_EQ(service.Value(kOther), 100);
}

TEST(WrapGauge, ATransientSetOnASumIsTheLastAmongThemAndCounted) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto kept = queue.Bind({"b"});
  kept.Set(100);
  queue.With({"c"}).Set(7);
  queue.With({"d"}).Set(8);
  EXPECT_EQ(service.Value(kOther), 108);  // 7 is overwritten, what the handle told is not
  EXPECT_EQ(service.Folds("queue", 0, FoldReason::kSetOnShared), 2u);
  EXPECT_EQ(service.SamplesWithGuard().at(
                "seriesguard_folded_total{label=\"tenant\",metric=\"queue\",reason=\"set_on_shared\"}"),
            2);
  EXPECT_NE(service.guard().DebugString().find("set_on_shared"), std::string::npos);
  // One that is not shared is nobody's business.
  queue.With({"a"}).Set(3);
  EXPECT_EQ(service.Folds("queue", 0, FoldReason::kSetOnShared), 2u);
}

TEST(WrapGauge, SumLeavesOutWhatIsNotFinite) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto b = queue.Bind({"b"});
  auto c = queue.Bind({"c"});
  b.Set(4);
  for (const double strange : {kInfinity, -kInfinity, std::nan("")}) {
    c.Set(strange);
    EXPECT_EQ(service.Value(kOther), 4) << strange;
    c.Set(2);
    EXPECT_EQ(service.Value(kOther), 6) << strange;
  }
}

// 1e300 swallows the 4; a maintenance that finds nothing changed since the last one adds up anew.
TEST(WrapGauge, SumMendsItsRounding) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto b = queue.Bind({"b"});
  auto c = queue.Bind({"c"});
  b.Set(4);
  c.Set(1e300);
  c.Set(2);
  EXPECT_NE(service.Value(kOther), 6);
  service.guard().Maintain();
  service.guard().Maintain();
  EXPECT_EQ(service.Value(kOther), 6);
}

TEST(WrapGauge, MaximumAndMinimumCoverTwoWindows) {
  for (const bool is_max : {true, false}) {
    const double sign = is_max ? 1 : -1;
    WrappedService service(Policy(is_max ? "max" : "min"));
    auto& family = service.Gauge("queue");
    auto queue = service.guard().Wrap(family, {"tenant"}).value();
    queue.With({"a"}).Set(1);
    queue.With({"b"}).Set(sign * 30);
    EXPECT_EQ(service.Value(kOther), sign * 30);  // not 0, which nobody set
    queue.With({"c"}).Set(sign * 50);
    queue.With({"d"}).Set(sign * 40);
    EXPECT_EQ(service.Value(kOther), sign * 50);
    service.Advance(61);
    service.guard().Maintain();
    EXPECT_EQ(service.Value(kOther), sign * 50);
    queue.With({"d"}).Set(sign * 20);
    EXPECT_EQ(service.Value(kOther), sign * 50);
    service.Advance(30);
    service.guard().Maintain();
    EXPECT_EQ(service.Value(kOther), sign * 50) << "the window is not over";
    service.Advance(31);
    service.guard().Maintain();  // 40 was in force when the window began
    EXPECT_EQ(service.Value(kOther), sign * 40);
    service.Advance(61);
    service.guard().Maintain();  // nobody sets anything
    EXPECT_EQ(service.Value(kOther), sign * 20);
    for (int i = 0; i < 5; ++i) {
      service.Advance(61);
      service.guard().Maintain();
    }
    EXPECT_EQ(service.Value(kOther), sign * 20) << "a gauge that nobody changes keeps its value";
    EXPECT_EQ(service.Folds("queue", 0, FoldReason::kSetOnShared), 0u);
  }
}

TEST(WrapGauge, MaximumRemembersWhatAHandleHoldsAndForgetsItWithTheHandle) {
  WrappedService service(Policy("max"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto small = queue.Bind({"b"});
  small.Set(3);
  {
    auto large = queue.Bind({"c"});
    large.Set(9);
    for (int i = 0; i < 5; ++i) {
      service.Advance(61);
      small.Set(2 + i % 2);
      service.guard().Maintain();
    }
    EXPECT_EQ(service.Value(kOther), 9) << "c still has 9";
    large.Increment();
    EXPECT_EQ(service.Value(kOther), 10);
  }
  EXPECT_EQ(service.Value(kOther), 10);
  for (int i = 0; i < 2; ++i) {
    service.Advance(61);
    service.guard().Maintain();
  }
  EXPECT_EQ(service.Value(kOther), 2);
}

TEST(WrapGauge, LastIsThePlainSet) {
  WrappedService service(Policy("last"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto b = queue.Bind({"b"});
  b.Set(10);
  queue.With({"c"}).Set(3);
  EXPECT_EQ(service.Value(kOther), 3);
  EXPECT_EQ(service.Folds("queue", 0, FoldReason::kSetOnShared), 0u);
}

TEST(WrapGauge, DroppedAndNormalisedLabelsAreSharedToo) {
  WrappedService service(Policy("sum", "pod: {drop: true}, tenant: {normalize: lowercase}"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant", "pod"}).value();
  auto one = queue.Bind({"A", "p1"});
  auto two = queue.Bind({"a", "p2"});
  one.Set(5);
  two.Set(6);
  EXPECT_EQ(service.Value(kNamed), 11);
  queue.With({"A", "p3"}).Set(1);
  EXPECT_EQ(service.Value(kNamed), 12);
  EXPECT_EQ(service.Folds("queue", 0, FoldReason::kSetOnShared) + service.Folds("queue", 1, FoldReason::kSetOnShared),
            1u);
  // The label is dropped, but what it did is still told.
  EXPECT_NE(service.TextWithGuard().find("set_on_shared"), std::string::npos);
  service.guard().Maintain();
  ASSERT_EQ(service.messages().size(), 1u);
  EXPECT_NE(service.messages()[0].find("Set() without a handle"), std::string::npos) << service.messages()[0];
}

TEST(WrapGauge, IsDemotedByReloadOnlyAndRemovedAtOnce) {
  WrappedService service(Policy("sum", "tenant: {value_limit: 3}"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  for (const char* tenant : {"a", "b", "c", "d"}) queue.With({tenant}).Set(1);
  service.Advance(7200);
  service.guard().Maintain();
  EXPECT_EQ(service.Samples().size(), 4u);
  auto kept = queue.Bind({"b"});
  ASSERT_TRUE(service.guard().ReloadFromText(Policy("sum", "tenant: {allow: [a]}")).ok());
  const auto samples = service.Samples();
  EXPECT_EQ(samples.count("queue{tenant=\"c\"}"), 0u) << "a frozen gauge would be a false current value";
  EXPECT_EQ(samples.count(kNamed), 1u);
  EXPECT_EQ(samples.count("queue{tenant=\"b\"}"), 1u) << "a handle holds it";
  kept.Set(5);
  EXPECT_EQ(service.Value("queue{tenant=\"b\"}"), 5);
  queue.With({"b"}).Increment();
  EXPECT_EQ(service.Value(kOther), 2);  // 1 of d, 1 of b
  kept = {};
  service.guard().Maintain();
  EXPECT_FALSE(service.Value("queue{tenant=\"b\"}"));
  EXPECT_EQ(service.Report("queue").series, service.Samples().size());
}

TEST(WrapGauge, AReloadMayChangeHowASeriesJoins) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  auto b = queue.Bind({"b"});
  auto c = queue.Bind({"c"});
  b.Set(5);
  c.Set(7);
  EXPECT_EQ(service.Value(kOther), 12);
  ASSERT_TRUE(service.guard().ReloadFromText(Policy("max")).ok());
  b.Set(6);
  EXPECT_EQ(service.Value(kOther), 7);
  ASSERT_TRUE(service.guard().ReloadFromText(Policy("sum")).ok());
  b.Set(4);
  EXPECT_EQ(service.Value(kOther), 11) << "c still has its 7";
  ASSERT_TRUE(service.guard().ReloadFromText(Policy("last")).ok());
  b.Set(3);
  EXPECT_EQ(service.Value(kOther), 3);
  ASSERT_TRUE(service.guard().ReloadFromText(Policy("sum")).ok());
  b.Set(2);
  c.Set(2);
  EXPECT_EQ(service.Value(kOther), 4);
  b = {};
  c = {};
  EXPECT_EQ(service.Value(kOther), 0);
}

TEST(WrapGauge, NeedsAFoldWhereItMayFold) {
  WrappedService service("version: 1\nmetrics:\n- name: queue\n  labels: {tenant: {value_limit: 1}}\n");
  auto& family = service.Gauge("queue");
  const auto queue = service.guard().Wrap(family, {"tenant"});
  EXPECT_EQ(queue.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(queue.status().message()).find("fold"), std::string::npos) << queue.status();
}

// Handles come and go, set and move in four threads; afterwards the sum is what the living ones hold. Maintenance runs
// meanwhile, and must not mend what is only on its way.
TEST(WrapGauge, SumHoldsUnderThreads) {
  WrappedService service(Policy("sum"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  constexpr int kThreads = 4, kRounds = 3000;
  std::vector<BoundMetric<prometheus::Gauge>> last(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string tenant = "t" + std::to_string(thread);
      for (int round = 0; round < kRounds; ++round) {
        auto handle = queue.Bind({tenant});
        handle.Set(round);
        handle.Increment(2);
        handle.Decrement();
        if (thread == 0 && round % 50 == 0) service.guard().Maintain();
        if (round + 1 == kRounds) last[static_cast<size_t>(thread)] = std::move(handle);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(service.Value(kOther), kThreads * kRounds);
}

TEST(WrapGauge, MaximumHoldsUnderThreads) {
  WrappedService service(Policy("max"));
  auto& family = service.Gauge("queue");
  auto queue = service.guard().Wrap(family, {"tenant"}).value();
  queue.With({"a"}).Set(1);
  constexpr int kThreads = 4, kRounds = 20000;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string tenant = "t" + std::to_string(thread);
      for (int round = 0; round < kRounds; ++round) queue.With({tenant}).Set(round * kThreads + thread);
      queue.With({tenant}).Set(0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(service.Value(kOther), kRounds * kThreads - 1);
}

}  // namespace
}  // namespace seriesguard
