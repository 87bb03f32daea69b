// SPDX-License-Identifier: Apache-2.0
//
// guard_model_service.h: a service for tests: a guard with a clock that the test moves, and families of the fake library.
//
// Use:      TestService service("version: 1 ..."); auto& calls = service.Add("calls_total", {"path"}); calls.Call({"/a"});
// Threads:  as the guard; Add from one thread. The clock from any.
// Errors:   a policy or a family that the guard refuses fails the test.
#ifndef SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_SERVICE_H_
#define SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_SERVICE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/epoch.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/guard.h"
#include "lib/guard/series_backend.h"
#include "rules/policy.h"
#include "tests/lib/guard/guard_model_backend.h"

namespace seriesguard {

inline constexpr int64_t kSecondNs = 1'000'000'000;

class TestFamily {
 public:
  TestFamily(FamilyGuard* guard, std::shared_ptr<FakeWorld> world) : guard_(guard), world_(std::move(world)) {}

  // Counts one call and returns the labels of the series that counted it.
  LabelPairs Call(const std::vector<std::string_view>& values, int64_t amount = 1) {
    const EpochRegion region;
    FakeSeries* const series = static_cast<FakeSeries*>(Find(values).metric);
    series->total.fetch_add(amount);
    return series->labels;
  }
  Cell* Bind(const std::vector<std::string_view>& values) { return guard_->Bind(values.data()); }
  static LabelPairs CallBound(Cell* cell, int64_t amount = 1) {
    const EpochRegion region;
    FakeSeries* const series = SeriesOf(cell);
    series->total.fetch_add(amount);
    return series->labels;
  }

  // Requires: an EpochRegion.
  CountedIn Find(const std::vector<std::string_view>& values) {
    switch (values.size()) {
      case 0: return guard_->Find(std::array<std::string_view, 0>());
      case 1: return guard_->Find(std::array<std::string_view, 1>{values[0]});
      case 2: return guard_->Find(std::array<std::string_view, 2>{values[0], values[1]});
      case 3: return guard_->Find(std::array<std::string_view, 3>{values[0], values[1], values[2]});
      default: break;
    }
    ADD_FAILURE() << "no such arity";
    std::abort();
  }

  FamilyGuard& guard() { return *guard_; }
  FakeWorld& world() { return *world_; }
  size_t world_size() const { return world_->size(); }
  uint64_t folds(size_t label, FoldReason reason) const { return guard_->label(label).folds(reason); }

 private:
  FamilyGuard* guard_;
  std::shared_ptr<FakeWorld> world_;
};

class TestService {
 public:
  explicit TestService(std::string_view yaml) : guard(Checked(Guard::FromText(yaml, Options()))) {}
  explicit TestService(Policy policy) : guard(Checked(Guard::FromPolicy(std::move(policy), Options()))) {}

  absl::StatusOr<FamilyGuard*> TryAdd(const std::string& name, std::vector<std::string> labels,
                                      MetricKind kind = MetricKind::kCounter, uint64_t cost = 1,
                                      std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>()) {
    FamilySpec spec;
    spec.name = name;
    spec.labels = std::move(labels);
    spec.kind = kind;
    spec.cost = cost;
    spec.existing_series = world->size() * cost;
    spec.backend = world->MakeBackend();
    return guard.AddFamily(std::move(spec));
  }
  TestFamily Add(const std::string& name, std::vector<std::string> labels, MetricKind kind = MetricKind::kCounter,
                 uint64_t cost = 1, std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>()) {
    absl::StatusOr<FamilyGuard*> added = TryAdd(name, std::move(labels), kind, cost, world);
    EXPECT_TRUE(added.ok()) << added.status().ToString();
    return TestFamily(added.ok() ? *added : nullptr, std::move(world));
  }
  void Pass(int64_t seconds) { *now_ns += seconds * kSecondNs; }
  // Lets time pass in the steps of scrapes, each of which maintains.
  void Scrape(int64_t seconds, int64_t every = 15) {
    for (int64_t passed = 0; passed < seconds; passed += every) {
      Pass(every);
      guard.Maintain();
    }
  }

  // Before the guard, which keeps the clock.
  const std::shared_ptr<std::atomic<int64_t>> now_ns = std::make_shared<std::atomic<int64_t>>(1'000 * kSecondNs);
  const std::shared_ptr<std::vector<std::string>> messages = std::make_shared<std::vector<std::string>>();
  Guard guard;

 private:
  static Guard Checked(absl::StatusOr<Guard> made) {
    if (made.ok()) return std::move(*made);
    ADD_FAILURE() << made.status().ToString();
    return Guard::FromPolicy(Policy()).value();
  }
  GuardOptions Options() const {
    GuardOptions options;
    options.clock_ns = [clock = now_ns] { return clock->load(); };
    options.on_first_fold = [said = messages](const std::string& message) { said->push_back(message); };
    return options;
  }
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_GUARD_GUARD_MODEL_SERVICE_H_
