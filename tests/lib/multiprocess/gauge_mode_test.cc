// SPDX-License-Identifier: Apache-2.0
//
// gauge_mode_test.cc: the ten modes of a gauge over real processes: living ones, ended ones, and what the archive keeps.
#include "lib/multiprocess/gauge_mode.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/gauge.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/exposed.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/worker_process.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = R"(version: 1
defaults: {series_limit: 1000, value_limit: 3}
metrics:
- {name: sum_folded_g, fold: sum}
- {name: max_folded_g, fold: max}
- {name: min_folded_g, fold: min}
- {name: last_folded_g, fold: last}
)";

ServiceRegistry Open(const ScratchFolder& folder, uint32_t max_workers = 16) {
  ServiceOptions options;
  options.service = "gauges";
  options.max_workers = max_workers;
  return ServiceRegistry::OpenWithText(folder / "service", kPolicy, options).value();
}

using Gauge0 = GuardedFamily<Gauge, 0>;
using Gauge1 = GuardedFamily<Gauge, 1>;
using Series = std::map<std::string, double>;

// One gauge of each mode, set together.
class GaugesOfAllModes {
 public:
  explicit GaugesOfAllModes(ServiceRegistry& registry) : registry_(registry) {
    for (uint32_t i = 0; i < kGaugeModes; ++i) {
      const GaugeMode mode = static_cast<GaugeMode>(i);
      gauges_.push_back(registry.AddGauge({NameOf(mode), "A gauge."}, mode).value());
    }
  }
  static std::string NameOf(GaugeMode mode) { return "g_" + std::string(GaugeModeName(mode)); }

  void Set(double value) const {
    for (const Gauge0& gauge : gauges_) gauge.With().Set(value);
  }
  void Increment(double amount) const {
    for (const Gauge0& gauge : gauges_) gauge.With().Increment(amount);
  }
  // What is shown of a mode; of a mode by process one value a pid, told by the sum.
  Series Shown() const {
    const Series all = Exposed(registry_);
    Series shown;
    for (uint32_t i = 0; i < kGaugeModes; ++i) {
      const std::string name = NameOf(static_cast<GaugeMode>(i));
      for (const auto& [series, value] : all) {
        if (series != name && series.rfind(name + "{", 0) != 0) continue;
        shown[series.substr(2)] = value;
      }
    }
    return shown;
  }

 private:
  ServiceRegistry& registry_;
  std::vector<Gauge0> gauges_;
};

std::string OfPid(const std::string& mode, const WorkerProcess& process) {
  return mode + "{pid=\"" + std::to_string(process.pid()) + "\"}";
}

TEST(GaugeModes, JoinTheLivingByTheirMode) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  const GaugesOfAllModes gauges(registry);
  const auto counter = registry.AddCounter({"jobs_total", "Jobs."}).value();
  EXPECT_EQ(gauges.Shown(), Series()) << "nobody has set one";
  const WorkerProcess first([&] { gauges.Set(3); });
  const WorkerProcess second([&] { gauges.Set(-5); });
  const WorkerProcess silent([&] { counter.With().Increment(); });
  const Series wanted = {
      {OfPid("all", first), 3},
      {OfPid("all", second), -5},
      {OfPid("liveall", first), 3},
      {OfPid("liveall", second), -5},
      {"sum", -2},
      {"livesum", -2},
      {"min", -5},
      {"livemin", -5},
      {"max", 3},
      {"livemax", 3},
      {"mostrecent", -5},
      {"livemostrecent", -5},
  };
  EXPECT_EQ(gauges.Shown(), wanted);
  EXPECT_EQ(gauges.Shown(), wanted) << "the same again";
}

TEST(GaugeModes, KeepOfTheEndedWhatTheModeSays) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  const GaugesOfAllModes gauges(registry);
  WorkerProcess exits([&] { gauges.Set(7); });
  const WorkerProcess lives([&] { gauges.Set(1); });
  WorkerProcess killed([&] { gauges.Set(-5); });
  EXPECT_EQ(gauges.Shown().at("sum"), 3);
  EXPECT_EQ(exits.End(), 0);
  killed.Kill();
  const Series wanted = {
      {OfPid("all", exits), 7},
      {OfPid("all", killed), -5},
      {OfPid("all", lives), 1},
      {OfPid("liveall", lives), 1},
      {"sum", 3},
      {"livesum", 1},
      {"min", -5},
      {"livemin", 1},
      {"max", 7},
      {"livemax", 1},
      {"mostrecent", -5},
      {"livemostrecent", 1},
  };
  EXPECT_EQ(gauges.Shown(), wanted) << "as they are found dead";
  EXPECT_EQ(registry.health().live, 1u);
  EXPECT_EQ(gauges.Shown(), wanted) << "out of the archive";
  EXPECT_EQ(gauges.Shown(), wanted) << "once more";
}

