// SPDX-License-Identifier: Apache-2.0
//
// guard_model_invariants_test.cc: random histories of two families under one budget, with `admit: busiest`, shadow mode and
// reloads: what must hold whatever is admitted. No model: each check is a sentence of the rules.
//
// SERIESGUARD_MODEL_HISTORIES and SERIESGUARD_MODEL_SEED as in guard_model_test.cc.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/guard_core.h"
#include "lib/guard/guard_report.h"
#include "lib/guard/series_backend.h"
#include "rules/label_rule.h"
#include "rules/policy.h"
#include "tests/lib/guard/guard_model_service.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

const char* const kNames[] = {"a_total", "b_total"};
constexpr uint64_t kCosts[] = {1, 4};

Policy RandomPolicy(std::mt19937* random, bool may_be_shadow) {
  const auto below = [random](uint32_t n) { return (*random)() % n; };
  Policy policy;
  policy.scrape_interval_ns = 15 * kSecondNs;
  if (may_be_shadow && below(5) == 0) policy.mode = PolicyMode::kShadow;
  // The guard's own series are 70 or so of them.
  if (below(3) != 0) policy.budget.series_limit = 110 + below(60);
  for (const char* name : kNames) {
    MetricRule metric;
    metric.name = name;
    metric.series_limit = 24 + below(40);
    metric.capacity = 1000;
    metric.freeze_ns = static_cast<int64_t>(20 + below(60)) * kSecondNs;
    metric.zero_first = below(4) == 0;
    metric.busiest = {60 * kSecondNs, 1.2, 20};
    LabelRule path, method;
    path.label = "path";
    path.value_limit = 2 + below(8);
    if (below(3) == 0) path.pins = {"/0"};
    if (below(2) == 0) path.admit = Admission::kBusiest;
    if (below(6) == 0) path.otherwise = "rest";
    method.label = "method";
    if (below(3) != 0) {
      method.has_allow = true;
      method.allow = {"GET"};
    } else if (below(2) == 0) {
      method.drop = true;
    }
    metric.labels = {path, method};
    policy.metrics.push_back(metric);
  }
  return policy;
}

class Checked {
 public:
  explicit Checked(uint32_t seed)
      : random_(seed), reloads_(random_() % 2 == 0), policy_(RandomPolicy(&random_, reloads_)), service_(policy_) {
    for (size_t i = 0; i < 2; ++i) {
      families_.push_back(service_.Add(kNames[i], {"path", "method"}, MetricKind::kCounter, kCosts[i]));
    }
    NoteBounds();
  }
  ~Checked() {
    for (const Handle& handle : handles_) FamilyGuard::Unbind(handle.cell);
  }

  void Play() {
    for (int step = 0; step < 150 && !testing::Test::HasFailure(); ++step) {
      const uint32_t kind = random_() % 100;
      const size_t f = random_() % 2;
      const uint32_t draw = random_();
      const std::string path = "/" + std::to_string(std::min(draw % 16, (draw >> 8) % 16));
      const std::string method = (draw >> 16) % 3 == 0 ? "GET" : (draw >> 16) % 3 == 1 ? "BREW" : "";
      if (kind < 70) {
        for (uint32_t i = 0; i <= (draw >> 24) % 4; ++i) families_[f].Call({path, method});
        increments_[f] += (draw >> 24) % 4 + 1;
      } else if (kind < 76) {
        Cell* const cell = families_[f].Bind({path, method});
        handles_.push_back({cell, f, cell->labels});
      } else if (kind < 81 && !handles_.empty()) {
        FamilyGuard::Unbind(handles_.back().cell);
        handles_.pop_back();
      } else if (kind < 84 && !handles_.empty()) {
        const Handle& handle = handles_[draw % handles_.size()];
        TestFamily::CallBound(handle.cell, 2);
        increments_[handle.family] += 2;
      } else if (kind < 97) {
        service_.Pass(draw % 4 * 10);
        service_.guard.Maintain();
      } else if (reloads_) {
        const Policy next = RandomPolicy(&random_, true);
        const absl::Status status = service_.guard.Reload(next);
        if (!status.ok()) {
          ASSERT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status.ToString();
        } else {
          policy_ = next;
          NoteBounds();
        }
      }
      Look();
    }
  }

