// SPDX-License-Identifier: Apache-2.0
//
// wrap_handle_test.cc: handles against demotion, removal, moves and the end of the guard.
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "gtest/gtest.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/wrap.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

using CounterHandle = BoundMetric<prometheus::Counter>;
static_assert(!std::is_copy_constructible_v<CounterHandle> && !std::is_copy_assignable_v<CounterHandle>);
static_assert(std::is_nothrow_move_constructible_v<CounterHandle> && std::is_nothrow_move_assignable_v<CounterHandle>);
static_assert(!std::is_copy_constructible_v<TransientMetric<prometheus::Counter>> &&
              !std::is_move_constructible_v<TransientMetric<prometheus::Counter>>);

std::string Limit(int values) {
  return "version: 1\nmetrics: [{name: calls_total, labels: {tenant: {value_limit: " + std::to_string(values) +
         "}}}]\n";
}
const char kB[] = "calls_total{tenant=\"b\"}";

TEST(WrapHandle, RemovalAfterTheFreezeIsReal) {
  WrappedService service(Limit(2));
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  for (const char* tenant : {"a", "b", "b"}) calls.With({tenant}).Increment();
  ASSERT_TRUE(service.guard().ReloadFromText(Limit(1)).ok());
  calls.With({"b"}).Increment();
  EXPECT_EQ(service.Value(kB), 2) << "frozen: unchanged, but there";
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 1);
  service.Advance(299);
  service.guard().Maintain();
  EXPECT_EQ(service.Value(kB), 2);
  service.AdvancePastFreeze();
  EXPECT_FALSE(service.Value(kB));
  EXPECT_EQ(service.Text().find("\"b\""), std::string::npos);
  EXPECT_EQ(service.Report("calls_total").retired.value, 2);
  EXPECT_EQ(service.Report("calls_total").series, service.Samples().size());
}

TEST(WrapHandle, OutlivesADemotion) {
  WrappedService service(Limit(2));
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  calls.With({"a"}).Increment();
  auto kept = std::make_optional(calls.Bind({"b"}));
  kept->Increment();
  ASSERT_TRUE(service.guard()
                  .ReloadFromText("version: 1\nmetrics: [{name: calls_total, labels: {tenant: {allow: [a]}}}]\n")
                  .ok());
  for (int i = 0; i < 3; ++i) service.AdvancePastFreeze();
  kept->Increment();
  EXPECT_EQ(service.Value(kB), 2) << "its series stays while the handle lives";
  calls.With({"b"}).Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 1);
  kept.reset();
  service.guard().Maintain();
  EXPECT_EQ(service.Value(kB), 2) << "and for the freeze after it";
  service.AdvancePastFreeze();
  EXPECT_FALSE(service.Value(kB));
}

TEST(WrapHandle, OfARejectedValueStaysOnTheOverflow) {
  WrappedService service(Limit(1));
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  calls.With({"a"}).Increment();
  auto rejected = calls.Bind({"b"});
  rejected.Increment();
  ASSERT_TRUE(service.guard().ReloadFromText(Limit(2)).ok());
  rejected.Increment();
  calls.With({"b"}).Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 2);
  EXPECT_EQ(service.Value(kB), 1);
  rejected = calls.Bind({"b"});  // bound again
  rejected.Increment();
  EXPECT_EQ(service.Value(kB), 2);
}

TEST(WrapHandle, ThatWasMovedFromDoesNothing) {
  WrappedService service(Limit(2));
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  auto first = calls.Bind({"a"});
  auto second = std::move(first);
  first.Increment();  // NOLINT: what this test is about
  second.Increment();
  CounterHandle empty;
  empty.Increment();
  empty = std::move(second);
  empty.Increment();
  second.Increment(7);  // NOLINT
  auto& itself = empty;
  empty = std::move(itself);
  empty.Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"a\"}"), 3);
  first = calls.Bind({"b"});
  first.Increment();
  EXPECT_EQ(service.Value(kB), 1);
}

// What is assigned over is given up at once, not when the source of the assignment ends.
TEST(WrapHandle, AssignmentGivesUpTheOldSeries) {
  WrappedService service(Limit(2));
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  auto source = calls.Bind({"a"});
  auto handle = calls.Bind({"b"});
  handle = std::move(source);
  ASSERT_TRUE(service.guard().ReloadFromText(Limit(1)).ok());
  service.AdvancePastFreeze();
  EXPECT_FALSE(service.Value(kB)) << "nobody holds b";
  source.Increment();  // NOLINT
  handle.Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"a\"}"), 1);
}

TEST(WrapHandle, KeepsTheGuardAlive) {
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("calls_total").Register(registry);
  CounterHandle handle;
  {
    Guard guard = Guard::FromText(Limit(2)).value();
    auto calls = guard.Wrap(family, {"tenant"}).value();
    handle = calls.Bind({"a"});
  }
  handle.Increment();
  EXPECT_EQ(family.Add({{"tenant", "a"}}).Value(), 1);
}

TEST(WrapHandle, FeedsTheOverflowWhileItsSeriesStandsAtZero) {
  WrappedService service(
      "version: 1\nmetrics: [{name: calls_total, zero_first: true, labels: {tenant: {value_limit: 2}}}]\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  auto handle = calls.Bind({"a"});
  handle.Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"a\"}"), 0);
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 1);
  service.Advance(121);
  service.guard().Maintain();
  handle.Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"a\"}"), 1);
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 1);
}

}  // namespace
}  // namespace seriesguard