TEST(GaugeModes, ShowAnEndedProcessUntilItsPlaceIsNeeded) {
  constexpr uint32_t kWorkers = 4;
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder, kWorkers);
  const GaugesOfAllModes gauges(registry);
  for (int i = 1; i <= 12; ++i) {
    SCOPED_TRACE(i);
    WorkerProcess worker([&] { gauges.Set(i); });
    EXPECT_EQ(gauges.Shown().count(OfPid("all", worker)), 1u);
    if (i % 2 == 0) worker.Kill();
    worker.End();
    const Series of_all = ExposedOf(registry, "g_all");
    EXPECT_EQ(of_all.count("g_" + OfPid("all", worker)), 1u) << "its place is not needed yet";
    EXPECT_GE(of_all.size(), std::min<size_t>(i, kWorkers - 1));
    EXPECT_LE(of_all.size(), kWorkers);
    EXPECT_EQ(gauges.Shown().at("sum"), i * (i + 1) / 2);
    EXPECT_EQ(gauges.Shown().at("mostrecent"), i);
  }
  EXPECT_EQ(registry.health().refused, 0u);
}

TEST(GaugeModes, PassOverNotANumberWhereThereIsANumber) {
  for (const bool nan_first : {true, false}) {
    SCOPED_TRACE(nan_first);
    const ScratchFolder folder;
    ServiceRegistry registry = Open(folder);
    const GaugesOfAllModes gauges(registry);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    WorkerProcess first([&] { gauges.Set(nan_first ? nan : -2); });
    WorkerProcess second([&] { gauges.Set(nan_first ? -2 : nan); });
    for (int round = 0; round < 2; ++round) {
      const Series shown = gauges.Shown();
      EXPECT_EQ(shown.at("min"), -2);
      EXPECT_EQ(shown.at("max"), -2);
      EXPECT_TRUE(std::isnan(shown.at("sum")));
      first.End();
      second.End();
    }
  }
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  const GaugesOfAllModes gauges(registry);
  const WorkerProcess only([&] { gauges.Set(std::numeric_limits<double>::quiet_NaN()); });
  EXPECT_TRUE(std::isnan(gauges.Shown().at("livemin"))) << "nobody has a number";
  gauges.Set(std::numeric_limits<double>::infinity());
  EXPECT_EQ(gauges.Shown().at("livemin"), std::numeric_limits<double>::infinity());
}

TEST(GaugeModes, LeaveMostRecentAloneWhenItIsIncremented) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  const GaugesOfAllModes gauges(registry);
  gauges.Set(10);
  const WorkerProcess worker([&] { gauges.Increment(5); });
  Series shown = gauges.Shown();
  EXPECT_EQ(shown.at("mostrecent"), 10);
  EXPECT_EQ(shown.at("livemostrecent"), 10);
  EXPECT_EQ(shown.at("sum"), 15);
  EXPECT_EQ(shown.at("min"), 5);
  gauges.Increment(1);
  shown = gauges.Shown();
  EXPECT_EQ(shown.at("mostrecent"), 10);
  EXPECT_EQ(shown.at("max"), 11);
}

TEST(GaugeModes, JoinLabelSetByLabelSet) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  const Gauge1 queue = registry.AddGauge({"queue", "Waiting."}, GaugeMode::kLiveMax, {"name"}).value();
  const WorkerProcess a([&] {
    queue.With({"mail"}).Set(3);
    queue.With({"print"}).Set(8);
  });
  WorkerProcess b([&] { queue.With({"mail"}).Set(5); });
  EXPECT_EQ(ExposedOf(registry, "queue"), (Series{{"queue{name=\"mail\"}", 5}, {"queue{name=\"print\"}", 8}}));
  b.Kill();
  EXPECT_EQ(ExposedOf(registry, "queue"), (Series{{"queue{name=\"mail\"}", 3}, {"queue{name=\"print\"}", 8}}));
}

// What does not get a place is joined in each process by the policy's fold, and then over the processes by the mode.
TEST(GaugeModes, FoldInAProcessAndJoinOverAll) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  std::map<std::string, Gauge1> gauges;
  for (const char* fold : {"sum", "max", "min", "last"}) {
    const std::string name = std::string(fold) + "_folded_g";
    gauges.emplace(fold, registry.AddGauge({name, "A gauge."}, GaugeMode::kLiveSum, {"tenant"}).value());
    for (const char* named : {"a", "b", "c"}) gauges.at(fold).With({named}).Set(0);
  }
  const auto work = [&gauges](double base) {
    for (auto& [fold, gauge] : gauges) {
      auto one = gauge.Bind({"x"});
      auto other = gauge.Bind({"y"});
      one.Set(base + 1);
      other.Set(base + 4);
      one.Set(base + 2);
      static std::vector<BoundMetric<Gauge>> kept;
      kept.push_back(std::move(one));
      kept.push_back(std::move(other));
    }
  };
  const WorkerProcess first([&] { work(10); });
  WorkerProcess second([&] { work(100); });
  const auto other = [&](const std::string& fold) {
    return ExposedOf(registry, fold + "_folded_g")[fold + "_folded_g{tenant=\"other\"}"];
  };
  EXPECT_EQ(other("sum"), (12 + 14) + (102 + 104));
  EXPECT_EQ(other("max"), 14 + 104);
  EXPECT_EQ(other("min"), 11 + 101);
  EXPECT_EQ(other("last"), 12 + 102);
  second.Kill();
  EXPECT_EQ(other("sum"), 12 + 14);
  EXPECT_EQ(other("max"), 14);
}

