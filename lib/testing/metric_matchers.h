// SPDX-License-Identifier: Apache-2.0
//
// metric_matchers.h: what a service's own GoogleTest tests say of its metrics.
//
// Use:      EXPECT_EQ(SampleValue(registry, "http_requests_total", {{"method", "GET"}}), 3);
//           EXPECT_EQ(Delta(registry, "http_requests_total", {{"method", "GET"}}, [&] { server.Get("/"); }), 1);
//           EXPECT_THAT(MetricsOf(registry), HasSeries("http_requests_total", {{"method", "GET"}}, Ge(1)));
//           EXPECT_THAT(MetricsOf(registry), SeriesCountIs("http_requests_total", Le(40)));
//           EXPECT_THAT(MetricsOf(registry), WithinBudgetOf("seriesguard.yaml"));
//           Sources are those of metrics_source.h. Labels are the whole label set, in any order. EXPECT_THAT needs
//           gmock.
// Threads:  as the source.
// Errors:   a source whose exposition no server would take matches nothing, and is a failure of the test wherever it is
//           read.
// Source:   docs/testing_metrics.md.
//
// A failure shows the nearest series instead of the exposition: a few lines, untrusted bytes only as SafeText has them.
// For that reason the matchers take MetricsOf(source) and no source itself: GoogleTest would print a text whole and
// raw.
#ifndef SERIESGUARD_LIB_TESTING_METRIC_MATCHERS_H_
#define SERIESGUARD_LIB_TESTING_METRIC_MATCHERS_H_

#include <gtest/gtest-matchers.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/testing/metrics_snapshot.h"
#include "lib/testing/metrics_source.h"
#include "rules/policy.h"

namespace seriesguard {

// Returns the value of that series in a snapshot; nothing where there is none. A snapshot that could not be read is a
// failure of the test.
std::optional<double> ValueIn(const MetricsSnapshot& snapshot, std::string_view name, const LabelSet& labels);

// Returns the value of the series `name` with exactly these labels, or nothing where there is none.
template <typename Source>
std::optional<double> SampleValue(Source&& source, std::string_view name, const LabelSet& labels = {}) {
  return ValueIn(MetricsOf(source), name, labels);
}

// Runs `action` and returns by how much the series has grown; a series that was not there before grew from 0. Nothing
// where it is not there afterwards. A text does not change: its source is a function.
template <typename Source, typename Action>
std::optional<double> Delta(Source&& source, std::string_view name, const LabelSet& labels, Action&& action) {
  const double before = SampleValue(source, name, labels).value_or(0);
  std::forward<Action>(action)();
  const std::optional<double> after = SampleValue(source, name, labels);
  if (!after) return std::nullopt;
  return *after - before;
}

using MetricsMatcher = ::testing::Matcher<const MetricsSnapshot&>;

// Matches where the series `name` with exactly these labels exists, and has a value that `value` matches.
MetricsMatcher HasSeries(std::string name, LabelSet labels = {});
MetricsMatcher HasSeries(std::string name, LabelSet labels, ::testing::Matcher<double> value);

// Matches where `count` matches the stored series of the family `name`: of a histogram its buckets, _sum and _count,
// and `_created` where it is sent. A family that does not exist has 0.
MetricsMatcher SeriesCountIs(std::string name, ::testing::Matcher<int64_t> count);

// Matches where CheckBudget (budget_check.h) finds no violation.
MetricsMatcher WithinBudget(Policy policy);

// The same with a policy's file. One that cannot be read matches nothing.
MetricsMatcher WithinBudgetOf(const std::string& policy_path);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_METRIC_MATCHERS_H_
