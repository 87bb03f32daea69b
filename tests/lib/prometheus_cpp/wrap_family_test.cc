// SPDX-License-Identifier: Apache-2.0
//
// wrap_family_test.cc: what Wrap finds in a family, what it refuses, and how many values its calls take.
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/wrap.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

// Whether a call with that many values compiles.
template <typename Family, size_t Values, typename = void>
struct TakesWith : std::false_type {};
template <typename Family, size_t Values>
struct TakesWith<
    Family, Values,
    std::void_t<decltype(std::declval<Family&>().With(std::declval<const std::string_view (&)[Values]>()))>>
    : std::true_type {};
template <typename Family, size_t Values, typename = void>
struct TakesBind : std::false_type {};
template <typename Family, size_t Values>
struct TakesBind<
    Family, Values,
    std::void_t<decltype(std::declval<Family&>().Bind(std::declval<const std::string_view (&)[Values]>()))>>
    : std::true_type {};
// In braces, as people write it.
template <typename Family>
auto WithTwo(int) -> decltype(std::declval<Family&>().With({"a", "b"}), std::true_type{});
template <typename Family>
std::false_type WithTwo(...);
template <typename Family, typename = void>
struct TakesNone : std::false_type {};
template <typename Family>
struct TakesNone<Family,
                 std::void_t<decltype(std::declval<Family&>().With()), decltype(std::declval<Family&>().Bind())>>
    : std::true_type {};

using Two = GuardedFamily<prometheus::Counter, 2>;
using Three = GuardedFamily<prometheus::Histogram, 3>;
using None = GuardedFamily<prometheus::Gauge, 0>;
static_assert(TakesWith<Two, 2>::value && !TakesWith<Two, 1>::value && !TakesWith<Two, 3>::value);
static_assert(TakesBind<Two, 2>::value && !TakesBind<Two, 1>::value && !TakesBind<Two, 3>::value);
static_assert(TakesWith<Three, 3>::value && !TakesWith<Three, 2>::value && !TakesWith<Three, 4>::value);
static_assert(decltype(WithTwo<Two>(0))::value && !decltype(WithTwo<Three>(0))::value &&
              !decltype(WithTwo<None>(0))::value);
static_assert(TakesNone<None>::value && !TakesNone<Two>::value && !TakesWith<None, 1>::value);
// The number of labels comes from the array of Wrap.
static_assert(std::is_same_v<decltype(std::declval<Guard&>().Wrap(
                                 std::declval<prometheus::Family<prometheus::Counter>&>(), {"a", "b"})),
                             absl::StatusOr<Two>>);

constexpr char kTwoTenants[] =
    "version: 1\nmetrics: [{name: calls_total, series_limit: 10, labels: {tenant: {value_limit: 2}}}]\n";

TEST(WrapFamily, CountsAdoptsAndNeverRemovesWhatWasThere) {
  WrappedService service(kTwoTenants);
  auto& family = service.Counter("calls_total");
  auto& old = family.Add({{"tenant", "old"}});
  old.Increment(5);
  auto& stranger = family.Add({{"made_by", "somebody else"}});
  stranger.Increment(1);
  auto calls = service.guard().Wrap(family, {"tenant"}).value();
  EXPECT_EQ(service.Report("calls_total").series, 2u);
  calls.With({"old"}).Increment();  // adopted: goes on from 5, and is no second series
  EXPECT_EQ(service.Value("calls_total{tenant=\"old\"}"), 6);
  EXPECT_EQ(service.Report("calls_total").series, 2u);
  ASSERT_TRUE(
      service.guard()
          .ReloadFromText(
              "version: 1\nmetrics: [{name: calls_total, series_limit: 10, labels: {tenant: {allow: [new]}}}]\n")
          .ok());
  calls.With({"old"}).Increment();
  for (int i = 0; i < 3; ++i) service.AdvancePastFreeze();
  EXPECT_EQ(service.Value("calls_total{tenant=\"old\"}"), 6) << "its owner may still hold a reference";
  old.Increment();
  EXPECT_EQ(service.Value("calls_total{tenant=\"old\"}"), 7);
  EXPECT_EQ(service.Value("calls_total{made_by=\"somebody else\"}"), 1);
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 1);
  EXPECT_EQ(service.Report("calls_total").series, service.Samples().size());
}