// A child has handles of its parent's, and has told nothing by them.
TEST(GaugeModes, LetAChildBeginWithNothingOfItsParents) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  const GaugesOfAllModes gauges(registry);
  const Gauge1 sum = registry.AddGauge({"sum_folded_g", "A gauge."}, GaugeMode::kSum, {"tenant"}).value();
  const Gauge1 max = registry.AddGauge({"max_folded_g", "A gauge."}, GaugeMode::kMax, {"tenant"}).value();
  const Gauge1 min = registry.AddGauge({"min_folded_g", "A gauge."}, GaugeMode::kMin, {"tenant"}).value();
  for (const Gauge1* gauge : {&sum, &max, &min}) {
    for (const char* named : {"a", "b", "c"}) gauge->With({named}).Set(0);
  }
  gauges.Set(100);
  auto named = sum.Bind({"a"});
  named.Set(40);
  auto sum_x = sum.Bind({"x"}), sum_y = sum.Bind({"y"});
  sum_x.Set(5);
  sum_y.Set(3);
  sum.With({"z"}).Set(2);
  auto max_x = max.Bind({"x"}), min_x = min.Bind({"x"});
  max_x.Set(50);
  min_x.Set(-50);
  const WorkerProcess child([&] {
    gauges.Increment(1);
    named.Increment(2);
    sum_x.Set(1);
    max_x.Set(7);
    min_x.Set(9);
  });
  Series shown = Exposed(registry);
  EXPECT_EQ(shown.at("g_sum"), 101);
  EXPECT_EQ(shown.at("g_min"), 1);
  EXPECT_EQ(shown.at("g_mostrecent"), 100);
  EXPECT_EQ(shown.at("sum_folded_g{tenant=\"a\"}"), 42);
  EXPECT_EQ(shown.at("sum_folded_g{tenant=\"other\"}"), 5 + 3 + 2 + 1);
  EXPECT_EQ(shown.at("max_folded_g{tenant=\"other\"}"), 50);
  EXPECT_EQ(shown.at("min_folded_g{tenant=\"other\"}"), -50);
  // A child that lets go of a handle by which it has told nothing, says nothing by that.
  WorkerProcess silent([&] {
    sum_x = BoundMetric<Gauge>();
    max_x = BoundMetric<Gauge>();
    min_x = BoundMetric<Gauge>();
  });
  EXPECT_EQ(Exposed(registry), shown);
  // And one that lets go of what it has told takes that away.
  WorkerProcess brief([&] {
    sum_x.Set(1000);
    sum_x = BoundMetric<Gauge>();
  });
  EXPECT_EQ(Exposed(registry), shown);
}

// A pid may come again, in another pid namespace even while the first one lives: one series, of whoever set it last.
TEST(GaugeModes, ShowAPidOnce) {
  const ScratchFolder folder;
  ServiceRegistry one = Open(folder);
  const Gauge0 of_one = one.AddGauge({"g", "A gauge."}, GaugeMode::kAll).value();
  ServiceRegistry other = Open(folder);  // as another process, of the same pid
  const Gauge0 of_other = other.AddGauge({"g", "A gauge."}, GaugeMode::kAll).value();
  of_one.With().Set(1);
  of_other.With().Set(2);
  EXPECT_EQ(SumOf(ExposedOf(one, "g")), 2);
  of_one.With().Set(3);
  EXPECT_EQ(SumOf(ExposedOf(other, "g")), 3);
  EXPECT_EQ(ExposedOf(other, "g").size(), 1u);
}

TEST(GaugeModes, RefuseALabelThatTheModeAdds) {
  const ScratchFolder folder;
  ServiceRegistry registry = Open(folder);
  EXPECT_FALSE(registry.AddGauge({"g", "A gauge."}, GaugeMode::kLiveAll, {"pid"}).ok());
  EXPECT_TRUE(registry.AddGauge({"g", "A gauge."}, GaugeMode::kLiveSum, {"pid"}).ok());
}

TEST(GaugeModes, HaveNames) {
  for (uint32_t i = 0; i < kGaugeModes; ++i) {
    const GaugeMode mode = static_cast<GaugeMode>(i);
    EXPECT_EQ(ParseGaugeMode(GaugeModeName(mode)), mode);
    EXPECT_EQ(IsLive(mode), GaugeModeName(mode).substr(0, 4) == "live");
  }
  EXPECT_FALSE(ParseGaugeMode("liveliest").has_value());
}

}  // namespace
}  // namespace seriesguard
