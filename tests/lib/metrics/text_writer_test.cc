// SPDX-License-Identifier: Apache-2.0
#include "lib/metrics/text_writer.h"

#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "tests/lib/metrics/sample_families.h"

namespace seriesguard {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::string Text(const CollectedFamily& family, NameEscaping escaping = NameEscaping::kUnderscores) {
  std::string out;
  AppendTextFamily(family, escaping, &out);
  return out;
}

TEST(TextWriter, CounterKeepsItsTotal) {
  EXPECT_EQ(
      Text(FamilyBuilder("http_requests_total", CollectedType::kCounter, "Requests \"served\".\nAll of them.", "x")
               .Add({{"method", "GET"}, {"path", "/x"}}, 12, 0, 1700000000)
               .Exemplars({Trace("t", 1)})
               .Add({{"method", "POST"}, {"path", "C:\\\"\n"}}, 3, 0.5)
               .Add({}, 18446744073709551615u)
               .Take()),
      "# HELP http_requests_total Requests \"served\".\\nAll of them.\n"
      "# TYPE http_requests_total counter\n"
      "http_requests_total{method=\"GET\",path=\"/x\"} 12\n"
      "http_requests_total{method=\"POST\",path=\"C:\\\\\\\"\\n\"} 3.5\n"
      "http_requests_total 18446744073709551615\n");
}

TEST(TextWriter, GaugesShowEveryValue) {
  EXPECT_EQ(Text(FamilyBuilder("temperature_celsius", CollectedType::kGauge, "", "celsius")
                     .Add({}, 0, -17.25)
                     .Add({{"a", "1"}}, 0, kInf)
                     .Add({{"a", "2"}}, 0, -kInf)
                     .Add({{"a", "3"}}, 0, std::numeric_limits<double>::quiet_NaN())
                     .Add({{"a", ""}}, 0, 0)
                     .Take()),
            "# TYPE temperature_celsius gauge\n"
            "temperature_celsius -17.25\n"
            "temperature_celsius{a=\"1\"} +Inf\n"
            "temperature_celsius{a=\"2\"} -Inf\n"
            "temperature_celsius{a=\"3\"} NaN\n"
            "temperature_celsius{a=\"\"} 0\n");
}

TEST(TextWriter, HistogramCumulatesItsBuckets) {
  EXPECT_EQ(Text(FamilyBuilder("latency_seconds", CollectedType::kHistogram, "Latency.", "seconds")
                     .Boundaries({0.005, 1, 1e6})
                     .AddHistogram({{"path", "/"}}, {3, 0, 2, 1}, 7.25, 1700000000)
                     .Exemplars({Trace("t", 1), {}, {}, {}})
                     .AddHistogram({}, {0, 0, 0, 0}, 0)
                     .Take()),
            "# HELP latency_seconds Latency.\n"
            "# TYPE latency_seconds histogram\n"
            "latency_seconds_bucket{path=\"/\",le=\"0.005\"} 3\n"
            "latency_seconds_bucket{path=\"/\",le=\"1\"} 3\n"
            "latency_seconds_bucket{path=\"/\",le=\"1e+06\"} 5\n"
            "latency_seconds_bucket{path=\"/\",le=\"+Inf\"} 6\n"
            "latency_seconds_sum{path=\"/\"} 7.25\n"
            "latency_seconds_count{path=\"/\"} 6\n"
            "latency_seconds_bucket{le=\"0.005\"} 0\n"
            "latency_seconds_bucket{le=\"1\"} 0\n"
            "latency_seconds_bucket{le=\"1e+06\"} 0\n"
            "latency_seconds_bucket{le=\"+Inf\"} 0\n"
            "latency_seconds_sum 0\n"
            "latency_seconds_count 0\n");
}

TEST(TextWriter, AHistogramWithoutBoundariesHasItsInfinity) {
  EXPECT_EQ(Text(FamilyBuilder("h", CollectedType::kHistogram).AddHistogram({}, {4}, 2).Take()),
            "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 4\nh_sum 2\nh_count 4\n");
}

TEST(TextWriter, TypesThatTextDoesNotKnowAreGaugesOrUntyped) {
  EXPECT_EQ(Text(FamilyBuilder("build_info", CollectedType::kInfo).Add({{"version", "1.2"}}, 1).Take()),
            "# TYPE build_info gauge\nbuild_info{version=\"1.2\"} 1\n");
  EXPECT_EQ(Text(FamilyBuilder("state", CollectedType::kStateSet).Add({{"state", "up"}}, 1).Take()),
            "# TYPE state gauge\nstate{state=\"up\"} 1\n");
  EXPECT_EQ(Text(FamilyBuilder("thing", CollectedType::kUnknown).Add({}, 0, 0.5).Take()),
            "# TYPE thing untyped\nthing 0.5\n");
}

TEST(TextWriter, NamesBeyondTheAlphabetAreQuotedOrEscaped) {
  const CollectedFamily counter = FamilyBuilder("http.requests_total", CollectedType::kCounter, "h")
                                      .Add({{"http.method", "a.b"}}, 1)
                                      .Add({}, 2)
                                      .Take();
  EXPECT_EQ(Text(counter, NameEscaping::kAllowUtf8),
            "# HELP \"http.requests_total\" h\n"
            "# TYPE \"http.requests_total\" counter\n"
            "{\"http.requests_total\",\"http.method\"=\"a.b\"} 1\n"
            "{\"http.requests_total\"} 2\n");
  EXPECT_EQ(Text(counter, NameEscaping::kUnderscores),
            "# HELP http_requests_total h\n"
            "# TYPE http_requests_total counter\n"
            "http_requests_total{http_method=\"a.b\"} 1\n"
            "http_requests_total 2\n");
  EXPECT_EQ(Text(counter, NameEscaping::kDots),
            "# HELP http_dot_requests__total h\n"
            "# TYPE http_dot_requests__total counter\n"
            "http_dot_requests__total{http_dot_method=\"a.b\"} 1\n"
            "http_dot_requests__total 2\n");
  EXPECT_EQ(Text(counter, NameEscaping::kValues),
            "# HELP U__http_2e_requests__total h\n"
            "# TYPE U__http_2e_requests__total counter\n"
            "U__http_2e_requests__total{U__http_2e_method=\"a.b\"} 1\n"
            "U__http_2e_requests__total 2\n");
  EXPECT_EQ(Text(FamilyBuilder("a\"\\\n", CollectedType::kHistogram).AddHistogram({{"b", "c"}}, {1}, 1).Take(),
                 NameEscaping::kAllowUtf8),
            "# TYPE \"a\\\"\\\\\\n\" histogram\n"
            "{\"a\\\"\\\\\\n_bucket\",b=\"c\",le=\"+Inf\"} 1\n"
            "{\"a\\\"\\\\\\n_sum\",b=\"c\"} 1\n"
            "{\"a\\\"\\\\\\n_count\",b=\"c\"} 1\n");
}

TEST(TextWriter, WhatCannotBeWrittenIsLeftOut) {
  EXPECT_EQ(Text(FamilyBuilder("nothing", CollectedType::kGauge, "no series").Take()), "");
  EXPECT_EQ(Text(FamilyBuilder("", CollectedType::kGauge).Add({}, 1).Take()), "");
  EXPECT_EQ(Text(FamilyBuilder("a\xFF", CollectedType::kGauge).Add({}, 1).Take()), "");
  EXPECT_EQ(Text(FamilyBuilder(std::string("a\0b", 3), CollectedType::kGauge).Add({}, 1).Take()), "");
}

TEST(TextWriter, AppendsToWhatIsThere) {
  std::string out = "# before\n";
  AppendText({FamilyBuilder("a", CollectedType::kGauge).Add({}, 1).Take(),
              FamilyBuilder("b", CollectedType::kGauge).Add({}, 2).Take()},
             NameEscaping::kUnderscores, &out);
  EXPECT_EQ(out, "# before\n# TYPE a gauge\na 1\n# TYPE b gauge\nb 2\n");
}

}  // namespace
}  // namespace seriesguard
