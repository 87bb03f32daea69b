// SPDX-License-Identifier: Apache-2.0
//
// wrap_distribution_test.cc: guarded histograms and summaries of the real library.
#include <prometheus/histogram.h>
#include <prometheus/summary.h>

#include <chrono>
#include <string>

#include "gtest/gtest.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

using Boundaries = prometheus::Histogram::BucketBoundaries;
using Quantiles = prometheus::Summary::Quantiles;

TEST(WrapHistogram, CostsWhatAServerStores) {
  WrappedService service(
      "version: 1\nmetrics: [{name: latency_seconds, series_limit: 12, labels: {tenant: {value_limit: 9}}}]\n");
  auto latency = service.guard().Wrap(service.Histogram("latency_seconds"), {"tenant"}, Boundaries{0.1, 1, 10}).value();
  for (const char* tenant : {"a", "b", "c", "b"}) latency.With({tenant}).Observe(0.5);
  // 3 boundaries + 3: of 12 series one label set besides the overflow has room.
  const auto samples = service.Samples();
  EXPECT_EQ(samples.size(), 12u);
  EXPECT_EQ(service.Report("latency_seconds").series, 12u);
  EXPECT_EQ(samples.at(R"(latency_seconds_count{tenant="a"})"), 1);
  EXPECT_EQ(samples.at(R"(latency_seconds_count{tenant="other"})"), 3);
  EXPECT_EQ(samples.at(R"(latency_seconds_sum{tenant="other"})"), 1.5);
  EXPECT_EQ(samples.at(R"(latency_seconds_bucket{tenant="other",le="0.1"})"), 0);
  EXPECT_EQ(samples.at(R"(latency_seconds_bucket{tenant="other",le="1"})"), 3);
  EXPECT_EQ(samples.at(R"(latency_seconds_bucket{tenant="other",le="+Inf"})"), 3);
}

TEST(WrapHistogram, ResumesTheSameBucketsWhenItReturns) {
  const std::string two = "version: 1\nmetrics: [{name: latency_seconds, labels: {tenant: {value_limit: 2}}}]\n";
  WrappedService service(two);
  auto latency = service.guard().Wrap(service.Histogram("latency_seconds"), {"tenant"}, Boundaries{0.1, 1, 10}).value();
  latency.With({"a"}).Observe(0.05);
  for (const double seconds : {0.05, 0.5, 0.7, 5.0, 50.0, 60.0}) latency.With({"b"}).Observe(seconds);
  latency.With({"b"}).ObserveMultiple({0, 2, 0, 0}, 1.0);
  const auto before = service.Samples();
  ASSERT_TRUE(
      service.guard()
          .ReloadFromText("version: 1\nmetrics: [{name: latency_seconds, labels: {tenant: {value_limit: 1}}}]\n")
          .ok());
  EXPECT_EQ(service.Samples(), before);  // frozen
  service.AdvancePastFreeze();
  EXPECT_EQ(service.Samples().size(), 6u);
  ASSERT_TRUE(service.guard().ReloadFromText(two).ok());
  latency.With({"b"}).Observe(0.05);
  auto expected = before;
  for (const char* le : {"0.1", "1", "10", "+Inf"}) {
    expected[std::string(R"(latency_seconds_bucket{tenant="b",le=")") + le + "\"}"] += 1;
  }
  expected[R"(latency_seconds_count{tenant="b"})"] += 1;
  const auto after = service.Samples();
  EXPECT_NEAR(after.at(R"(latency_seconds_sum{tenant="b"})"), before.at(R"(latency_seconds_sum{tenant="b"})") + 0.05,
              1e-9);
  expected[R"(latency_seconds_sum{tenant="b"})"] = after.at(R"(latency_seconds_sum{tenant="b"})");
  EXPECT_EQ(after, expected);
}

