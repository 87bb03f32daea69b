// SPDX-License-Identifier: Apache-2.0
#include "lib/prometheus_cpp/push_body.h"

#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/guard/guard.h"
#include "lib/prometheus_cpp/guard_collectable.h"
#include "lib/prometheus_cpp/wrap.h"
#include "lib/push/family_message.h"

namespace seriesguard {
namespace {

// What a collectable of a user's own may come up with.
class Fixed : public prometheus::Collectable {
 public:
  explicit Fixed(prometheus::MetricFamily family) : family_(std::move(family)) {}
  std::vector<prometheus::MetricFamily> Collect() const override { return {family_}; }

 private:
  prometheus::MetricFamily family_;
};

prometheus::MetricFamily Gauge(const std::string& name) {
  prometheus::MetricFamily family;
  family.name = name;
  family.type = prometheus::MetricType::Gauge;
  family.metric.emplace_back();
  family.metric[0].gauge.value = 1;
  return family;
}

TEST(PushBodyOfPrometheusCpp, HasTheGuardedFamiliesAndTheirSizes) {
  prometheus::Registry registry;
  Guard guard =
      Guard::FromText("version: 1\nmetrics:\n- {name: rows_total, series_limit: 3, labels: {t: {value_limit: 2}}}\n")
          .value();
  auto& family = prometheus::BuildCounter().Name("rows_total").Help("Rows\nof \\ tables.").Register(registry);
  auto rows = guard.Wrap(family, {"t"}).value();
  for (const char* table : {"a", "b\"", "c", "d"}) rows.With({table}).Increment();
  prometheus::BuildHistogram()
      .Name("took_seconds")
      .Register(registry)
      .Add({}, prometheus::Histogram::BucketBoundaries{1, 2})
      .ObserveMultiple({0, 1, 1}, 4.5);
  prometheus::BuildSummary()
      .Name("size_bytes")
      .Register(registry)
      .Add({}, prometheus::Summary::Quantiles{{0.5, 0.1}})
      .Observe(7);
  prometheus::BuildCounter().Name("empty_total").Register(registry);
  const auto own = Collectable(guard);

  const absl::StatusOr<PushBody> body = PushBodyOf({&registry, own.get()});
  ASSERT_TRUE(body.ok()) << body.status();
  const auto has = [&body](const FamilyMessage& message) {
    std::string bytes;
    message.AppendDelimited(&bytes);
    return body->bytes.find(bytes) != std::string::npos;
  };
  FamilyMessage expected_took("took_seconds", "", FamilyMessage::Type::kHistogram);
  MetricMessage took;
  took.SetHistogram(2, 4.5, {{1, 0}, {2, 1}});
  expected_took.Add(took);
  EXPECT_TRUE(has(expected_took));
  FamilyMessage expected_size("size_bytes", "", FamilyMessage::Type::kSummary);
  MetricMessage size;
  size.SetSummary(1, 7, {{0.5, 7}});
  expected_size.Add(size);
  EXPECT_TRUE(has(expected_size));
  EXPECT_NE(body->bytes.find("Rows\nof \\ tables."), std::string::npos);
  EXPECT_EQ(body->bytes.find("empty_total"), std::string::npos);
  EXPECT_NE(body->bytes.find("seriesguard_folded_total"), std::string::npos);
  ASSERT_GE(body->families.size(), 3u);
  for (const PushedFamily& one : body->families) {
    if (one.name == "rows_total") {
      EXPECT_EQ(one.series, 3u);
      EXPECT_EQ(one.label_values.at("t"), (std::set<std::string>{"a", "b\"", "other"}));
    }
    if (one.name == "took_seconds") {
      EXPECT_EQ(one.series, 5u);
    }
    if (one.name == "size_bytes") {
      EXPECT_EQ(one.series, 3u);
    }
  }
}

TEST(PushBodyOfPrometheusCpp, RefusesWhatNoGatewayTakes) {
  const Fixed good(Gauge("a"));
  const Fixed bad_name(Gauge("a b"));
  prometheus::MetricFamily family = Gauge("a");
  family.metric[0].timestamp_ms = 1;
  const Fixed timed(family);
  family = Gauge("a");
  family.metric[0].label.push_back({"b c", "x"});
  const Fixed bad_label(family);
  EXPECT_TRUE(PushBodyOf({&good}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(PushBodyOf({&bad_name}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(PushBodyOf({&bad_label}).status()));
  family = Gauge("a");
  family.metric[0].label.push_back({"b", "\xff"});
  const Fixed bad_value(family);
  EXPECT_TRUE(absl::IsInvalidArgument(PushBodyOf({&bad_value}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(PushBodyOf({&timed}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(PushBodyOf({&good, &good}).status()));
}

}  // namespace
}  // namespace seriesguard