TEST(WrapFamily, WhatWasThereTakesPlaces) {
  WrappedService service(
      "version: 1\nmetrics: [{name: calls_total, series_limit: 3, labels: {tenant: {value_limit: 2}}}]\n");
  auto& family = service.Counter("calls_total");
  family.Add({{"tenant", "x"}});
  auto calls = service.guard().Wrap(family, {"tenant"}).value();
  for (const char* tenant : {"a", "b"}) calls.With({tenant}).Increment();
  EXPECT_EQ(service.Samples().size(), 3u);  // x, a, other
  EXPECT_EQ(service.Value("calls_total{tenant=\"other\"}"), 1);
  WrappedService full(
      "version: 1\nmetrics: [{name: calls_total, series_limit: 1, labels: {tenant: {value_limit: 1}}}]\n");
  auto& crowded = full.Counter("calls_total");
  crowded.Add({{"tenant", "x"}});
  EXPECT_EQ(full.guard().Wrap(crowded, {"tenant"}).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(WrapFamily, ExistingHistogramsAreCountedByTheirOwnBuckets) {
  WrappedService service("version: 1\n");
  auto& family = service.Histogram("sizes");
  family.Add({{"tenant", "x"}}, prometheus::Histogram::BucketBoundaries{1, 2, 3, 4, 5, 6, 7});
  auto sizes = service.guard().Wrap(family, {"tenant"}, prometheus::Histogram::BucketBoundaries{1}).value();
  EXPECT_EQ(service.Report("sizes").series, 10u);
  (void)sizes;
}

TEST(WrapFamily, ConstantLabelsStayOnEverySeries) {
  WrappedService service(kTwoTenants);
  auto& family = prometheus::BuildCounter().Name("calls_total").Labels({{"region", "eu"}}).Register(service.registry());
  auto calls = service.guard().Wrap(family, {"tenant"}).value();
  for (const char* tenant : {"a", "b", "c"}) calls.With({tenant}).Increment();
  const auto samples = service.Samples();
  EXPECT_EQ(samples.size(), 3u);
  EXPECT_EQ(samples.count(R"(calls_total{region="eu",tenant="other"})"), 1u) << samples.begin()->first;
}

TEST(WrapFamily, RefusesALabelThatIsConstantAlready) {
  WrappedService service(kTwoTenants);
  auto& family = prometheus::BuildCounter().Name("calls_total").Labels({{"tenant", "eu"}}).Register(service.registry());
  const absl::Status status = service.guard().Wrap(family, {"tenant"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(status.message()).find("constant"), std::string::npos) << status;
}

TEST(WrapFamily, RefusesASecondWrap) {
  WrappedService service(kTwoTenants);
  auto& family = service.Counter("calls_total");
  ASSERT_TRUE(service.guard().Wrap(family, {"tenant"}).ok());
  EXPECT_EQ(service.guard().Wrap(family, {"tenant"}).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(service.guard().Wrap(family, {"user"}).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(service.guard().Report().families.size(), 1u);
}

TEST(WrapFamily, RefusesNamesThatAServerOrThePolicyWouldNotTake) {
  WrappedService service("version: 1\nmetrics: [{name: calls_total, labels: {tenant: {value_limit: 2}}}]\n");
  auto& family = service.Counter("things_total");
  for (const char* name : {"", "1a", "a-b", "a b", "__name__", "tenant\n", "\xff", "naïve", "a.b", "a:b"}) {
    const absl::Status status = service.guard().Wrap(family, {name}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(std::string(status.message()).find_first_of("\n\xff"), std::string::npos) << "not fit for a log";
  }
  EXPECT_EQ(service.guard().Wrap(family, {"a", "b", "a"}).status().code(), absl::StatusCode::kInvalidArgument);
  // The policy has a rule for a label that the family lacks.
  const absl::Status lacking = service.guard().Wrap(service.Counter("calls_total"), {"user"}).status();
  EXPECT_EQ(lacking.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(lacking.message()).find("tenant"), std::string::npos) << lacking;
  EXPECT_EQ(service.guard().Wrap(service.Counter("seriesguard_calls_total"), {"a"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(service.guard().Wrap(family, {"A", "_b", "c9"}).ok());
}

TEST(WrapFamily, MetricNamesMayHaveColons) {
  WrappedService service("version: 1\nmetrics: [{name: 'job:calls:total', labels: {tenant: {value_limit: 1}}}]\n");
  auto calls = service.guard().Wrap(service.Counter("job:calls:total"), {"tenant"}).value();
  for (const char* tenant : {"a", "b"}) calls.With({tenant}).Increment();
  EXPECT_EQ(service.Value("job:calls:total{tenant=\"other\"}"), 1);
}

}  // namespace
}  // namespace seriesguard