 private:
  struct Handle {
    Cell* cell;
    size_t family;
    LabelPairs labels;
  };

  uint64_t Exported(size_t f) const { return families_[f].world_size() * kCosts[f]; }
  bool is_shadow() const { return policy_.mode == PolicyMode::kShadow; }

  // At the start and at a reload: what there is may stay, and one label set of overflow words may have to be made.
  void NoteBounds() {
    for (size_t f = 0; f < 2; ++f) bounds_[f] = Exported(f) + kCosts[f];
    total_bound_ = Exported(0) + Exported(1) + kCosts[0] + kCosts[1];
  }

  void Look() {
    const int64_t now_ns = *service_.now_ns;
    uint64_t total = 0, lately = 0;
    for (size_t f = 0; f < 2; ++f) {
      const std::map<LabelPairs, int64_t> now = families_[f].world().Scrape();
      int64_t sum = static_cast<int64_t>(families_[f].guard().RetiredTotal().value);
      for (const auto& [labels, value] : now) {
        sum += value;
        const auto [known, is_new] = last_[f].try_emplace(labels, value);
        if (!is_new) {
          const bool was_there = before_[f].count(labels) > 0;
          EXPECT_TRUE(value >= known->second || (!was_there && value >= 0)) << "a counter fell";
        }
        known->second = value;
      }
      EXPECT_EQ(sum, increments_[f]) << kNames[f];
      before_[f] = now;
      if (!is_shadow()) {
        const auto limit = static_cast<uint64_t>(*policy_.metrics[f].series_limit);
        EXPECT_LE(Exported(f), std::max(limit, bounds_[f])) << kNames[f];
        EXPECT_EQ(Exported(f), families_[f].guard().exported_series());
        bounds_[f] = std::max(limit, std::min(bounds_[f], Exported(f) + kCosts[f]));
      }
      total += Exported(f);
      sizes_[f].emplace_back(now_ns, Exported(f));
      while (sizes_[f].front().first <= now_ns - TotalBudget::kCoolingNs) sizes_[f].pop_front();
      uint64_t most = 0;
      for (const auto& [when, size] : sizes_[f]) most = std::max(most, size);
      lately += most;
    }
    for (const Handle& handle : handles_) {
      EXPECT_EQ(before_[handle.family].count(handle.labels), 1u) << "a handle's series went";
    }
    const GuardReport report = service_.guard.Report();
    if (report.total_limit == 0 || is_shadow()) return;
    const uint64_t places = report.total_limit - OwnSeries();
    // After a reload that moved places between families, one may have to make its overflow when others have them all.
    const uint64_t overflows = reloads_ ? kCosts[0] + kCosts[1] : 0;
    EXPECT_LE(total, std::max(places + overflows, total_bound_));
    total_bound_ = std::max(places, std::min(total_bound_, total + overflows));
    // A scrape that takes up to a minute to go from one family to the other.
    if (!reloads_) {
      EXPECT_LE(lately, places);
    }
  }

  // Two a metric, one a label and fold reason and three a label, one for the guard.
  static uint64_t OwnSeries() { return 1 + 2 * (2 + 2 * (3 + kFoldReasons - 2)); }

  std::mt19937 random_;
  const bool reloads_;
  Policy policy_;
  TestService service_;
  std::vector<TestFamily> families_;
  std::vector<Handle> handles_;
  int64_t increments_[2] = {0, 0};
  std::map<LabelPairs, int64_t> last_[2], before_[2];
  std::deque<std::pair<int64_t, uint64_t>> sizes_[2];  // time, exported series: of the last minute
  uint64_t bounds_[2] = {0, 0};
  uint64_t total_bound_ = 0;
};

TEST(GuardInvariants, HoldOverRandomHistories) {
  const uint64_t histories = CasesToRun("SERIESGUARD_MODEL_HISTORIES", 300);
  const uint64_t first = NumberFromEnvironment("SERIESGUARD_MODEL_SEED", 1);
  for (uint64_t seed = first; seed < first + histories; ++seed) {
    Checked(static_cast<uint32_t>(seed)).Play();
    ASSERT_FALSE(HasFailure()) << "SERIESGUARD_MODEL_SEED=" << seed;
  }
}

}  // namespace
}  // namespace seriesguard