TEST(WrapHistogram, WithoutLabelsOrBoundaries) {
  WrappedService service("version: 1\n");
  auto plain = service.guard().Wrap(service.Histogram("plain_seconds"), Boundaries{}).value();
  plain.With().Observe(3);
  plain.Bind().Observe(4);
  EXPECT_EQ(service.Value("plain_seconds_bucket{le=\"+Inf\"}"), 2);
  EXPECT_EQ(service.Value("plain_seconds_sum"), 7);
  EXPECT_EQ(service.Report("plain_seconds").series, 3u);
}

TEST(WrapHistogram, BoundariesMayBeLvalues) {
  WrappedService service("version: 1\n");
  const Boundaries boundaries = {1, 2};
  auto sizes = service.guard().Wrap(service.Histogram("sizes"), {"a"}, boundaries).value();
  sizes.With({"x"}).Observe(1.5);
  EXPECT_EQ(service.Value(R"(sizes_bucket{a="x",le="2"})"), 1);
}

TEST(WrapHistogram, TheLabelLeIsRefused) {
  WrappedService service("version: 1\n");
  const auto wrapped = service.guard().Wrap(service.Histogram("sizes"), {"le"}, Boundaries{1});
  EXPECT_EQ(wrapped.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(WrapSummary, CostsWhatAServerStores) {
  WrappedService service("version: 1\nmetrics: [{name: sizes, series_limit: 8, labels: {tenant: {value_limit: 9}}}]\n");
  auto sizes =
      service.guard().Wrap(service.Summary("sizes"), {"tenant"}, Quantiles{{0.5, 0.05}, {0.99, 0.001}}).value();
  for (const char* tenant : {"a", "b", "c"}) sizes.With({tenant}).Observe(2);
  const auto samples = service.Samples();
  EXPECT_EQ(samples.size(), 8u);  // 2 quantiles + 2, twice
  EXPECT_EQ(service.Report("sizes").series, 8u);
  EXPECT_EQ(samples.at(R"(sizes_count{tenant="other"})"), 2);
  EXPECT_EQ(samples.at(R"(sizes{tenant="a",quantile="0.5"})"), 2);
}

TEST(WrapSummary, TakesMaximumAgeAndAgeBuckets) {
  WrappedService service("version: 1\n");
  auto sizes =
      service.guard()
          .Wrap(service.Summary("sizes"), {"tenant"}, Quantiles{{0.5, 0.05}}, std::chrono::milliseconds(20000), 3)
          .value();
  sizes.Bind({"a"}).Observe(2);
  EXPECT_EQ(service.Value(R"(sizes{tenant="a",quantile="0.5"})"), 2);
  auto other = service.guard().Wrap(service.Summary("others"), Quantiles{}, std::chrono::seconds(20)).value();
  other.With().Observe(1);
  EXPECT_EQ(service.Value("others_count"), 1);
}

// Its quantiles cannot be made anew from totals: it starts again.
TEST(WrapSummary, ThatReturnsStartsAgain) {
  const std::string two = "version: 1\nmetrics: [{name: sizes, labels: {tenant: {value_limit: 2}}}]\n";
  WrappedService service(two);
  auto sizes = service.guard().Wrap(service.Summary("sizes"), {"tenant"}, Quantiles{{0.5, 0.05}}).value();
  for (const char* tenant : {"a", "b", "b"}) sizes.With({tenant}).Observe(2);
  ASSERT_TRUE(service.guard()
                  .ReloadFromText("version: 1\nmetrics: [{name: sizes, labels: {tenant: {value_limit: 1}}}]\n")
                  .ok());
  EXPECT_EQ(service.Value(R"(sizes_count{tenant="b"})"), 2);
  service.AdvancePastFreeze();
  EXPECT_FALSE(service.Value(R"(sizes_count{tenant="b"})"));
  ASSERT_TRUE(service.guard().ReloadFromText(two).ok());
  sizes.With({"b"}).Observe(2);
  EXPECT_EQ(service.Value(R"(sizes_count{tenant="b"})"), 1);
}

}  // namespace
}  // namespace seriesguard
