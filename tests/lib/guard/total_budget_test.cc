// SPDX-License-Identifier: Apache-2.0
//
// total_budget_test.cc: places under the total: who has one, and when a place that one family freed is another's.
#include <cstdint>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/guard_core.h"
#include "tests/lib/guard/guard_model_service.h"

namespace seriesguard {
namespace {

// Families are told apart by address alone.
const FamilyGuard* Family(uintptr_t number) { return reinterpret_cast<const FamilyGuard*>(number * 64); }
constexpr int64_t kCooling = TotalBudget::kCoolingNs;

TEST(TotalBudget, HasNoEndWithoutALimit) {
  TotalBudget total;
  total.Take(Family(1), uint64_t{1} << 60);
  EXPECT_TRUE(total.HasPlace(Family(2), uint64_t{1} << 60, 0));
}

TEST(TotalBudget, CountsTheUnguardedShare) {
  TotalBudget total;
  total.SetLimit(10, 4);
  EXPECT_TRUE(total.HasPlace(Family(1), 6, 0));
  EXPECT_FALSE(total.HasPlace(Family(1), 7, 0));
  EXPECT_FALSE(total.HasPlace(Family(1), ~uint64_t{0}, 0)) << "no overflow of the sum";
}

TEST(TotalBudget, KeepsAFreedPlaceForItsFamilyAMinuteLong) {
  TotalBudget total;
  total.SetLimit(10, 0);
  total.Take(Family(1), 10);
  total.Give(Family(1), 3, 100);
  EXPECT_TRUE(total.HasPlace(Family(1), 3, 100)) << "its own it may have at once";
  EXPECT_FALSE(total.HasPlace(Family(2), 1, 100 + kCooling - 1));
  EXPECT_TRUE(total.HasPlace(Family(2), 3, 100 + kCooling));
  total.Take(Family(1), 2);
  EXPECT_FALSE(total.HasPlace(Family(2), 1, 100));
  EXPECT_TRUE(total.HasPlace(Family(2), 1, 100 + kCooling));
  EXPECT_FALSE(total.HasPlace(Family(2), 2, 100 + kCooling));
}

TEST(TotalBudget, TakesBackOnlyAsMuchAsWasGiven) {
  TotalBudget total;
  total.SetLimit(10, 0);
  total.Take(Family(1), 6);
  for (int i = 0; i < 6; ++i) total.Give(Family(1), 1, i);
  total.Take(Family(1), 4);
  EXPECT_EQ(total.used(), 4u);
  EXPECT_TRUE(total.HasPlace(Family(2), 4, 10)) << "two are cooling";
  EXPECT_FALSE(total.HasPlace(Family(2), 5, 10));
}

// A reload gives and takes every cell's place.
TEST(TotalBudget, GivingAndTakingManyPlacesCostsLittle) {
  TotalBudget total;
  constexpr uint64_t kCells = 200'000;
  total.SetLimit(2 * kCells, 0);
  total.Take(Family(1), kCells);
  for (uint64_t i = 0; i < kCells; ++i) total.Give(Family(1), 1, 5);
  for (uint64_t i = 0; i < kCells; ++i) total.Take(Family(1), 1);
  EXPECT_EQ(total.used(), kCells);
  EXPECT_TRUE(total.HasPlace(Family(2), kCells, 5));
}

constexpr char kTwoFamilies[] = R"(
version: 1
budget: {series_limit: 120}
metrics:
- {name: a_total, freeze: 60s, labels: {path: {value_limit: 50}}}
- {name: b_total, freeze: 60s, labels: {path: {value_limit: 50}}}
)";

TEST(TotalBudget, FoldsWhereAllFamiliesTogetherAreFull) {
  TestService service(kTwoFamilies);
  TestFamily a = service.Add("a_total", {"path"}), b = service.Add("b_total", {"path"});
  for (int i = 0; i < 100; ++i) {
    const std::string path = "/" + std::to_string(i);
    a.Call({path});
    b.Call({path});
  }
  const GuardReport report = service.guard.Report();
  EXPECT_EQ(report.total_limit, 120u);
  EXPECT_LE(report.total_taken, 120u);
  EXPECT_GT(a.folds(0, FoldReason::kTotalLimit) + b.folds(0, FoldReason::kTotalLimit), 0u);
  EXPECT_EQ(a.world().Sum() + b.world().Sum(), 200);
  // What the guard says of itself counts as well.
  const uint64_t own = report.total_taken - a.world().size() - b.world().size();
  EXPECT_LE(a.world().size() + b.world().size() + own, 120u);
}

// A reload gives one family a larger reserve while the other has the places: its closed values wait for them.
TEST(TotalBudget, AReservedValueWaitsWhereOtherFamiliesHaveThePlaces) {
  TestService service(kTwoFamilies);
  TestFamily a = service.Add("a_total", {"path"}), b = service.Add("b_total", {"path"});
  for (int i = 0; i < 100; ++i) a.Call({"/" + std::to_string(i)});
  const uint64_t own = service.guard.Report().total_taken - a.world().size() - 1;
  std::string allowed;
  for (int i = 0; i < 60; ++i) allowed += (i == 0 ? "/closed" : ", /closed") + std::to_string(i);
  const absl::Status status = service.guard.ReloadFromText(
      "version: 1\nbudget: {series_limit: 120}\nmetrics:\n"
      "- {name: a_total, freeze: 60s, labels: {path: {value_limit: 3}}}\n"
      "- {name: b_total, freeze: 60s, labels: {path: {allow: [" +
      allowed + "]}}}\n");
  ASSERT_TRUE(status.ok()) << status.ToString();
  const auto exported = [&] { return a.world().size() + b.world().size() + own; };
  EXPECT_LE(exported(), 120u);
  for (int i = 0; i < 60; ++i) b.Call({"/closed" + std::to_string(i)});
  EXPECT_LE(exported(), 120u);
  EXPECT_GT(b.folds(0, FoldReason::kWaiting), 0u);
  service.Scrape(180);
  for (int i = 0; i < 60; ++i) b.Call({"/closed" + std::to_string(i)});
  EXPECT_EQ(b.world().Scrape().at({{"path", "/closed59"}}), 1) << "the others' series are gone";
  EXPECT_LE(exported(), 120u);
  EXPECT_EQ(a.world().Sum() + static_cast<int64_t>(a.guard().RetiredTotal().value), 100);
  EXPECT_EQ(b.world().Sum(), 120);
}

}  // namespace
}  // namespace seriesguard
