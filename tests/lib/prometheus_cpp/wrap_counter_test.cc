// SPDX-License-Identifier: Apache-2.0
//
// wrap_counter_test.cc: guarded counters of the real library, seen through its own text.
#include <prometheus/counter.h>

#include <map>
#include <numeric>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lib/guard/fold_reason.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

const char kPolicy[] = R"(version: 1
metrics:
- name: http_requests_total
  series_limit: 60
  labels:
    method: {allow: [GET, POST]}
    path: {route: ["/api/orders/{id}"]}
    tenant: {value_limit: 3, pin: [internal]}
    user: {drop: true}
)";

double Sum(const std::map<std::string, double>& samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0,
                         [](double sum, const auto& sample) { return sum + sample.second; });
}

TEST(WrapCounter, NormalisesFoldsAndDropsWithoutLosingACall) {
  WrappedService service(kPolicy);
  auto& family = service.Counter("http_requests_total");
  auto requests = service.guard().Wrap(family, {"method", "path", "tenant", "user"}).value();
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "/api/orders/" + std::to_string(i), tenant = "t" + std::to_string(i % 10);
    requests.With({i % 4 == 0 ? "BREW" : "GET", path, tenant, "user " + std::to_string(i)}).Increment();
  }
  requests.With({"POST", "/wp-admin", "internal", ""}).Increment(2.5);
  const auto samples = service.Samples();
  EXPECT_EQ(Sum(samples), 1002.5);
  const std::map<std::string, double> expected = {
      {R"(http_requests_total{method="POST",path="other",tenant="internal"})", 2.5},
      {R"(http_requests_total{method="GET",path="/api/orders/{id}",tenant="t0"})", 50},
      {R"(http_requests_total{method="other",path="/api/orders/{id}",tenant="t0"})", 50},
      {R"(http_requests_total{method="GET",path="/api/orders/{id}",tenant="t1"})", 100},
      {R"(http_requests_total{method="GET",path="/api/orders/{id}",tenant="other"})", 600},
      {R"(http_requests_total{method="other",path="/api/orders/{id}",tenant="other"})", 200},
  };
  EXPECT_EQ(samples, expected);
  EXPECT_EQ(service.Report("http_requests_total").series, samples.size());
  EXPECT_EQ(service.Folds("http_requests_total", 0, FoldReason::kNotAllowed), 250u);
  EXPECT_EQ(service.Folds("http_requests_total", 1, FoldReason::kNoRoute), 1u);
  EXPECT_EQ(service.Folds("http_requests_total", 2, FoldReason::kValueLimit), 800u);
}

TEST(WrapCounter, ANegativeAmountDoesNothing) {
  WrappedService service("version: 1\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"a"}).value();
  calls.With({"x"}).Increment(2);
  calls.With({"x"}).Increment(-1);
  EXPECT_EQ(service.Value("calls_total{a=\"x\"}"), 2);
}

TEST(WrapCounter, TakesEveryKindOfString) {
  WrappedService service("version: 1\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"a", "b", "c"}).value();
  const std::string string = "s";
  const char* const pointer = "p";
  const std::string_view values[] = {string, pointer, std::string_view("v")};
  calls.With({string, pointer, std::string_view("v")}).Increment();
  calls.With(values).Increment();
  auto handle = calls.Bind(values);
  handle.Increment();
  EXPECT_EQ(service.Value(R"(calls_total{a="s",b="p",c="v"})"), 3);
}

TEST(WrapCounter, LabelNamesMayBeAnArrayOfOnesOwn) {
  WrappedService service("version: 1\n");
  std::string_view names[] = {"a", "b"};
  auto calls = service.guard().Wrap(service.Counter("calls_total"), names).value();
  calls.With({"1", "2"}).Increment();
  EXPECT_EQ(service.Value(R"(calls_total{a="1",b="2"})"), 1);
}

TEST(WrapCounter, AnEmptyValueIsAnAbsentLabel) {
  WrappedService service("version: 1\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"a", "b"}).value();
  calls.With({"", "x"}).Increment();
  calls.With({"", ""}).Increment();
  const std::map<std::string, double> expected = {{"calls_total{b=\"x\"}", 1}, {"calls_total", 1}};
  EXPECT_EQ(service.Samples(), expected);
}

TEST(WrapCounter, WithoutLabelsIsOneSeries) {
  WrappedService service("version: 1\nmetrics: [{name: starts_total, series_limit: 1}]\n");
  auto starts = service.guard().Wrap(service.Counter("starts_total")).value();
  EXPECT_EQ(service.Value("starts_total"), 0);  // a closed label set stands at 0 from the start
  starts.With().Increment();
  for (int i = 0; i < 3; ++i) starts.With().Increment();
  auto handle = starts.Bind();
  handle.Increment(2);
  EXPECT_EQ(service.Value("starts_total"), 6);
  EXPECT_EQ(service.Report("starts_total").series, 1u);
}

TEST(WrapCounter, ClosedLabelSetsStandAtZeroFromTheStart) {
  WrappedService service(
      "version: 1\nmetrics: [{name: calls_total, labels: {m: {allow: [a, b]}, c: {normalize: status_class}}}]\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"m", "c"}).value();
  const auto samples = service.Samples();
  EXPECT_EQ(samples.size(), 10u);
  EXPECT_EQ(Sum(samples), 0);
  EXPECT_EQ(samples.count(R"(calls_total{c="4xx",m="b"})"), 1u);
  (void)calls;
}

TEST(WrapCounter, ShadowChangesNothingAndCounts) {
  WrappedService service(
      "version: 1\nmode: shadow\nmetrics: [{name: calls_total, labels: {tenant: {value_limit: 2}}}]\n");
  auto calls = service.guard().Wrap(service.Counter("calls_total"), {"tenant"}).value();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) calls.With({"t" + std::to_string(i)}).Increment();
  }
  EXPECT_EQ(service.Samples().size(), 10u);
  EXPECT_EQ(service.Value("calls_total{tenant=\"t9\"}"), 3);
  EXPECT_EQ(service.Folds("calls_total", 0, FoldReason::kValueLimit), 24u);
}

}  // namespace
}  // namespace seriesguard
